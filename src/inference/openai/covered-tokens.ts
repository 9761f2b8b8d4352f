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

/** By the tokens' texts: a run of tokens that hold broken signs may stand for as many whole signs, or fewer. */
function coveredSigns(tokens: readonly WireToken[], text: string): number | null {
  let at = 0;
  let loose = 0;
  for (const [i, token] of tokens.entries()) {
    if (at >= text.length && loose === 0) return i;
    if (token.text.includes(BROKEN)) {
      loose += token.text.length;
      continue;
    }
    const found = findWithin(text, token.text, at, loose);
    // What is left of the text was spelt by the broken signs; this token stands after it.
    if (found === null) return loose > 0 && text.length - at <= loose ? i : null;
    at = found + token.text.length;
    loose = 0;
  }
  return at >= text.length || text.length - at <= loose ? tokens.length : null;
}

/** Where a token stands: at `at`, or up to `loose` units behind; its text may go beyond the end. */
function findWithin(text: string, token: string, at: number, loose: number): number | null {
  for (let i = at; i <= Math.min(at + loose, text.length - 1); i++) {
    if (text.startsWith(token.slice(0, text.length - i), i) && token !== '') return i;
  }
  return token === '' ? at : null;
}
