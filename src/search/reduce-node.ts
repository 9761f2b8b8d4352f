import type { Goal } from '../lean/goal.ts';
import type { Candidate } from '../policy/provider.ts';
import type { DerivedEvent } from './events.ts';
import { wantsEnergy } from './score.ts';
import { type CandidateRecord, type CandidateStatus, type SearchNode, type SearchState, stateKey } from './state.ts';
import type { SearchStatistics } from './statistics.ts';
import type { SampledProof } from './whole-proof/sampled-proof.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type WritableStatistics = {
  -readonly [K in keyof SearchStatistics]: SearchStatistics[K] extends number ? number : Writable<SearchStatistics[K]>;
};

/** The same state, as the reducer sees it. */
export type MutableSearchState = Omit<
  Writable<SearchState>,
  'goals' | 'nodes' | 'proofs' | 'nodeByState' | 'proposals' | 'expanding' | 'statistics'
> & {
  goals: Map<string, Goal>;
  nodes: SearchNode[];
  proofs: SampledProof[];
  nodeByState: Map<string, number>;
  proposals: Map<number, readonly Candidate[]>;
  expanding: Set<number>;
  statistics: WritableStatistics;
};

/** Replaces a node by a changed copy and keeps the count of open nodes right. Unknown nodes are ignored. */
export function changeNode(state: MutableSearchState, id: number, changes: Partial<SearchNode>): void {
  const before = state.nodes[id];
  if (!before) return;
  const after = { ...before, ...changes };
  if (before.status === 'open' && after.status !== 'open') state.openCount -= 1;
  if (before.status !== 'open' && after.status === 'open') state.openCount += 1;
  state.nodes[id] = after;
}

/** Gives a candidate a new status. Unknown nodes and candidates are ignored. */
export function changeCandidate(
  state: MutableSearchState,
  nodeId: number,
  index: number,
  change: (candidate: CandidateRecord) => CandidateStatus,
): void {
  const node = state.nodes[nodeId];
  const candidate = node?.candidates[index];
  if (!node || !candidate) return;
  const candidates = node.candidates.slice();
  candidates[index] = { ...candidate, status: change(candidate) };
  changeNode(state, nodeId, { candidates });
}

/** Adds a node to the tree. */
export function addNode(state: MutableSearchState, event: Extract<DerivedEvent, { kind: 'node.added' }>): void {
  const parent = event.parent === null ? undefined : state.nodes[event.parent];
  const closed = event.goals.length === 0;
  state.nodes[event.node] = {
    id: event.node,
    parent: event.parent,
    candidate: event.candidate,
    tactic: event.candidate === null ? null : (parent?.candidates[event.candidate]?.tactic ?? null),
    goals: event.goals,
    depth: event.depth,
    logProb: event.logProb,
    pathLogProb: event.pathLogProb,
    energy: null,
    score: null,
    round: 0,
    // A node is counted as waiting only once it is queued.
    status: closed ? 'closed' : 'done',
    children: [],
    candidates: [],
    expansion: null,
    visits: 0,
    breakpoint: false,
  };
  // Closed nodes all have the same (empty) state and are never looked up.
  if (!closed) state.nodeByState.set(stateKey(event.goals), event.node);
  if (!closed && state.value !== null && !wantsEnergy(event.depth, state.settings))
    state.statistics.value.skippedByDepth += 1;
  state.statistics.maxDepth = Math.max(state.statistics.maxDepth, event.depth);
  if (event.parent === null || !parent) return;
  changeNode(state, event.parent, { children: [...parent.children, event.node] });
  if (event.candidate !== null) {
    changeCandidate(state, event.parent, event.candidate, ({ status }) =>
      status.kind === 'answered' ? { ...status, child: event.node } : status,
    );
  }
}
