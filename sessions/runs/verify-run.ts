import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Job } from '../../src/run/job.ts';
import type { JobOutcome } from '../../src/run/outcome.ts';
import { resultDocument } from '../../src/run/results.ts';
import type { RunPart } from '../../src/run/state.ts';
import { hasCode } from '../../src/storage/failure.ts';
import type { TrajectoryRow } from '../../src/trajectory/row.ts';
import { canonicalJson, sameJson } from '../same-json.ts';
import type { RunReader } from './run-reader.ts';
import { partRows } from './verify-part.ts';
import { verifySearch } from './verify-search.ts';

/** Something about a run that does not fit together. */
export interface RunDifference {
  /** What it is about: a theorem's search, a file. */
  readonly about: string;
  readonly message: string;
}

export interface RunVerification {
  readonly searches: number;
  readonly events: number;
  readonly parts: number;
  readonly rows: number;
  /** Searches whose rows are in no part yet: those of a run that goes on, or was killed. */
  readonly unwritten: number;
  readonly differences: readonly RunDifference[];
}

/** What a result document counts; the rest of it (times, texts) may be said otherwise by another version. */
const counted = [
  'theorems',
  'searched',
  'done',
  'proved',
  'levels',
  'bySource',
  'errors',
  'unproved',
  'refused',
  'candidates',
  'canaries',
  'suspect',
  'trajectories',
  'cumulative_solved',
  'per_theorem',
  'budget_results',
] as const;
const countedInside: ReadonlySet<string> = new Set([
  'name',
  'proved',
  'nodes_used',
  'level',
  'budget',
  'solved',
  'total',
  'per_theorem',
]);

/**
 * Checks a run against itself: runs every recorded search again on its recorded answers, compares the outcome with the
 * run's log and the trajectory rows with its parts, and the counts with its result document.
 * @param onProgress called after each search with how many are done
 */
export async function verifyRun(
  run: RunReader,
  onProgress: (done: number) => void = () => {},
): Promise<RunVerification> {
  const differences: RunDifference[] = [];
  const found = (about: string, message: string | null): void => {
    if (message !== null) differences.push({ about, message });
  };
  let [searches, events, rows] = [0, 0, 0];
  const check = async (job: Job, outcome: JobOutcome): Promise<readonly TrajectoryRow[] | null> => {
    const verified = await verifySearch(run, job, outcome);
    for (const difference of verified.differences) found(nameOf(job), difference);
    searches += 1;
    events += verified.events;
    onProgress(searches);
    return verified.rows;
  };
  found('theorems.json', await theoremsDiffer(run));
  const written = new Map<string, string>();
  for (const part of run.state.parts) {
    for (const message of doublyWritten(part, written)) found(part.file, message);
    const read = await partRows(run, part);
    if (read.kind === 'damaged') found(part.file, read.message);
    for (const id of part.jobs) {
      const ended = endedJob(run, id);
      if (ended === null) {
        found(part.file, `holds rows of ${id}, which has not ended`);
        continue;
      }
      const expected = await check(ended.job, ended.outcome);
      if (read.kind === 'damaged' || expected === null) continue;
      found(part.file, rowsDiffer(nameOf(ended.job), expected, read.rows.get(id) ?? []));
      rows += expected.length;
      read.rows.delete(id);
    }
    if (read.kind === 'rows')
      for (const id of read.rows.keys())
        found(part.file, `holds rows of the search "${id}", which is not among its own`);
  }
  let unwritten = 0;
  for (const id of run.state.ended) {
    const ended = endedJob(run, id);
    if (ended === null || written.has(id)) continue;
    await check(ended.job, ended.outcome);
    if (ended.job.kind !== 'canary') unwritten += 1;
  }
  if (unwritten > 0 && run.state.status === 'finished')
    found('trajectories', `the run has finished, and the rows of ${unwritten} searches are in no part`);
  found('results.json', await resultsDiffer(run));
  return { searches, events, parts: run.state.parts.length, rows, unwritten, differences };
}

function endedJob(run: RunReader, id: string): { readonly job: Job; readonly outcome: JobOutcome } | null {
  const record = run.state.jobs.get(id);
  return record?.progress.kind === 'ended' ? { job: record.job, outcome: record.progress.outcome } : null;
}

function nameOf({ theorem, kind, attempt }: Job): string {
  return kind === 'theorem'
    ? `${theorem}, attempt ${attempt}`
    : `${theorem}, ${kind === 'noisy' ? 'noisy search' : 'canary'}`;
}

function* doublyWritten({ file, jobs }: RunPart, written: Map<string, string>): Generator<string> {
  for (const id of jobs) {
    const before = written.get(id);
    if (before !== undefined) yield `holds rows of ${id}, as ${before} does`;
    written.set(id, file);
  }
}

function rowsDiffer(name: string, expected: readonly TrajectoryRow[], found: readonly TrajectoryRow[]): string | null {
  if (expected.length !== found.length) return `${name}: ${found.length} rows, the search gives ${expected.length}`;
  const at = expected.findIndex((row, i) => !sameJson(row, found[i]));
  if (at === -1) return null;
  const [here, there] = [expected[at] as TrajectoryRow, found[at] as TrajectoryRow];
  const column = (Object.keys(here) as (keyof TrajectoryRow)[]).find((key) => !sameJson(here[key], there[key]));
  if (column === undefined) return `${name}: row ${at} has a column too many`;
  return `${name}: row ${at} has ${column} ${canonicalJson(there[column])}, the search gives ${canonicalJson(here[column])}`;
}

async function theoremsDiffer(run: RunReader): Promise<string | null> {
  const { sha256 } = run.manifest.corpus;
  const text = await readFile(run.file('theorems.json'));
  const actual = createHash('sha256').update(text).digest('hex');
  return actual === sha256 ? null : `has sha256 ${actual}, the manifest says ${sha256}`;
}

/** A run that has not ended has no result document, or an older one. */
async function resultsDiffer(run: RunReader): Promise<string | null> {
  const { status } = run.state;
  let text: string;
  try {
    text = await readFile(run.file('results.json'), 'utf8');
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    return status === 'finished' ? 'is missing, though the run has finished' : null;
  }
  if (status !== 'finished') return null;
  let written: Readonly<Record<string, unknown>>;
  try {
    written = JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch (error) {
    return `is damaged: ${(error as Error).message}`;
  }
  const expected = resultDocument(run.manifest, run.state) as unknown as Readonly<Record<string, unknown>>;
  for (const key of counted) {
    const [here, there] = [countsOf(written[key]), countsOf(expected[key])];
    if (!sameJson(here, there)) return `says ${key} ${excerpt(here)}, the log gives ${excerpt(there)}`;
  }
  return null;
}

/** Of lists of theorems and budgets, what is counted in them. */
function countsOf(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((entry: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(
      Object.entries(entry).flatMap(([key, inside]) => (countedInside.has(key) ? [[key, countsOf(inside)]] : [])),
    ),
  );
}

function excerpt(value: unknown): string {
  const text = canonicalJson(value ?? null);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
