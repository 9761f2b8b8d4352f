import type { SearchRequest } from './request.ts';
import { type SearchNode, type SearchState, stateKey } from './state.ts';

/** A candidate that Lean is to try. */
export interface Try {
  readonly node: number;
  readonly candidate: number;
}

/** The node with this number; that there is none is a broken invariant. */
export function nodeOf(state: SearchState, id: number): SearchNode {
  const node = state.nodes[id];
  if (!node) throw new Error(`the search has no node ${id}`);
  return node;
}

/** What Lean is asked: the tactic, and as many thousands of heartbeats as both the candidate and the search allow. */
export function tryRequest(state: SearchState, { node, candidate: index }: Try): SearchRequest {
  const candidate = nodeOf(state, node).candidates[index];
  const limit = state.settings.tactic_heartbeats;
  const heartbeats = Math.min(candidate?.heartbeats ?? limit, limit);
  return { kind: 'tryTactic', node, candidate: index, tactic: candidate?.tactic ?? '', heartbeats };
}

/** Whether Lean has answered. */
export function isAnswered(state: SearchState, { node, candidate }: Try): boolean {
  return state.nodes[node]?.candidates[candidate]?.status.kind === 'answered';
}

/**
 * Whether a candidate closed the goal that it was given and left the others as they were. Then no other way to close that
 * goal is of use: goals whose text is the same share nothing that was decided by the closed one.
 */
export function settles(state: SearchState, { node, candidate }: Try): boolean {
  const { goals, candidates } = nodeOf(state, node);
  const status = candidates[candidate]?.status;
  if (goals.length < 2 || status?.kind !== 'answered' || status.outcome.kind !== 'goals') return false;
  return stateKey(status.outcome.goals) === stateKey(goals.slice(1));
}
