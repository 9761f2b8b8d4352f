import type { Goal } from '../lean/goal.ts';
import type { TacticOutcome } from '../lean/outcome.ts';
import type { Candidate, DroppedCompletion, ProviderIdentity, TokenScore } from '../policy/provider.ts';
import type { ValueRecord } from '../value/score/value-model.ts';
import type { DropReason, InputEvent, Problem, Scales, SearchStatus, StopLimit } from './events.ts';
import type { SearchSettings } from './settings.ts';
import type { SearchStatistics } from './statistics.ts';
import type { Replays } from './whole-proof/puct.ts';
import type { SampledProof } from './whole-proof/sampled-proof.ts';

/** Where a candidate stands, from proposal to result. */
export type CandidateStatus =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'running'; readonly worker: number }
  | { readonly kind: 'dropped'; readonly reason: DropReason }
  /** Given up because the search ended first, or because another candidate settled the goal. */
  | { readonly kind: 'skipped' }
  | {
      readonly kind: 'answered';
      readonly outcome: TacticOutcome;
      readonly ms: number;
      readonly heartbeats?: number | undefined;
      readonly syntaxKind?: string | undefined;
      /** The node it made, or the one that holds the same state. */
      readonly child?: number;
      readonly repeats?: number;
    };

export interface CandidateRecord {
  readonly index: number;
  readonly round: number;
  readonly tactic: string;
  readonly logProb: number | null;
  readonly origin: string;
  readonly reason?: string | undefined;
  readonly heartbeats?: number | undefined;
  readonly raw?: string | undefined;
  readonly score?: TokenScore | undefined;
  readonly weights?: string | undefined;
  /** The whole proof that it is a step of, and which one, from 0. */
  readonly proof?: number | undefined;
  readonly step?: number | undefined;
  readonly status: CandidateStatus;
}

/** `open` waits in the frontier, `expanding` is being worked on, `done` has been expanded for good. */
export type NodeStatus = 'open' | 'expanding' | 'done' | 'pruned' | 'closed' | 'refuted';

/** A proof state in the tree. `refuted` = closed by Lean's tactics but not accepted by the judge. */
export interface SearchNode {
  readonly id: number;
  readonly parent: number | null;
  /** The parent's candidate that led here, and its text; null at the root. */
  readonly candidate: number | null;
  readonly tactic: string | null;
  readonly goals: readonly string[];
  readonly depth: number;
  readonly logProb: number;
  readonly pathLogProb: number;
  readonly energy: number | null;
  /** Why the value model has no energy for it, where it was asked. */
  readonly unscored?: string;
  /** Score with which it was last queued; null before that. */
  readonly score: number | null;
  readonly round: number;
  readonly status: NodeStatus;
  readonly children: readonly number[];
  readonly candidates: readonly CandidateRecord[];
  /** What the provider threw away before it was a candidate, of all rounds. */
  readonly unusable?: readonly DroppedCompletion[];
  /** Order in which it was first expanded; null while it was not. */
  readonly expansion: number | null;
  /** How often its candidates went to Lean; the sum over all nodes is `statistics.expansions`. */
  readonly visits: number;
  /** Whole proofs that came here, and that got on; left out where none came. */
  readonly replays?: Replays | undefined;
  readonly breakpoint: boolean;
}

export type Verdict = Omit<Extract<InputEvent, { kind: 'verdict.given' }>, 'kind'>;

/**
 * What a search is, at one moment: the result of reducing its events, and nothing else. The reducer changes the object and
 * its collections in place, but replaces nodes and candidates instead of changing them; `cloneSearchState` keeps a moment.
 */
export interface SearchState {
  /** Events applied so far; changes with every event, so it also tells whether anything changed. */
  readonly events: number;
  readonly problem: Problem | null;
  readonly provider: {
    readonly name: string;
    readonly kind: string;
    readonly identities?: readonly ProviderIdentity[] | undefined;
  } | null;
  readonly worker: { readonly kind: string; readonly toolchain: string } | null;
  /** The value model that the search goes on with, or null. */
  readonly value: ValueRecord | null;
  /** The one that it has been searched with, as far as it has got: a model may be loaded or unloaded while it waits, or after its end. */
  readonly searchedWith: ValueRecord | null;
  /** Hash of the model that the nodes' energies are of; null while there are none. */
  readonly energiesOf: string | null;
  /** How log-probs and energies spread, as of the last `frontier.rescaled`; null without a value model. */
  readonly scales: Scales | null;
  readonly fork: { readonly search: string; readonly node: number; readonly prefix: readonly string[] } | null;
  readonly settings: SearchSettings;
  readonly goals: ReadonlyMap<string, Goal>;
  /** Index = node id. */
  readonly nodes: readonly SearchNode[];
  /** State key (goal hashes in order) to the node that holds it. */
  readonly nodeByState: ReadonlyMap<string, number>;
  /** What the provider proposed for a node and has not been ranked yet. */
  readonly proposals: ReadonlyMap<number, readonly Candidate[]>;
  readonly expanding: ReadonlySet<number>;
  readonly openCount: number;
  readonly mode: 'starting' | 'paused' | 'stepping' | 'running' | 'ended';
  readonly pausedBy: 'step' | 'user' | 'disk' | 'breakpoint' | 'provider' | 'value' | null;
  /** The last failure of the provider that has not been followed by an answer. */
  readonly providerFailure: string | null;
  /** Whether asking it again may help. */
  readonly providerMayRecover: boolean;
  /** The same of the value model. */
  readonly valueFailure: { readonly message: string; readonly retriable: boolean } | null;
  readonly ended: {
    readonly status: SearchStatus;
    readonly reason: string;
    readonly limit?: StopLimit | undefined;
  } | null;
  /** The whole proofs that were sampled; index = number of the proof. */
  readonly proofs: readonly SampledProof[];
  /** Node at which the accepted proof ends, or else the first closed one that was not refused, and its tactics. */
  readonly proof: { readonly node: number; readonly tactics: readonly string[] } | null;
  readonly verdict: Verdict | null;
  /** Time spent running, pauses left out, as of the last halt. */
  readonly runningMs: number;
  readonly statistics: SearchStatistics;
}

/** The tactics that lead to a node from the problem's own root, those of a branch's beginning first. */
export function pathTactics(state: Pick<SearchState, 'nodes' | 'fork' | 'problem'>, node: number): string[] {
  const tactics: string[] = [];
  for (let n = state.nodes[node]; n?.parent != null; n = state.nodes[n.parent]) tactics.push(n.tactic ?? '');
  return [...rootPrefix(state), ...tactics.reverse()];
}

/** The tactics from the problem to the root of the tree: those that introduce hypotheses, or all that lead to where a branch begins. */
export function rootPrefix({ fork, problem }: Pick<SearchState, 'fork' | 'problem'>): readonly string[] {
  return fork?.prefix ?? problem?.introduce ?? [];
}

/** The key under which equal states meet: goal hashes in order. */
export function stateKey(goals: readonly string[]): string {
  return goals.join(' ');
}
