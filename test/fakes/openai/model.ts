/** A made-up model: says what it is told to say, in tokens with probabilities that depend on their text alone. */

export interface FakeToken {
  readonly text: string;
  readonly bytes: readonly number[];
  readonly logProb: number;
}

export interface FakeGeneration {
  readonly text: string;
  /** Every token that was sampled: those of the stop text too, and the end token last where it was reached. */
  readonly tokens: readonly FakeToken[];
  readonly finish: 'stop' | 'length';
  /** The stop text; null for the end token. */
  readonly matched: string | null;
}

export interface FakeSampling {
  readonly maxTokens: number;
  readonly stop: readonly string[];
}

export const END = '<|end|>';

/** Words with the space before them, and every other sign alone; a sign of several bytes is a token for each byte. */
export function tokenise(text: string): readonly FakeToken[] {
  const pieces = text.match(/ ?[A-Za-z0-9_]+|[\s\S]/gu) ?? [];
  return pieces.flatMap((piece) => {
    const bytes = [...Buffer.from(piece)];
    const whole = { text: piece, bytes, logProb: fakeLogProb(piece) };
    if (bytes.length === 1 || /^ ?[A-Za-z0-9_]+$/.test(piece)) return [whole];
    return bytes.map((byte, i) => ({ text: '\uFFFD', bytes: [byte], logProb: i === 0 ? whole.logProb : -0.125 }));
  });
}

/** Between -2 and 0, and the same for the same text. */
export function fakeLogProb(text: string): number {
  let sum = 0;
  for (const sign of text) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) % 16;
  return -(sum + 1) / 8;
}

/** What comes out when the model wants to say `wanted` and then end. */
export function generate(wanted: string, { maxTokens, stop }: FakeSampling): FakeGeneration {
  const all = [...tokenise(wanted), { text: END, bytes: [], logProb: fakeLogProb(END) }];
  const said: FakeToken[] = [];
  for (const token of all) {
    if (said.length === maxTokens) return { text: textOf(said), tokens: said, finish: 'length', matched: null };
    said.push(token);
    const text = textOf(said);
    const found = stop.filter((one) => text.includes(one)).sort((a, b) => text.indexOf(a) - text.indexOf(b));
    const [matched] = found;
    if (matched !== undefined)
      return { text: text.slice(0, text.indexOf(matched)), tokens: said, finish: 'stop', matched };
  }
  return { text: wanted, tokens: said, finish: 'stop', matched: null };
}

const textOf = (tokens: readonly FakeToken[]): string => Buffer.from(tokens.flatMap((token) => token.bytes)).toString();

/** A vector of length one that depends on the text alone. */
export function fakeVector(text: string, width: number): readonly number[] {
  const raw = Array.from({ length: width }, (_, i) => 1 + fakeLogProb(`${i}${text}`) * Math.cos(i + text.length));
  const length = Math.hypot(...raw);
  return raw.map((one) => one / length);
}
