import { isProved } from '../counted.ts';
import type { Job } from '../job.ts';
import type { JobOutcome } from '../outcome.ts';
import type { JobRecord, RunState } from '../state.ts';

type Point = readonly [x: number, y: number];
interface Ended {
  readonly job: Job;
  readonly activeTo: number;
  readonly outcome: JobOutcome;
}

/** More points than this show nothing more on a page. */
const mostPoints = 600;

/** Ended attempts, in the order in which they ended; canaries and noisy searches left out. */
export function endedAttempts(state: RunState): readonly Ended[] {
  return state.ended.flatMap((id) => {
    const record = state.jobs.get(id);
    return record?.job.kind === 'theorem' ? endedOf(record) : [];
  });
}

function endedOf({ job, progress }: JobRecord): readonly Ended[] {
  return progress.kind === 'ended' ? [{ job, activeTo: progress.activeTo, outcome: progress.outcome }] : [];
}

/** Theorems proved and theorems searched after each ms of work. */
export function overTime(state: RunState): { readonly proved: readonly Point[]; readonly searched: readonly Point[] } {
  const proved = new Set<number>();
  const searched = new Set<number>();
  const provedPoints: Point[] = [[0, 0]];
  const searchedPoints: Point[] = [[0, 0]];
  for (const { job, activeTo, outcome } of endedAttempts(state)) {
    if (!searched.has(job.index)) searchedPoints.push([activeTo, searched.add(job.index).size]);
    if (isProved(outcome) && !proved.has(job.index)) provedPoints.push([activeTo, proved.add(job.index).size]);
  }
  return { proved: thinned(provedPoints), searched: thinned(searchedPoints) };
}

/** How many theorems the first `pass` attempts prove within each number of expansions. */
export function overBudget(state: RunState, pass: number): readonly Point[] {
  const least = new Map<number, number>();
  for (const { job, outcome } of endedAttempts(state)) {
    if (job.attempt > pass || !isProved(outcome)) continue;
    least.set(job.index, Math.min(least.get(job.index) ?? Number.POSITIVE_INFINITY, outcome.expansions));
  }
  const sorted = [...least.values()].sort((a, b) => a - b);
  const points: Point[] = [[0, 0]];
  for (const [i, expansions] of sorted.entries()) if (sorted[i + 1] !== expansions) points.push([expansions, i + 1]);
  return thinned(points);
}

export interface ExpansionBin {
  /** Expansions from `from` to `to`, both counted in. */
  readonly from: number;
  readonly to: number;
  readonly proved: number;
  readonly unproved: number;
}

/** Attempts by their number of expansions: 0, 1, 2, 3–4, 5–8, 9–16, … Those that ended with an error are left out. */
export function expansionBins(state: RunState): readonly ExpansionBin[] {
  const counts: { proved: number; unproved: number }[] = [];
  for (const { outcome } of endedAttempts(state)) {
    if (outcome.status === 'error') continue;
    const bin = outcome.expansions <= 1 ? outcome.expansions : 1 + Math.ceil(Math.log2(outcome.expansions));
    while (counts.length <= bin) counts.push({ proved: 0, unproved: 0 });
    const count = counts[bin] as { proved: number; unproved: number };
    if (isProved(outcome)) count.proved += 1;
    else count.unproved += 1;
  }
  return counts.map((count, bin) => ({
    from: bin <= 1 ? bin : 2 ** (bin - 2) + 1,
    to: bin <= 1 ? bin : 2 ** (bin - 1),
    ...count,
  }));
}

/** First, last, and evenly chosen points between. */
function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= mostPoints) return points;
  const step = (points.length - 1) / (mostPoints - 1);
  return Array.from({ length: mostPoints }, (_, i) => points[Math.round(i * step)] as Point);
}
