import type { ProofEnd } from './events.ts';

/** A whole proof that a provider sampled, and how far its replay has come. */
export interface SampledProof {
  readonly id: number;
  /** Where it was sampled, in which round of that node, and the candidate that is its first tactic. */
  readonly node: number;
  readonly round: number;
  readonly candidate: number;
  readonly tactics: readonly string[];
  /** Of the whole completion. */
  readonly logProb: number | null;
  readonly origin: string;
  /** The node that it has come to, after so many of its tactics. */
  readonly at: number;
  readonly steps: number;
  /** Null while it is under way. */
  readonly end: ProofEnd | null;
  /** The step with which it ended: a candidate of a node. */
  readonly cut: { readonly node: number; readonly candidate: number } | null;
}

/** What became of the whole proofs of a search. */
export interface ProofStatistics {
  readonly hybridRounds: number;
  readonly hybridProofsGenerated: number;
  /** Steps that Lean was not asked about, because another proof had taken them. */
  readonly trieCacheHits: number;
  readonly closed: number;
  readonly failed: number;
  readonly visited: number;
  readonly depthCapped: number;
  readonly contextStuffingBlocked: number;
  readonly haveGoalIncreasePruned: number;
  readonly haveChainPruned: number;
  readonly unfinished: number;
  readonly forbidden: number;
  /** Blocked by a person, empty, or given up when the search ended. */
  readonly other: number;
}

export const emptyProofStatistics: ProofStatistics = {
  hybridRounds: 0,
  hybridProofsGenerated: 0,
  trieCacheHits: 0,
  closed: 0,
  failed: 0,
  visited: 0,
  depthCapped: 0,
  contextStuffingBlocked: 0,
  haveGoalIncreasePruned: 0,
  haveChainPruned: 0,
  unfinished: 0,
  forbidden: 0,
  other: 0,
};

/** The counter of each end. */
export const endCounters: Readonly<Record<ProofEnd['kind'], keyof ProofStatistics>> = {
  closed: 'closed',
  failed: 'failed',
  visited: 'visited',
  depth: 'depthCapped',
  unchanged: 'contextStuffingBlocked',
  haveGoals: 'haveGoalIncreasePruned',
  haveChain: 'haveChainPruned',
  unfinished: 'unfinished',
  forbidden: 'forbidden',
  blocked: 'other',
  empty: 'other',
  givenUp: 'other',
};
