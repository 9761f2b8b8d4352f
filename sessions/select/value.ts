import { type ScoreParts, scoreParts, wantsEnergy } from '../../src/search/score.ts';
import type { SearchNode, SearchState } from '../../src/search/state.ts';

/** Places of a node by what the model and what the policy say, 1 = best; nodes of equal value share a place. */
export interface Places {
  readonly energy: number;
  readonly logProb: number;
  /** Nodes with an energy among which it stands. */
  readonly of: number;
}

/** What the value model says of a node, beside the policy. */
export interface NodeValue {
  readonly energy: number | null;
  /** Why it has none, where that is known; null where it has one, or there is no value model. */
  readonly missing: string | null;
  readonly parts: ScoreParts;
  /** Among its parent's children, and among all open nodes; null where it does not belong to them, or has no energy. */
  readonly siblings: Places | null;
  readonly frontier: Places | null;
}

/** Null for a search that never had a value model. Costs one pass over the nodes. */
export function selectNodeValue(state: SearchState, id: number): NodeValue | null {
  const node = state.nodes[id];
  if (!node || state.energiesOf === null) return null;
  const children = node.parent === null ? [] : (state.nodes[node.parent]?.children ?? []);
  return {
    energy: node.energy,
    missing: whyNone(state, node),
    parts: scoreParts(node, node.round, state),
    siblings: placesAmong(
      state,
      node,
      children.flatMap((child) => state.nodes[child] ?? []),
    ),
    frontier: node.status === 'open' ? placesAmong(state, node, state.nodes, 'open') : null,
  };
}

/** Places of a node among others, the open ones only where that is said; null unless both numbers can be compared. */
export function placesAmong(
  { settings }: SearchState,
  node: SearchNode,
  others: readonly SearchNode[],
  only?: SearchNode['status'],
): Places | null {
  const { energy } = node;
  if (energy === null || others.length === 0) return null;
  const policy = (one: SearchNode): number => (settings.accumulate === 'sum' ? one.pathLogProb : one.logProb);
  const logProb = policy(node);
  const places = { energy: 1, logProb: 1, of: 0 };
  for (const other of others) {
    if (other.energy === null || (only !== undefined && other.status !== only)) continue;
    places.of += 1;
    if (other.energy < energy) places.energy += 1;
    if (policy(other) > logProb) places.logProb += 1;
  }
  return places.of > 1 ? places : null;
}

function whyNone({ value, settings }: SearchState, node: SearchNode): string | null {
  if (node.energy !== null || value === null) return null;
  if (node.goals.length === 0) return 'no goals left: nothing to score';
  if (node.unscored !== undefined) return node.unscored;
  if (!wantsEnergy(node.depth, settings)) return `above ebm_min_depth = ${settings.ebm_min_depth}: not asked about`;
  return 'waiting for the value model';
}
