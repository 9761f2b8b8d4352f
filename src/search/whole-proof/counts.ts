import { z } from 'zod';
import { counted } from '../../text/quantity.ts';
import type { ProofStatistics } from './sampled-proof.ts';

const count = z.int().min(0);

/** What became of the whole proofs of a search, by the reference's names; those it has no name for come last. */
export const hybridCountsSchema = z.object({
  hybrid_rounds: count,
  hybrid_proofs_generated: count,
  /** Steps that Lean was not asked about, because another proof had taken them. */
  trie_cache_hits: count,
  depth_capped: count,
  context_stuffing_blocked: count,
  have_goal_increase_pruned: count,
  have_chain_pruned: count,
  closed: count,
  tactic_failed: count,
  state_visited: count,
  /** They had no more tactics, and goals were left. */
  unfinished: count,
  /** They held `sorry` or its like. */
  forbidden: count,
  /** Blocked, empty, or given up when the search ended. */
  other: count,
});
export type HybridCounts = Readonly<z.infer<typeof hybridCountsSchema>>;

/** The counts of whole proofs as results name them. */
export function hybridCounts(statistics: ProofStatistics): HybridCounts {
  return {
    hybrid_rounds: statistics.hybridRounds,
    hybrid_proofs_generated: statistics.hybridProofsGenerated,
    trie_cache_hits: statistics.trieCacheHits,
    depth_capped: statistics.depthCapped,
    context_stuffing_blocked: statistics.contextStuffingBlocked,
    have_goal_increase_pruned: statistics.haveGoalIncreasePruned,
    have_chain_pruned: statistics.haveChainPruned,
    closed: statistics.closed,
    tactic_failed: statistics.failed,
    state_visited: statistics.visited,
    unfinished: statistics.unfinished,
    forbidden: statistics.forbidden,
    other: statistics.other,
  };
}

/** The sum of two such counts; null counts as none. */
export function addHybridCounts(one: HybridCounts | null, other: HybridCounts): HybridCounts {
  if (one === null) return other;
  const keys = Object.keys(other) as (keyof HybridCounts)[];
  return Object.fromEntries(keys.map((key) => [key, one[key] + other[key]])) as HybridCounts;
}

/** The counts in a line for a person, what never happened left out. */
export function hybridText(counts: HybridCounts): string {
  const { hybrid_proofs_generated: proofs, hybrid_rounds: rounds, trie_cache_hits: hits } = counts;
  const ends: readonly (readonly [number, string])[] = [
    [counts.closed, 'closed'],
    [counts.tactic_failed, 'failed'],
    [counts.state_visited, 'at a known state'],
    [counts.unfinished, 'unfinished'],
    [counts.depth_capped, 'too deep'],
    [counts.context_stuffing_blocked, 'target unchanged'],
    [counts.have_goal_increase_pruned, 'have with more goals'],
    [counts.have_chain_pruned, 'have after have'],
    [counts.forbidden, 'with sorry'],
    [counts.other, 'other'],
  ];
  const shown = ends.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`);
  return `${proofs} in ${counted(rounds, 'round')}${shown.length === 0 ? '' : `: ${shown.join(', ')}`}; ${hits} shared steps`;
}
