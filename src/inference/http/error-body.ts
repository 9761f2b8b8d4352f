import { cleanLine } from '../../text/clean.ts';
import { parseJson } from '../../text/parse-json.ts';
import type { ServerFailed, ServerFailureReason } from '../server-failure.ts';

/** An answer of a server, whole. */
export interface HttpAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** From sending to the last byte. */
  readonly ms: number;
  readonly retryAfterMs: number | null;
}

const longestMessage = 600;

/**
 * What a server says in the body of an error, whichever of the common forms it has: `error.message`, `error` as a text,
 * `message`, `error_message`, `detail`, or the raw text.
 */
export function errorMessage(body: string): string {
  return serverWords(fromJson(body) ?? (/^\s*</.test(body) ? titleOf(body) : body));
}

/** Words of a server for a message: on one clean line of bounded length. */
export const serverWords = (text: string): string => cleanLine(text.trim(), ' ', longestMessage);

function fromJson(body: string): string | null {
  const value = parseJson(body);
  const error = member(value, 'error');
  const found = [
    member(error, 'message'),
    error,
    member(value, 'message'),
    member(value, 'error_message'),
    member(value, 'detail'),
    value,
  ];
  const text = found.find((one) => typeof one === 'string');
  if (typeof text === 'string') return text;
  const detail = member(value, 'detail');
  return detail === undefined ? null : JSON.stringify(detail);
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && name in value ? (value as Record<string, unknown>)[name] : undefined;

const titleOf = (html: string): string => {
  const title = /<title>([^<]*)<\/title>/i.exec(html)?.[1]?.trim();
  return title ? `a web page titled "${title}"` : 'a web page';
};

/**
 * A failed status as a value: its reason, what the server says, and what to do.
 *
 * @param hadKey whether the request had a key
 */
export function statusFailure(answer: HttpAnswer, what: string, hadKey: boolean): ServerFailed {
  const said = errorMessage(answer.text);
  const reason = reasonOf(answer.status, said, answer.text);
  const base = {
    kind: 'serverFailed',
    reason,
    message: `${what}: ${answer.status}${said === '' ? '' : `: ${said}`}${remedyOf(reason, answer.status, hadKey)}`,
    retriable:
      reason === 'overloaded' ||
      reason === 'serverDown' ||
      reason === 'timeout' ||
      (answer.status >= 500 && reason === 'badAnswer'),
    status: answer.status,
    ...(answer.retryAfterMs === null ? {} : { retryAfterMs: answer.retryAfterMs }),
  } as const;
  return reason === 'tooLong' ? { ...base, context: contextNumbers(said) } : base;
}

function reasonOf(status: number, said: string, body: string): ServerFailureReason {
  if (status === 401 || status === 403) return 'unauthorised';
  if (status === 408 || status === 429 || status === 503) return 'overloaded';
  if (status === 502 || (status >= 520 && status <= 530)) return 'serverDown';
  if (status === 504) return 'timeout';
  if (isTooLong(said)) return 'tooLong';
  if (isWrongMode(said)) return 'wrongMode';
  // The scheduler of SGLang sends some of its refusals as 500, with the true code in the body.
  if (status >= 500) return /"(?:code|type)"\s*:\s*"?503|queue is full/.test(body) ? 'overloaded' : 'badAnswer';
  return 'badRequest';
}

/** Whether a message says that a prompt does not fit: both of SGLang's, vLLM's, llama-server's and Ollama's. */
const isTooLong = (said: string): boolean =>
  /context length|context size|exceeds? the (?:available|maximum) context|maximum (?:model )?(?:context|length|input)|input length exceeds/i.test(
    said,
  );

const isWrongMode = (said: string): boolean =>
  /is-embedding|not appear to be an embedding model|embedding model.*(?:generat|complet)|does not support (?:embeddings?|generat|chat|complet)/i.test(
    said,
  );

/** Tokens asked for, and the limit, as far as the message tells them: the larger and the smaller of its numbers. */
function contextNumbers(said: string): NonNullable<ServerFailed['context']> {
  const numbers = [...said.matchAll(/\d[\d,]*/g)]
    .map((match) => Number(match[0].replaceAll(',', '')))
    .filter((n) => n > 1);
  if (numbers.length < 2) return { tokens: null, limit: null };
  // The limit stands right after "context length" or "maximum" in every known message but SGLang's first, where it stands in brackets behind.
  const limit = /(?:context (?:length|size)|maximum)[^0-9]*(\d[\d,]*)/i.exec(said)?.[1];
  const tokens = Math.max(...numbers);
  return { tokens, limit: limit === undefined ? Math.min(...numbers) : Number(limit.replaceAll(',', '')) };
}

function remedyOf(reason: ServerFailureReason, status: number, hadKey: boolean): string {
  if (reason === 'unauthorised') {
    if (status === 403) return ' (this route needs the admin key)';
    return hadKey
      ? ' (the server does not take the key that it was given)'
      : ' (the server wants a key: api_key_env names the variable that holds it, api_key_file the file)';
  }
  if (reason === 'wrongMode') return ' (one server either generates or embeds: start a second one)';
  if (status === 404) return ' (is this the right kind of server, and the right path?)';
  return '';
}
