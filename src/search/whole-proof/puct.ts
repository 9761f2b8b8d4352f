import type { SearchNode, SearchState } from '../state.ts';

/** How often whole proofs came to a node, and how many of these got on from it. */
export interface Replays {
  readonly visits: number;
  readonly successes: number;
}

export const noReplays: Replays = { visits: 0, successes: 0 };

/** The parts of a score; it is their sum. */
export interface PuctParts {
  readonly value: number;
  readonly explore: number;
  /** Taken off for goals beyond the first; 0 or less. */
  readonly penalty: number;
}

/**
 * Score of a node under `whole-proof`, higher is better:
 *
 *     alpha_t · prior + (1 − alpha_t) · successes / visits            with alpha_t = alpha / (1 + visits)
 *       + exploration_c · sqrt(ln(visits of the parent + 1) / (1 + visits))
 *       − goal_count_penalty · (goals − 1)
 *
 * A visit is a proof that was sampled at the node or came to it; a success is one that got on from there, to another node or
 * to the end. So a node is judged by its prior while nobody has been there, and by its proofs afterwards.
 *
 * @param prior −energy where a value model has scored the node, else the log-prob of the proof that led to it
 */
export function puctParts(state: Pick<SearchState, 'nodes' | 'settings'>, node: SearchNode, prior: number): PuctParts {
  const { alpha, exploration_c, goal_count_penalty } = state.settings;
  const { visits, successes } = node.replays ?? noReplays;
  const above = node.parent === null ? undefined : state.nodes[node.parent];
  const parentVisits = above?.replays?.visits ?? 0;
  const weight = alpha / (1 + visits);
  const rate = visits === 0 ? 0 : successes / visits;
  return {
    value: weight * prior + (1 - weight) * rate,
    explore: exploration_c * Math.sqrt(Math.log(parentVisits + 1) / (1 + visits)),
    penalty: -(goal_count_penalty * Math.max(0, node.goals.length - 1)) + 0,
  };
}

/** The score of a node under the strategy `whole-proof`; higher is taken first. */
export function puctScore(state: Pick<SearchState, 'nodes' | 'settings'>, node: SearchNode, prior: number): number {
  const { value, explore, penalty } = puctParts(state, node, prior);
  return value + explore + penalty;
}
