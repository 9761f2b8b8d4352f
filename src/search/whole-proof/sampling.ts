import type { SearchSettings } from '../settings.ts';
import type { SearchState } from '../state.ts';

/** What a provider is asked for at one node. */
export interface NodeSampling {
  readonly count: number;
  readonly temperature: number;
  /** Most tokens of each whole proof; null where single tactics are wanted. */
  readonly maxTokens: number | null;
}

/**
 * What a provider is asked for at a node. Whole proofs get fewer and shorter with depth, and perhaps warmer: deep in the tree
 * less is left to prove, and what was likely has been tried. What is left of the budget is shared by the nodes that
 * are expanded together.
 */
export function samplingOf(state: SearchState, node: number): NodeSampling {
  const { settings } = state;
  const { temperature } = settings;
  if (settings.strategy !== 'whole-proof') return { count: settings.num_candidates, temperature, maxTokens: null };
  const share = depthShare(state.nodes[node]?.depth ?? 0, settings.hybrid_tokens_decay_depth);
  const between = (from: number, to: number): number => from + share * (to - from);
  const { hybrid_num_proofs: most, hybrid_max_temperature: warmest } = settings;
  const wanted = Math.round(between(most, Math.min(most, settings.hybrid_min_proofs)));
  const { hybrid_max_tokens: longest } = settings;
  const left = Math.floor(proofsLeft(state) / Math.max(1, state.expanding.size));
  return {
    count: Math.max(1, Math.min(wanted, left)),
    temperature:
      warmest > 0 ? Math.round(between(temperature, Math.max(temperature, warmest)) * 1e6) / 1e6 : temperature,
    maxTokens: Math.round(between(longest, Math.min(longest, settings.hybrid_min_tokens))),
  };
}

/** Whole proofs that may still be sampled. */
function proofsLeft({ settings, statistics }: SearchState): number {
  return Math.max(0, settings.hybrid_budget - statistics.proofs.hybridProofsGenerated);
}

/** Which limit of whole proofs is used up, with the sentence for it; null for none. */
export function usedUp({
  settings,
  statistics,
}: {
  readonly settings: SearchSettings;
  readonly statistics: SearchState['statistics'];
}): { readonly limit: 'hybrid_budget' | 'max_rounds'; readonly reason: string } | null {
  const { hybridProofsGenerated, hybridRounds } = statistics.proofs;
  if (hybridProofsGenerated >= settings.hybrid_budget)
    return { limit: 'hybrid_budget', reason: `hybrid_budget (${settings.hybrid_budget}) whole proofs are used up` };
  if (hybridRounds >= settings.hybrid_max_rounds)
    return { limit: 'max_rounds', reason: `hybrid_max_rounds (${settings.hybrid_max_rounds}) rounds are used up` };
  return null;
}

const depthShare = (depth: number, levels: number): number => (levels === 0 ? 0 : Math.min(1, depth / levels));
