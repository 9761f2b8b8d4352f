import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import type { Theorem } from '../../src/corpus/theorem-list.ts';
import { decodeRunEvent, type LoggedRunEvent } from '../../src/run/events.ts';
import { listRunIds, runFile, runLockPath, runLogPath, runsFolder } from '../../src/run/folder.ts';
import { type LiveStatus, liveStatusSchema } from '../../src/run/live-status.ts';
import { type Manifest, manifestSchema, runTheoremsSchema } from '../../src/run/manifest.ts';
import { planJobs } from '../../src/run/plan.ts';
import { emptyRunState, type RunState, reduceRun } from '../../src/run/state.ts';
import { damaged, type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import { type LockHolder, lockHolder } from '../../src/storage/lock.ts';
import { scanLog } from '../../src/storage/log-reader.ts';

export type OpenRunResult =
  | { readonly kind: 'run'; readonly run: RunReader }
  | { readonly kind: 'noSuchRun'; readonly message: string }
  | StorageFailed;

/**
 * Opens a run for reading, by its id, the part behind the program, a unique beginning of either, or `last`. Writes nothing.
 * @param visit called with each event that its log holds
 */
export async function openRun(
  home: string,
  given: string,
  visit?: (logged: LoggedRunEvent) => void,
): Promise<OpenRunResult> {
  const found = await findRun(home, given);
  if (found.kind === 'noSuchRun') return found;
  const { id } = found;
  const manifest = await readManifest(home, id);
  if (manifest.kind !== 'read') return manifest;
  const list = await readJson(runFile(home, id, 'theorems.json'), runTheoremsSchema);
  if (list.kind !== 'read') return list;
  const run = new RunReader(home, id, manifest.value, list.value.theorems);
  const failure = await run.refresh(visit);
  return failure ?? { kind: 'run', run };
}

/** What a run is, by its whole id. */
export function readManifest(home: string, id: string): Promise<ReadJson<Manifest>> {
  return readJson(runFile(home, id, 'manifest.json'), manifestSchema);
}

export type FoundRun =
  | { readonly kind: 'found'; readonly id: string }
  | { readonly kind: 'noSuchRun'; readonly message: string };

/** The id that a person means. */
export async function findRun(home: string, given: string): Promise<FoundRun> {
  const ids = await listRunIds(home);
  const newest = ids.at(-1);
  if (newest === undefined) return { kind: 'noSuchRun', message: `there are no runs in ${runsFolder(home)}` };
  if (given === 'last') return { kind: 'found', id: newest };
  const short = (id: string): string => id.slice(id.indexOf('/') + 1);
  const exact = ids.filter((id) => id === given || short(id) === given);
  const matching = exact.length > 0 ? exact : ids.filter((id) => id.startsWith(given) || short(id).startsWith(given));
  const [only] = matching;
  if (only !== undefined && matching.length === 1 && given !== '') return { kind: 'found', id: only };
  const message =
    matching.length > 1 && given !== ''
      ? `run ${given} is ambiguous: ${matching.slice(-5).join(', ')}; give more of the id`
      : `no run ${JSON.stringify(given)} in ${runsFolder(home)}; the newest is ${newest}`;
  return { kind: 'noSuchRun', message };
}

/** A run on disk as one sees it from outside: what it is, what its log says, and what its process does, if there is one. */
export class RunReader {
  readonly home: string;
  readonly id: string;
  readonly manifest: Manifest;
  readonly theorems: readonly Theorem[];
  #state: RunState;
  #live: LiveStatus | null = null;
  #holder: LockHolder | null = null;
  #end = 0;

  constructor(home: string, id: string, manifest: Manifest, theorems: readonly Theorem[]) {
    this.home = home;
    this.id = id;
    this.manifest = manifest;
    this.theorems = theorems;
    this.#state = emptyRunState(planJobs(manifest, theorems));
  }

  /** Changed in place by `refresh`; `state.events` tells whether it has. */
  get state(): RunState {
    return this.#state;
  }

  /** What the run's process said last; old when `holder` is null. */
  get live(): LiveStatus | null {
    return this.#live;
  }

  /** The process that works on the run now; null when there is none. */
  get holder(): LockHolder | null {
    return this.#holder;
  }

  /** Not ended, and nobody works on it: `resume` goes on with it. */
  get isInterrupted(): boolean {
    return this.#holder === null && !['finished', 'stopped', 'failed'].includes(this.#state.status);
  }

  file(...names: readonly string[]): string {
    return runFile(this.home, this.id, ...names);
  }

  /** Reads what has been added since; calls back with each new event. A torn last line is not there yet. */
  async refresh(visit?: (logged: LoggedRunEvent) => void): Promise<StorageFailed | null> {
    const path = runLogPath(this.home, this.id);
    let broken: StorageFailed | null = null;
    const scanned = await scanLog(
      path,
      (line, offset) => {
        const decoded = decodeRunEvent(line);
        if (decoded.kind === 'invalid') {
          broken = damaged(path, `${path} is damaged: ${decoded.message}`);
          return false;
        }
        this.#end = offset + Buffer.byteLength(line) + 1;
        this.#state = reduceRun(this.#state, decoded.logged);
        visit?.(decoded.logged);
        return true;
      },
      this.#end,
    );
    this.#holder = lockHolder(runLockPath(this.home, this.id));
    const live = await readJson(this.file('status.json'), liveStatusSchema);
    // The file is replaced whole; one that is not there yet says nothing.
    if (live.kind === 'read') this.#live = live.value;
    if (broken !== null) return broken;
    // A run that was killed while it was made has no log yet.
    return scanned.kind === 'storageFailed' && scanned.code !== 'missing' ? scanned : null;
  }
}

export type ReadJson<T> = { readonly kind: 'read'; readonly value: T } | StorageFailed;

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<ReadJson<T>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return storageFailure(error, path, 'read');
  }
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return { kind: 'read', value: parsed.data };
    const [first, ...others] = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return damaged(path, `${path} is damaged: ${first}${others.length > 0 ? ` and ${others.length} more` : ''}`);
  } catch (error) {
    return damaged(path, `${path} is damaged: ${(error as Error).message}`);
  }
}
