import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../src/storage/failure.ts';

const idPattern = /^\d{8}-\d{6}-[0-9a-z]{4}$/;
const idAlphabet = '0123456789abcdefghijklmnopqrstuvwxyz';

/** The folder of all sessions. */
export function sessionsFolder(home: string): string {
  return join(home, 'sessions');
}

/** The folder of a session. */
export function sessionFolder(home: string, id: string): string {
  return join(sessionsFolder(home), id);
}

/** The log of a session. */
export function logPath(home: string, id: string): string {
  return join(sessionFolder(home, id), 'events.jsonl');
}

/** Held by the one process that writes a session. */
export function lockPath(home: string, id: string): string {
  return join(sessionFolder(home, id), 'writer.lock');
}

/** A new id, `YYYYMMDD-HHMMSS-xxxx` in UTC: ids sort by time. */
export function newSessionId(now: Date): string {
  const [day = '', time = ''] = now.toISOString().split('T');
  const tail = Array.from(randomBytes(4), (byte) => idAlphabet[byte % idAlphabet.length]).join('');
  return `${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${tail}`;
}

/** Ids of the sessions on disk, oldest first; empty when there is no folder yet. Throws other file errors. */
export async function listSessionIds(home: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(sessionsFolder(home), { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() && idPattern.test(entry.name) ? [entry.name] : [])).sort();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

export type ResolvedId =
  | { readonly kind: 'resolved'; readonly id: string }
  | { readonly kind: 'noSuchSession'; readonly message: string };

/** Finds the session meant by a whole id, a beginning that only one has, or `last`. */
export async function resolveSessionId(home: string, given: string): Promise<ResolvedId> {
  const ids = await listSessionIds(home);
  const newest = ids.at(-1);
  if (newest === undefined) return noSuchSession(`there are no sessions in ${sessionsFolder(home)}`);
  if (given === 'last') return { kind: 'resolved', id: ids.findLast((id) => hasLog(home, id)) ?? newest };
  if (ids.includes(given)) return { kind: 'resolved', id: given };
  const matching = given === '' ? [] : ids.filter((id) => id.startsWith(given));
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return { kind: 'resolved', id: only };
  if (matching.length > 1)
    return noSuchSession(`session ${given} is ambiguous: ${matching.slice(-5).join(', ')}; give more of the id`);
  return noSuchSession(`no session ${JSON.stringify(given)} in ${sessionsFolder(home)}; the newest is ${newest}`);
}

/** A process that is killed while it makes a session leaves a folder without a log, or with an empty one. */
function hasLog(home: string, id: string): boolean {
  return (statSync(logPath(home, id), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function noSuchSession(message: string): ResolvedId {
  return { kind: 'noSuchSession', message };
}
