import type { TheoremTally } from './tally-theorems.ts';
import { type Rate, rateOf } from './wilson.ts';

/** Theorems of one source. */
export interface SourceTally {
  /** Null: the list names none. */
  readonly source: string | null;
  readonly theorems: number;
  readonly proved: Rate;
  /** Searched theorems that stand with an error. */
  readonly errors: number;
}

/** The theorems by their sources, in the order in which these first stand in the list. */
export function countSources(perTheorem: readonly TheoremTally[]): readonly SourceTally[] {
  const sources = new Map<string | null, { theorems: number; searched: number; proved: number; errors: number }>();
  for (const { source, status, proved } of perTheorem) {
    const counts = sources.get(source) ?? { theorems: 0, searched: 0, proved: 0, errors: 0 };
    sources.set(source, counts);
    counts.theorems += 1;
    if (status !== 'waiting' && status !== 'running') counts.searched += 1;
    if (proved) counts.proved += 1;
    if (status === 'error') counts.errors += 1;
  }
  return [...sources].map(([source, { theorems, searched, proved, errors }]) => ({
    source,
    theorems,
    proved: rateOf(proved, searched),
    errors,
  }));
}
