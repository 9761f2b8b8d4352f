import type { Candidate } from '../provider.ts';
import type { GoalView } from './view.ts';

/** One tactic that a rule proposes, with how much it is worth against the others. */
export interface Draft {
  readonly tactic: string;
  /** Positive; the probability of a candidate is its weight over the sum of all weights of the state. */
  readonly weight: number;
  readonly reason: string;
  /** Cap for tries that are slow when they fail, in Lean's own unit (thousands). */
  readonly heartbeats?: number;
}

/** From a goal's shape to tactics. Deterministic, and silent where it does not apply. */
export interface Rule {
  readonly name: string;
  propose(view: GoalView): Iterable<Draft>;
}

/**
 * Rank the drafts of one state.
 *
 * `logProb = ln(weight / Σ weights)`, the sum over everything that all rules have for the state, whether it is
 * returned in this round or held back, so log-probs of one expansion, of its later rounds and of other nodes are on
 * one scale. Of equal texts the heaviest stays; ties keep the order of the registry.
 */
export function rank(drafts: readonly { readonly rule: string; readonly draft: Draft }[]): Candidate[] {
  const best = new Map<string, { readonly rule: string; readonly draft: Draft }>();
  for (const entry of drafts) {
    const before = best.get(entry.draft.tactic);
    if (!before || before.draft.weight < entry.draft.weight) best.set(entry.draft.tactic, entry);
  }
  const entries = [...best.values()].sort((a, b) => b.draft.weight - a.draft.weight);
  const total = entries.reduce((sum, e) => sum + e.draft.weight, 0);
  return entries.map(({ rule, draft }) => ({
    tactic: draft.tactic,
    logProb: Math.log(draft.weight / total),
    origin: `heuristic:${rule}`,
    reason: draft.reason,
    ...(draft.heartbeats !== undefined && { heartbeats: draft.heartbeats }),
  }));
}
