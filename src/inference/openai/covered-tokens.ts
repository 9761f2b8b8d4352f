import type { WireToken } from './wire.ts';

/** What stands for bytes that are no whole sign. */
const BROKEN = '\uFFFD';

/**
 * How many of the tokens make up a text, from the first one on: those of a stop text and the end token come after it, though a
 * server lists them. A token that begins in the text and goes beyond it belongs to it.
 *
 * @returns null when the tokens do not spell the text: some are missing, or they spell something before it
 */
export function coveredTokens(tokens: readonly WireToken[], text: string): number | null {
  return tokens.every((token) => token.bytes !== null) ? coveredBytes(tokens, text) : coveredSigns(tokens, text);
}

function coveredBytes(tokens: readonly WireToken[], text: string): number | null {
  const wanted = Buffer.from(text);
  let at = 0;
  for (const [i, token] of tokens.entries()) {
    if (at >= wanted.length) return i;
    const bytes = Buffer.from(token.bytes ?? []);
    const rest = wanted.subarray(at, at + bytes.length);
    // Bytes that never became a sign are broken signs in the text, and as many bytes longer.
    if (!rest.equals(bytes.subarray(0, rest.length))) return coveredSigns(tokens, text);
    at += bytes.length;
  }
  return at >= wanted.length ? tokens.length : null;
}

/**
 * By the tokens' texts. A broken sign stands for a byte of some sign that is no plain letter, so where a token that follows one stands in
 * the text can be open for a while; all the places where it may stand are followed.
 */
function coveredSigns(tokens: readonly WireToken[], text: string): number | null {
  if (text === '') return 0;
  let covered: number | null = null;
  let open = new Set([0]);
  for (const [i, token] of tokens.entries()) {
    const next = new Set<number>();
    for (const at of open) for (const end of endsOf(token.text, text, at)) next.add(end);
    if (next.delete(text.length)) covered = i + 1;
    if (next.size === 0) return covered;
    open = next;
  }
  return covered;
}

/** Where a token may end that begins at `at`; what goes beyond the text ends with it. */
function endsOf(token: string, text: string, at: number): Iterable<number> {
  let open = new Set([at]);
  for (const piece of token.match(/\uFFFD|[^\uFFFD]+/g) ?? []) {
    const next = new Set<number>();
    for (const from of open) {
      if (piece !== BROKEN) {
        if (text.startsWith(piece.slice(0, text.length - from), from))
          next.add(Math.min(from + piece.length, text.length));
        continue;
      }
      next.add(from);
      const sign = text.codePointAt(from);
      if (sign !== undefined && sign > 127) next.add(from + (sign > 0xffff ? 2 : 1));
    }
    open = next;
  }
  return open;
}
