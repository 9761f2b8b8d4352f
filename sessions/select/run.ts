import { overTime } from '../../src/run/report/series.ts';
import type { TheoremTally } from '../../src/run/tally-theorems.ts';
import type { OpenRun, RunSummaryLine } from '../workbench.ts';

export type TheoremOrder = 'list' | 'status' | 'name' | 'source' | 'level' | 'expansions' | 'nodes' | 'time';
export const theoremOrders: readonly TheoremOrder[] = [
  'list',
  'status',
  'name',
  'source',
  'level',
  'expansions',
  'nodes',
  'time',
];

export interface TheoremQuery {
  readonly filter: string;
  readonly order: TheoremOrder;
  readonly reverse: boolean;
}

const kept = new WeakMap<OpenRun, { readonly key: string; readonly rows: readonly TheoremTally[] }>();

/**
 * The theorems of a run, filtered by name, source, status or error, in the order wanted. Sorted once for each moment of
 * the run, however often it is drawn.
 */
export function selectTheorems(run: OpenRun, { filter, order, reverse }: TheoremQuery): readonly TheoremTally[] {
  const key = `${order} ${reverse} ${filter}`;
  const known = kept.get(run);
  if (known?.key === key) return known.rows;
  const wanted = filter.toLowerCase();
  const all = run.tally.perTheorem;
  const some = wanted === '' ? all : all.filter((row) => searchable(run, row).toLowerCase().includes(wanted));
  const sorted = order === 'list' ? some : some.toSorted(comparers[order]);
  const rows = reverse ? sorted.toReversed() : sorted;
  kept.set(run, { key, rows });
  return rows;
}

const searchable = (run: OpenRun, row: TheoremTally): string =>
  `${row.name} ${row.source ?? ''} ${theoremWord(run, row)} ${row.error?.stage ?? ''} ${row.error?.category ?? ''} ${row.error?.message ?? ''}`;

/** How a theorem stands, in a word or two; what was running when its process went away is interrupted. */
export function theoremWord(run: OpenRun, row: TheoremTally): string {
  if (row.proved) return `proved ${row.level ?? ''}`.trim();
  if (row.attempts.running > 0) return run.holder === null ? 'interrupted' : 'running';
  if (row.refused !== null) return 'not verified';
  return row.status;
}

const rank: Readonly<Record<TheoremTally['status'], number>> = {
  error: 0,
  running: 1,
  proved: 2,
  exhausted: 3,
  budget: 4,
  timeout: 5,
  stopped: 6,
  waiting: 7,
};

const text = (a: string | null, b: string | null): number =>
  (a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0;

/** Larger figures first; equal ones in the order of the list. */
const comparers: Readonly<Record<Exclude<TheoremOrder, 'list'>, (a: TheoremTally, b: TheoremTally) => number>> = {
  status: (a, b) => rank[a.status] - rank[b.status] || Number(b.proved) - Number(a.proved) || a.index - b.index,
  name: (a, b) => text(a.name, b.name) || a.index - b.index,
  source: (a, b) => text(a.source, b.source) || a.index - b.index,
  level: (a, b) => text(b.level, a.level) || a.index - b.index,
  expansions: (a, b) => b.expansions - a.expansions || a.index - b.index,
  nodes: (a, b) => b.nodes - a.nodes || a.index - b.index,
  time: (a, b) => b.ms - a.ms || a.index - b.index,
};

/** The job whose search shows why a theorem stands as it does; null when none has begun. */
export function jobOfTheorem({ state, holder }: OpenRun, row: TheoremTally): string | null {
  const id = (attempt: number): string => `t${row.index}.${attempt}`;
  if (row.provedBy !== null) return id(row.provedBy);
  const attempts = Array.from({ length: row.attempts.all }, (_, k) => k + 1);
  const running = attempts.findLast((attempt) => state.jobs.get(id(attempt))?.progress.kind === 'running');
  if (running !== undefined && holder !== null) return id(running);
  const ended = attempts.find((attempt) => state.jobs.get(id(attempt))?.progress.kind === 'ended');
  if (ended !== undefined) return id(ended);
  return running === undefined ? null : id(running);
}

/** What of a theorem is worth copying: its proof, else its statement. */
export function theoremText(run: OpenRun, row: TheoremTally): { readonly what: string; readonly text: string } {
  const { jobs } = run.state;
  const proof = row.provedBy === null ? undefined : jobs.get(`t${row.index}.${row.provedBy}`)?.progress;
  if (proof?.kind === 'ended' && proof.outcome.proof !== null)
    return { what: 'proof', text: proof.outcome.proof.join('\n') };
  return { what: 'statement', text: jobs.get(`t${row.index}.1`)?.job.statement ?? '' };
}

/** The runs of the home, filtered by id, command, corpus or status. */
export function selectRuns(runs: readonly RunSummaryLine[], filter: string): readonly RunSummaryLine[] {
  const wanted = filter.toLowerCase();
  return wanted === ''
    ? runs
    : runs.filter((run) => `${run.id} ${run.command} ${run.corpus} ${run.status}`.toLowerCase().includes(wanted));
}

const curves = new WeakMap<OpenRun, { readonly columns: number; readonly points: readonly number[] }>();

/**
 * How many theorems were proved after each of `columns` equal shares of the time worked so far, the last one being now.
 * Empty before anything has ended.
 */
export function selectProvedCurve(run: OpenRun, columns: number): readonly number[] {
  const known = curves.get(run);
  if (known?.columns === columns) return known.points;
  const points = provedCurve(run, columns);
  curves.set(run, { columns, points });
  return points;
}

function provedCurve({ state, tally }: OpenRun, columns: number): readonly number[] {
  const { activeMs } = tally.pace;
  if (state.ended.length === 0 || activeMs <= 0 || columns < 1) return [];
  const { proved } = overTime(state);
  let next = 0;
  return Array.from({ length: columns }, (_, column) => {
    const until = ((column + 1) / columns) * activeMs;
    while (next + 1 < proved.length && proved[next + 1]![0] <= until) next += 1;
    return proved[next]![1];
  });
}
