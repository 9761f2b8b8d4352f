import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { isProved } from '../../src/run/counted.ts';
import { listRunIds, runFile, runLockPath, runLogPath } from '../../src/run/folder.ts';
import { jobOutcomeSchema } from '../../src/run/outcome.ts';
import type { RunStatus } from '../../src/run/state.ts';
import { hasCode, type StorageFailed } from '../../src/storage/failure.ts';
import { lockHolder } from '../../src/storage/lock.ts';
import { scanLog } from '../../src/storage/log-reader.ts';
import { unforeseenFailure } from '../../src/storage/unforeseen-failure.ts';
import { readManifest } from '../runs/run-reader.ts';
import type { RunSummaryLine, ShownRunStatus } from './run-view.ts';

/** What is known of one run, and how far its log was read for that. */
interface Known {
  line: RunSummaryLine;
  readonly attempts: number;
  end: number;
  size: number;
  status: RunStatus;
  readonly ended: Map<number, number>;
  readonly proved: Set<number>;
  readonly seen: Set<string>;
}

const nothing: RunSummaryLine = {
  id: '',
  command: 'search',
  corpus: '',
  status: 'starting',
  done: 0,
  total: 0,
  proved: 0,
  createdAt: '',
  updatedAt: '',
  problem: null,
};

const OVER: ReadonlySet<string> = new Set(['finished', 'stopped', 'failed']);

/**
 * The runs on disk. Looking again costs two stats for each run; of a log that has grown only what is new is read, and of
 * that only what the list shows.
 */
export class RunList {
  readonly #home: string;
  readonly #known = new Map<string, Known>();
  #runs: readonly RunSummaryLine[] | null = null;
  #looking: Promise<boolean> | null = null;
  #failure: StorageFailed | null = null;

  constructor(home: string) {
    this.#home = home;
  }

  /** Newest first; null before the first look. */
  get runs(): readonly RunSummaryLine[] | null {
    return this.#runs;
  }

  /** Why the runs could not be looked for, if so. */
  get failure(): StorageFailed | null {
    return this.#failure;
  }

  /** Looks again. Resolves with whether anything is different. */
  refresh(): Promise<boolean> {
    this.#looking ??= this.#looked().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #looked(): Promise<boolean> {
    const before = this.#failure;
    try {
      const changed = await this.#look();
      this.#failure = null;
      return changed || before !== null;
    } catch (error) {
      this.#failure = unforeseenFailure(error);
      return this.#failure.message !== before?.message;
    }
  }

  async #look(): Promise<boolean> {
    const ids = await listRunIds(this.#home);
    for (const id of [...this.#known.keys()]) if (!ids.includes(id)) this.#known.delete(id);
    const lines: RunSummaryLine[] = [];
    for (const id of ids.toReversed()) lines.push(await this.#line(id));
    const before = this.#runs;
    const same = before !== null && before.length === lines.length && before.every((line, i) => line === lines[i]);
    if (!same) this.#runs = lines;
    return !same;
  }

  async #line(id: string): Promise<RunSummaryLine> {
    const known = this.#known.get(id) ?? (await this.#begin(id));
    if ('problem' in known) return known;
    const line = await this.#read(id, known).catch(
      (error: unknown): RunSummaryLine => ({
        ...known.line,
        status: 'unreadable',
        problem: unforeseenFailure(error).message,
      }),
    );
    if (!isSame(known.line, line)) known.line = line;
    return known.line;
  }

  async #read(id: string, known: Known): Promise<RunSummaryLine> {
    const { size, mtimeMs } = await sizeOf(runLogPath(this.#home, id));
    const heard = Math.max(mtimeMs, (await sizeOf(runFile(this.#home, id, 'status.json'))).mtimeMs);
    let problem: string | null = null;
    if (size !== known.size) {
      const scanned = await scanLog(runLogPath(this.#home, id), (line) => note(known, line), known.end);
      if (scanned.kind === 'scanned') known.end = scanned.end;
      else if (scanned.code !== 'missing') problem = scanned.message;
      known.size = size;
    }
    const alive = lockHolder(runLockPath(this.#home, id)) !== null;
    const status: ShownRunStatus =
      problem !== null ? 'unreadable' : alive || OVER.has(known.status) ? known.status : 'interrupted';
    const { attempts, ended, proved } = known;
    const done = attempts === 1 ? ended.size : [...ended.values()].filter((n) => n >= attempts).length;
    const updatedAt = heard === 0 ? known.line.createdAt : new Date(heard).toISOString();
    return { ...known.line, status, done, proved: proved.size, updatedAt, problem };
  }

  async #begin(id: string): Promise<Known | RunSummaryLine> {
    const read = await readManifest(this.#home, id);
    if (read.kind !== 'read') return { ...nothing, id, status: 'unreadable', problem: read.message };
    const { command, corpus, createdAt, attempts } = read.value;
    const line: RunSummaryLine = {
      ...nothing,
      id,
      command,
      corpus: corpus.reference,
      total: corpus.theorems,
      createdAt,
      updatedAt: createdAt,
    };
    const known: Known = {
      line,
      attempts,
      end: 0,
      size: -1,
      status: 'starting',
      ended: new Map(),
      proved: new Set(),
      seen: new Set(),
    };
    this.#known.set(id, known);
    return known;
  }
}

function isSame(a: RunSummaryLine, b: RunSummaryLine): boolean {
  return (Object.keys(b) as (keyof RunSummaryLine)[]).every((key) => a[key] === b[key]);
}

const STATUS_AFTER: Readonly<Record<string, RunStatus>> = {
  'run.resumed': 'starting',
  'run.ready': 'running',
  'run.continued': 'running',
  'run.paused': 'paused',
  'run.stopping': 'stopping',
};

/** Takes from a line of a log what the list shows. Lines are checked in full when the run is opened. */
function note(known: Known, line: string): undefined {
  const kind = /"kind":"([\w.]+)"/.exec(line.slice(0, 120))?.[1] ?? '';
  if (kind === 'run.ended') known.status = /"status":"(finished|stopped|failed)"/.exec(line)?.[1] as RunStatus;
  known.status = STATUS_AFTER[kind] ?? known.status;
  if (kind !== 'job.ended') return;
  const job = /"job":"(t(\d+)\.\d+)"/.exec(line.slice(0, 200));
  if (job === null || known.seen.has(job[1]!)) return;
  known.seen.add(job[1]!);
  const index = Number(job[2]);
  known.ended.set(index, (known.ended.get(index) ?? 0) + 1);
  if (endsProved(line)) known.proved.add(index);
}

const verdictSchema = z.object({ outcome: jobOutcomeSchema.pick({ accepted: true, level: true }) });

function endsProved(line: string): boolean {
  try {
    const parsed = verdictSchema.safeParse(JSON.parse(line));
    return parsed.success && isProved(parsed.data.outcome);
  } catch {
    return false;
  }
}

async function sizeOf(path: string): Promise<{ readonly size: number; readonly mtimeMs: number }> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { size, mtimeMs };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { size: 0, mtimeMs: 0 };
    throw error;
  }
}
