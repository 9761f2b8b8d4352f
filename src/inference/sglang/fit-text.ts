import { readJson } from '../http/read-json.ts';
import type { Transport } from '../http/transport.ts';
import { tokenizeSchema } from './wire.ts';

const deadlineMs = 10_000;
/** Marks at the beginning and the end that a tokeniser adds. */
const room = 4;
/** Cutting by the share of tokens rarely needs a second time, as tokens are not equally long. */
const mostCuts = 8;

export interface FittedText {
  readonly text: string;
  readonly truncated: boolean;
}

/**
 * A text that fits into the context, cut at its end where it does not. A token has at least one byte, so short texts need no counting;
 * longer ones are counted by the server, or cut to as many bytes where it cannot count.
 */
export async function fitText(
  transport: Transport,
  text: string,
  contextLength: number | null,
  signal: AbortSignal,
): Promise<FittedText> {
  if (contextLength === null) return { text, truncated: false };
  const limit = contextLength - room;
  let fitted = text;
  for (let cuts = 0; Buffer.byteLength(fitted) > limit; cuts++) {
    const count = cuts < mostCuts ? await countTokens(transport, fitted, signal) : null;
    if (count !== null && count <= limit) break;
    const keep = count === null ? 0 : Math.min(Math.floor((fitted.length * limit) / count), fitted.length - 1);
    fitted = count === null ? cutBytes(fitted, limit) : wholeSigns(fitted.slice(0, keep));
  }
  return { text: fitted, truncated: fitted.length < text.length };
}

async function countTokens(transport: Transport, prompt: string, signal: AbortSignal): Promise<number | null> {
  const body = { prompt };
  const answer = await transport.send({ method: 'POST', path: '/tokenize', body, deadlineMs, signal });
  if (answer.kind === 'serverFailed') return null;
  const read = readJson(answer, tokenizeSchema, transport.shown);
  return read.kind === 'json' ? read.value.count : null;
}

const cutBytes = (text: string, bytes: number): string =>
  new TextDecoder().decode(Buffer.from(text).subarray(0, bytes)).replace(/\uFFFD+$/, '');

/** Without half of a sign that takes two units. */
const wholeSigns = (text: string): string => text.replace(/[\uD800-\uDBFF]$/, '');
