export interface Token {
  readonly id: number;
  /** What it adds to the text. */
  readonly piece: string;
  /** What it decodes to alone: half of a sign decodes to nothing useful. */
  readonly alone: string;
}

export const EOS: Token = { id: 2, piece: '', alone: '</s>' };
const HALF = '\uFFFD';

/** Four plain signs are a token; every other sign is two. */
export function tokenize(text: string): readonly Token[] {
  return [...text.matchAll(/[\x00-\x7f]{1,4}|[^\x00-\x7f]/gu)].flatMap(([piece]) => {
    const id = 10 + (hash(piece) % 100_000);
    if (piece.charCodeAt(0) < 128) return [{ id, piece, alone: piece }];
    return [
      { id, piece: '', alone: HALF },
      { id: id + 100_000, piece, alone: HALF },
    ];
  });
}

/** FNV-1a. */
export function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193);
  return bits >>> 0;
}

/** The model's own log-prob of a token: between -2.1 and -0.1, always the same. */
export const ownLogProb = ({ id }: Token): number => -0.1 - (id % 101) / 50;

/** A vector of length one that depends on the text alone. */
export function vectorOf(text: string, dimension: number): number[] {
  const raw = Array.from({ length: dimension }, (_, i) => (hash(`${i}:${text}`) % 2001) / 1000 - 1.0005);
  const length = Math.hypot(...raw);
  return raw.map((one) => one / length);
}
