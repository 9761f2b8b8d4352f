import type { SearchEvent } from './events.ts';
import { reduceCandidateEvent } from './reduce-candidates.ts';
import { addNode, changeNode, type MutableSearchState } from './reduce-node.ts';
import { reduceValueEvent } from './reduce-value.ts';
import { searchSettingsSchema } from './settings.ts';
import { pathTactics, type SearchState } from './state.ts';
import { emptyStatistics } from './statistics.ts';
import { reduceProofEvent } from './whole-proof/reduce-proofs.ts';

/** The state before any event. */
export function emptySearchState(): SearchState {
  return {
    events: 0,
    problem: null,
    provider: null,
    worker: null,
    value: null,
    searchedWith: null,
    energiesOf: null,
    scales: null,
    fork: null,
    settings: searchSettingsSchema.parse({}),
    goals: new Map(),
    nodes: [],
    nodeByState: new Map(),
    proposals: new Map(),
    expanding: new Set(),
    openCount: 0,
    mode: 'starting',
    pausedBy: null,
    providerFailure: null,
    providerMayRecover: false,
    valueFailure: null,
    ended: null,
    proofs: [],
    proof: null,
    verdict: null,
    runningMs: 0,
    statistics: structuredClone(emptyStatistics),
  };
}

/** A copy that later events leave alone: collections are copied, nodes and goals shared. */
export function cloneSearchState(state: SearchState): SearchState {
  return {
    ...state,
    goals: new Map(state.goals),
    nodes: state.nodes.slice(),
    proofs: state.proofs.slice(),
    nodeByState: new Map(state.nodeByState),
    proposals: new Map(state.proposals),
    expanding: new Set(state.expanding),
    statistics: structuredClone(state.statistics),
  };
}

/** Applies one event in place and returns the same object. Total: any event is accepted in any state. */
export function reduceSearch(readonlyState: SearchState, event: SearchEvent): SearchState {
  const state = readonlyState as MutableSearchState;
  state.events += 1;
  switch (event.kind) {
    case 'search.opened':
      state.problem = event.problem;
      state.settings = event.settings;
      state.provider = event.provider;
      state.worker = event.worker;
      state.value = event.value ?? null;
      state.searchedWith = state.value;
      state.energiesOf = event.value?.hash ?? null;
      state.fork = event.fork ?? null;
      break;
    case 'goal.stored':
      state.goals.set(event.hash, event.goal);
      break;
    case 'root.started':
      state.mode = 'paused';
      break;
    case 'root.failed':
      break;
    case 'provider.failed':
      state.providerFailure = event.message;
      state.providerMayRecover = event.retriable ?? false;
      state.statistics.timeMs.policy += event.ms;
      break;
    case 'verdict.given': {
      const { kind: _, ...verdict } = event;
      if (!state.verdict?.accepted) {
        state.verdict = verdict;
        state.proof = event.accepted ? { node: event.node, tactics: pathTactics(state, event.node) } : null;
      }
      changeNode(state, event.node, { status: event.accepted ? 'closed' : 'refuted' });
      state.statistics.timeMs.verdict += event.ms;
      break;
    }
    case 'time.expired':
    case 'time.noted':
      state.runningMs = event.runningMs;
      break;
    case 'user.step':
    case 'user.expand':
      resume(state, state.mode === 'running' ? 'running' : 'stepping');
      break;
    case 'user.run':
      resume(state, 'running');
      break;
    case 'user.pause':
      if (state.mode !== 'ended') state.mode = 'paused';
      state.pausedBy = event.by ?? 'user';
      break;
    case 'user.stop':
    case 'user.tactic':
      break;
    case 'user.breakpoint':
      changeNode(state, event.node, { breakpoint: event.on });
      break;
    case 'user.family': {
      const others = state.settings.block.filter((family) => family !== event.family);
      state.settings = { ...state.settings, block: event.blocked ? [...others, event.family] : others };
      break;
    }
    case 'user.set':
      state.settings = { ...state.settings, ...definedOnly(event.changes) };
      break;
    case 'user.provider':
      state.provider = { name: event.name, kind: event.providerKind, identities: event.identities };
      break;
    case 'expansion.begun':
      state.searchedWith = state.value;
      state.expanding.add(event.node);
      changeNode(state, event.node, {
        status: 'expanding',
        round: event.round,
        expansion: state.nodes[event.node]?.expansion ?? event.expansion,
      });
      break;
    case 'expansion.ended':
      state.expanding.delete(event.node);
      changeNode(state, event.node, { status: 'done' });
      break;
    case 'node.added':
      addNode(state, event);
      break;
    case 'node.queued':
      changeNode(state, event.node, { status: 'open', score: event.score, round: event.round });
      state.expanding.delete(event.node);
      state.statistics.peakOpen = Math.max(state.statistics.peakOpen, state.openCount);
      break;
    case 'node.pruned':
      state.statistics.pruned += 1;
      changeNode(state, event.node, { status: 'pruned' });
      break;
    case 'proof.closed':
      state.statistics.closed += 1;
      state.proof ??= { node: event.node, tactics: event.proof };
      changeNode(state, event.node, { status: 'closed' });
      break;
    case 'search.paused':
      state.mode = 'paused';
      state.pausedBy = event.reason;
      break;
    case 'search.ended':
      state.mode = 'ended';
      state.ended = { status: event.status, reason: event.reason, ...(event.limit && { limit: event.limit }) };
      break;
    case 'values.scored':
    case 'value.failed':
    case 'user.value':
    case 'frontier.rescaled':
      reduceValueEvent(state, event);
      break;
    case 'proofs.advanced':
    case 'proofs.ended':
      reduceProofEvent(state, event);
      break;
    case 'candidates.proposed':
    case 'candidates.ranked':
    case 'candidates.skipped':
    case 'tactic.sent':
    case 'tactic.answered':
    case 'node.repeated':
      reduceCandidateEvent(state, event);
      break;
  }
  return readonlyState;
}

function resume(state: MutableSearchState, mode: 'running' | 'stepping'): void {
  // Without a root goal there is nothing to go on with.
  if (state.nodes.length === 0) return;
  state.mode = mode;
  state.pausedBy = null;
  state.ended = null;
}

function definedOnly<T extends object>(changes: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as never;
}
