import { emptyProofStatistics, type ProofStatistics } from './whole-proof/sampled-proof.ts';

/** Counters of one search; times are milliseconds. Names follow the reference's statistics where it has them. */
export interface SearchStatistics {
  readonly expansions: number;
  readonly maxDepth: number;
  readonly pruned: number;
  readonly closed: number;
  readonly peakOpen: number;
  /** Answers that the provider had at hand. */
  readonly cached: number;
  readonly candidates: {
    readonly proposed: number;
    /** Completions of a model that no tactic came out of; they are not among the proposed. */
    readonly unusable: number;
    /** Left after dedup by text and normal form and after blocking. */
    readonly unique: number;
    readonly tried: number;
    readonly applied: number;
    readonly failed: number;
    readonly timedOut: number;
    readonly duplicateText: number;
    readonly duplicateState: number;
    readonly blocked: number;
    readonly lost: number;
  };
  /** Unique candidates of each expansion. */
  readonly candidatesPerExpansion: {
    readonly min: number;
    readonly sum: number;
    readonly max: number;
    readonly count: number;
  };
  /** What was asked of the value model: answers, energies in them, energies it had at hand, nodes too shallow to be asked about, states it cannot take, failures. */
  readonly value: {
    readonly calls: number;
    readonly scored: number;
    readonly cached: number;
    readonly skippedByDepth: number;
    readonly refused: number;
    readonly failed: number;
  };
  /** All 0 under other strategies than `whole-proof`. */
  readonly proofs: ProofStatistics;
  readonly timeMs: { readonly lean: number; readonly policy: number; readonly value: number; readonly verdict: number };
}

export const emptyStatistics: SearchStatistics = {
  expansions: 0,
  maxDepth: 0,
  pruned: 0,
  closed: 0,
  peakOpen: 0,
  cached: 0,
  candidates: {
    proposed: 0,
    unusable: 0,
    unique: 0,
    tried: 0,
    applied: 0,
    failed: 0,
    timedOut: 0,
    duplicateText: 0,
    duplicateState: 0,
    blocked: 0,
    lost: 0,
  },
  candidatesPerExpansion: { min: 0, sum: 0, max: 0, count: 0 },
  value: { calls: 0, scored: 0, cached: 0, skippedByDepth: 0, refused: 0, failed: 0 },
  proofs: emptyProofStatistics,
  timeMs: { lean: 0, policy: 0, value: 0, verdict: 0 },
};
