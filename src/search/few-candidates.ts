import type { SearchSettings } from './settings.ts';

/** With fewer different candidates for each expansion a search follows a single thread. */
const leastCandidates = 4;
const leastExpansions = 20;
/** Kinds that do not sample: they have what they have. */
const ownOrder: ReadonlySet<string> = new Set(['heuristic', 'ranker']);

/** Different candidates of the expansions so far. */
export interface CandidateCounts {
  readonly sum: number;
  readonly count: number;
}

/**
 * What to do about a provider that samples and keeps proposing the same, in a sentence; null when there is no need, or too little
 * is known yet.
 */
export function fewCandidates(
  providerKind: string,
  { sum, count }: CandidateCounts,
  { strategy, temperature, num_candidates }: Pick<SearchSettings, 'strategy' | 'temperature' | 'num_candidates'>,
): string | null {
  const average = sum / count;
  if (ownOrder.has(providerKind) || count < leastExpansions || average >= leastCandidates) return null;
  if (strategy === 'whole-proof')
    return `only ${average.toFixed(1)} different whole proofs in each round so far: raise the temperature (now ${temperature})`;
  return `only ${average.toFixed(1)} different candidates for each expansion so far: raise the temperature (now ${temperature}) or --num-candidates (now ${num_candidates})`;
}
