import type { Limit } from '../outcome.ts';
import type { WireError } from './wire.ts';

/** The error tags of all versions, under one name each. */
export type ErrorTag =
  | 'command'
  | 'index'
  | 'arguments'
  | 'invalid'
  | 'structure'
  | 'parse'
  | 'elab'
  | 'typing'
  | 'exception'
  | 'limit'
  | 'interrupt'
  | 'kernel'
  | 'io'
  | 'frontend'
  | 'main'
  | 'other';

/** Tags as sent, in 0.2.25 to 0.3.15; `expr` and `operation` exist in the middle of that only. */
const TAGS: Readonly<Record<string, ErrorTag>> = {
  command: 'command',
  index: 'index',
  arguments: 'arguments',
  operation: 'arguments',
  invalid: 'invalid',
  structure: 'structure',
  parsing: 'parse',
  parse: 'parse',
  expr: 'parse',
  elab: 'elab',
  typing: 'typing',
  exception: 'exception',
  core: 'limit',
  internal: 'interrupt',
  io: 'io',
  kernel: 'kernel',
  frontend: 'frontend',
  main: 'main',
};

/** Tags behind which, in some version, a limit can stand. */
const LIMIT_CARRIERS: ReadonlySet<string> = new Set(['core', 'internal', 'io', 'exception', 'main']);

export function errorTag(error: WireError): ErrorTag {
  return limitOf(error) ? 'limit' : (TAGS[error.error] ?? 'other');
}

/** Our worker names the limit itself. */
const NAMED_LIMITS: Readonly<Record<string, Limit>> = {
  heartbeats: 'heartbeats',
  recDepth: 'recursion',
  memory: 'memory',
};

/**
 * The limit that an error object speaks of, or null. An interrupt is a wall clock here; a caller that asked for the
 * stop knows better. Tags alone do not tell the limits apart, so the text has to.
 */
export function limitOf(error: WireError): Limit | null {
  const named = error.limit ? NAMED_LIMITS[error.limit] : undefined;
  if (named) return named;
  if (!LIMIT_CARRIERS.has(error.error)) return null;
  const spoken = limitInText(error.desc);
  if (spoken) return spoken;
  if (/^\s*(?:internal exception: )?interrupt(?:ed)?\s*$/i.test(error.desc)) return 'wallClock';
  if (error.error === 'core') return 'heartbeats';
  return error.error === 'internal' ? 'wallClock' : null;
}

/** The limit that Lean's own words about running out speak of, in an error object or in a failed tactic's message. */
export function limitInText(text: string): Limit | null {
  if (/maximum recursion depth has been reached|deep recursion/i.test(text)) return 'recursion';
  if (/maximum number of heartbeats|\(deterministic\) timeout/i.test(text)) return 'heartbeats';
  return /^\s*interrupt\s*$/.test(text) ? 'wallClock' : null;
}
