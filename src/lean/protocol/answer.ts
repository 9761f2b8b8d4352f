import type { z } from 'zod';
import { parseJson } from '../../text/parse-json.ts';
import { type WireError, wireErrorSchema } from './wire.ts';

/** A reply as a value: what was asked for, Lean's error object, or something that is no answer of the protocol. */
export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'error'; readonly error: WireError }
  | { readonly kind: 'unreadable'; readonly message: string };

/** Reads one answer line. `schema` is for the successful answer; an `error` key makes it an error object (and nothing else does). */
export function readAnswer<T>(line: string, schema: z.ZodType<T>): Answer<T> {
  const json = parseJson(line);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return unreadable(line, 'not a JSON object');
  if ('error' in json) {
    const error = wireErrorSchema.safeParse(json);
    return error.success ? { kind: 'error', error: error.data } : unreadable(line, 'an error object without text');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { kind: 'ok', value: parsed.data };
  const issue = parsed.error.issues[0];
  return unreadable(line, issue ? `${issue.path.join('.') || 'answer'}: ${issue.message}` : 'unknown shape');
}

/** Whether a line is a JSON object; other lines on stdout are prints of a command (versions before 0.3.4 let them through). */
export function isAnswerLine(line: string): boolean {
  const json = line.startsWith('{') ? parseJson(line) : undefined;
  return typeof json === 'object' && json !== null;
}

const SHOWN = 200;

function unreadable(line: string, why: string): { readonly kind: 'unreadable'; readonly message: string } {
  const shown = line.length > SHOWN ? `${line.slice(0, SHOWN)}… (${line.length} characters)` : line;
  return { kind: 'unreadable', message: `the worker's answer cannot be read (${why}): ${shown}` };
}
