import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../storage/failure.ts';

/*
 * <home>/runs/<program>/<run>/
 *   manifest.json   what the run is (manifest.ts)          status.json     what it does now (live-status.ts)
 *   theorems.json   its theorem list, copied               results.json    its result document
 *   events.jsonl    its log (events.ts)                    control.jsonl   wishes of those who watch (control.ts)
 *   trajectories/part-00001.parquet, noisy-00001.parquet   theorems/<name>/<attempt>.jsonl   the logs of its searches
 */

/** Runs outside a program are kept under this name. */
const ADHOC = 'adhoc';
const idPattern = /^[\w.-]+\/[\w.-]+$/;

/** The folder of all runs. */
export const runsFolder = (home: string): string => join(home, 'runs');
/** The folder of a run; its id is `<program>/<run>`. */
export const runFolder = (home: string, id: string): string => join(runsFolder(home), ...id.split('/'));
/** A file in the folder of a run. */
export const runFile = (home: string, id: string, ...names: readonly string[]): string =>
  join(runFolder(home, id), ...names);
/** The log of a run. */
export const runLogPath = (home: string, id: string): string => runFile(home, id, 'events.jsonl');
/** Held by the one process that works on a run. */
export const runLockPath = (home: string, id: string): string => runFile(home, id, 'writer.lock');

/** A new id, `adhoc/YYYYMMDD-HHMMSS-xxxx` in UTC: ids sort by time. */
export function newRunId(now: Date): string {
  const stamp = now.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${ADHOC}/${stamp}-${randomBytes(2).toString('hex')}`;
}

export type GivenRunId =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'badId'; readonly message: string };

/** An id that a person chose for a new run: `<name>` (goes under `adhoc/`) or `<program>/<name>`. */
export function givenRunId(given: string): GivenRunId {
  const id = given.includes('/') ? given : `${ADHOC}/${given}`;
  if (idPattern.test(id) && !id.split('/').some((part) => /^\.+$/.test(part))) return { kind: 'id', id };
  const message = `a run cannot be called ${JSON.stringify(given)}: use letters, digits, "-", "_" and ".", with at most one "/" between program and run`;
  return { kind: 'badId', message };
}

/** Ids of the runs on disk, oldest first (a person may name a run anything); empty when there is no folder yet. Throws other file errors. */
export async function listRunIds(home: string): Promise<readonly string[]> {
  const runs: { readonly id: string; readonly madeMs: number }[] = [];
  for (const program of await foldersIn(runsFolder(home)))
    for (const run of await foldersIn(join(runsFolder(home), program))) {
      const id = `${program}/${run}`;
      const madeMs = timeOf(runFile(home, id, 'manifest.json'));
      if (madeMs !== null) runs.push({ id, madeMs });
    }
  return runs.sort((a, b) => a.madeMs - b.madeMs || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
}

/** Null where there is no such file; one that may not be looked at counts as old, and hides no others. */
function timeOf(path: string): number | null {
  try {
    return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
  } catch {
    return 0;
  }
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
