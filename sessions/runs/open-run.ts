import { existsSync } from 'node:fs';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Theorem } from '../../src/corpus/theorem-list.ts';
import { runLogFormat } from '../../src/run/events.ts';
import { runFile, runFolder, runLockPath, runLogPath } from '../../src/run/folder.ts';
import type { Manifest } from '../../src/run/manifest.ts';
import { planJobs } from '../../src/run/plan.ts';
import { emptyRunState, type RunState } from '../../src/run/state.ts';
import { replaceFile } from '../../src/storage/atomic-file.ts';
import { type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import { acquireLock, type Lock, type LockHolder } from '../../src/storage/lock.ts';
import { openLog } from '../../src/storage/log-writer.ts';
import { makeFolder } from '../../src/storage/make-folder.ts';
import { wishesSoFar } from './control-reader.ts';
import { RunLog } from './run-log.ts';
import { openRun } from './run-reader.ts';

/** A run in the process that works on it: the only one that writes its files. */
export interface OpenRun {
  readonly home: string;
  readonly id: string;
  readonly folder: string;
  readonly manifest: Manifest;
  readonly theorems: readonly Theorem[];
  readonly log: RunLog;
  readonly lock: Lock;
  /** Bytes of `control.jsonl` that were there when this process took the run: wishes to an earlier one. */
  readonly wishesBefore: number;
}

export type OpenForWriting =
  | { readonly kind: 'opened'; readonly run: OpenRun }
  /** Another process works on it. */
  | { readonly kind: 'heldBy'; readonly holder: LockHolder }
  /** Another process has made, and done, a run of that name in the meantime. */
  | { readonly kind: 'exists'; readonly id: string }
  | StorageFailed;

interface Opening {
  /** Version of proofdeck. */
  readonly program: string;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

interface Resuming extends Opening {
  /** What may change from one process to the next. */
  readonly changes?: Partial<Pick<Manifest, 'cost' | 'notify'>>;
  /** Takes the run from a process that lives; that one ends then. @default false */
  readonly takeOver?: boolean;
}

/** Makes the folder of a new run, with this process as its writer. Its manifest appears last: until then there is no run. */
export async function createRun(
  home: string,
  manifest: Manifest,
  theoremsText: string,
  theorems: readonly Theorem[],
  { program, now = Date.now }: Opening,
): Promise<OpenForWriting> {
  const { id } = manifest;
  const folder = runFolder(home, id);
  try {
    await makeFolder(join(folder, 'trajectories'));
  } catch (error) {
    return storageFailure(error, folder, 'make the folder of the run');
  }
  const lock = await acquireLock(runLockPath(home, id), { beats: true });
  if (lock.kind !== 'locked') return lock;
  const wishesBefore = wishesSoFar(runFile(home, id, 'control.jsonl'));
  if (existsSync(runFile(home, id, 'manifest.json'))) {
    lock.lock.release();
    return { kind: 'exists', id };
  }
  const list = await replaceFile(runFile(home, id, 'theorems.json'), theoremsText);
  const written =
    list.kind === 'written' ? await replaceFile(runFile(home, id, 'manifest.json'), textOf(manifest)) : list;
  const state = emptyRunState(planJobs(manifest, theorems));
  const opened = written.kind === 'written' ? openWriter(home, id, lock.lock, state, manifest, now) : written;
  if (opened.kind === 'storageFailed') {
    lock.lock.release();
    return opened;
  }
  const run: OpenRun = { home, id, folder, manifest, theorems, log: opened.log, lock: lock.lock, wishesBefore };
  run.log.append({ kind: 'run.opened', id, createdAt: manifest.createdAt, format: runLogFormat, program });
  const refused = failed(run);
  if (refused === null) return { kind: 'opened', run };
  run.log.close();
  run.lock.release();
  return refused;
}

/**
 * Opens an existing run to go on with it: cuts a torn last line off its log, and removes trajectory files that the log
 * does not know, whose rows are rendered again. The caller has to see to it that it is not finished.
 */
export async function resumeRun(
  home: string,
  id: string,
  { program, now = Date.now, changes, takeOver = false }: Resuming,
): Promise<OpenForWriting> {
  const lock = await acquireLock(runLockPath(home, id), { beats: true, takeOver });
  if (lock.kind !== 'locked') return lock;
  // From here on whoever watches finds a process that can be told things, long before Lean has started.
  const wishesBefore = wishesSoFar(runFile(home, id, 'control.jsonl'));
  const read = await openRun(home, id);
  if (read.kind === 'noSuchRun') throw new Error(`the run ${id} has vanished: ${read.message}`);
  const opened = read.kind === 'run' ? openWriter(home, id, lock.lock, read.run.state, read.run.manifest, now) : read;
  if (read.kind !== 'run' || opened.kind === 'storageFailed') {
    lock.lock.release();
    return opened as StorageFailed;
  }
  const { theorems } = read.run;
  const manifest = { ...read.run.manifest, ...changes };
  const folder = runFolder(home, id);
  const run: OpenRun = { home, id, folder, manifest, theorems, log: opened.log, lock: lock.lock, wishesBefore };
  if (run.log.state.id === '')
    run.log.append({ kind: 'run.opened', id, createdAt: manifest.createdAt, format: runLogFormat, program });
  run.log.append({ kind: 'run.resumed', at: new Date(now()).toISOString(), format: runLogFormat, program });
  const refused = failed(run) ?? (await removeUnknownParts(run)) ?? (await changed(run, read.run.manifest));
  if (refused === null) return { kind: 'opened', run };
  run.log.close();
  run.lock.release();
  return refused;
}

async function changed({ home, id, manifest }: OpenRun, before: Manifest): Promise<StorageFailed | null> {
  if (isDeepStrictEqual(manifest, before)) return null;
  const path = runFile(home, id, 'manifest.json');
  try {
    const { atime, mtime } = await stat(path);
    const written = await replaceFile(path, textOf(manifest));
    if (written.kind === 'storageFailed') return written;
    // The time of this file tells which run is the newest.
    await utimes(path, atime, mtime);
    return null;
  } catch (error) {
    return storageFailure(error, path, 'replace');
  }
}

const textOf = (manifest: Manifest): string => `${JSON.stringify(manifest, null, 2)}\n`;

function openWriter(home: string, id: string, lock: Lock, state: RunState, manifest: Manifest, now: () => number) {
  const opened = openLog(runLogPath(home, id), lock);
  if (opened.kind === 'storageFailed') return opened;
  return { kind: 'log', log: new RunLog(opened.writer, state, Date.parse(manifest.createdAt), now) } as const;
}

/** Writes the first line; a run that cannot be recorded is not begun. */
function failed(run: OpenRun): StorageFailed | null {
  const failure = run.log.flush();
  if (failure === null) return null;
  if (failure.kind === 'lockLost') throw new Error(`the run ${run.id} was taken over: ${failure.message}`);
  return failure;
}

/** What a run calls its parts, and those that are being written. Other files there are somebody's own. */
const ownPart = /^(part|noisy)-\d+\.parquet(\.[\w-]+\.tmp)?$/;

/** Files of trajectories, and halves of files, that no event tells of: their process died between writing and recording. */
async function removeUnknownParts(run: OpenRun): Promise<StorageFailed | null> {
  const folder = join(run.folder, 'trajectories');
  const known = new Set(run.log.state.parts.map(({ file }) => file));
  try {
    if (!existsSync(folder)) await makeFolder(folder);
    for (const name of await readdir(folder))
      if (ownPart.test(name) && !known.has(`trajectories/${name}`)) await rm(join(folder, name), { recursive: true });
    return null;
  } catch (error) {
    return storageFailure(error, folder, 'tidy');
  }
}
