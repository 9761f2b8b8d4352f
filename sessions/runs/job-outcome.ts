import { type RootFailure, startError } from '../../src/run/job-error.ts';
import type { LatencyCounter } from '../../src/run/latency.ts';
import type { JobError, JobOutcome } from '../../src/run/outcome.ts';
import { figuresByProvider } from '../../src/search/by-provider.ts';
import type { SearchState } from '../../src/search/state.ts';
import { hybridCounts } from '../../src/search/whole-proof/counts.ts';

/** What the state of a search does not tell of it. */
export interface SearchFacts {
  readonly theorem: string;
  readonly rootFailure: RootFailure | null;
  /** Set where the search was ended because something besides Lean failed. */
  readonly error: JobError | null;
  /** The expansion that the accepted proof came out of, from 1. */
  readonly provedAt?: number | undefined;
  readonly runningMs: number;
  readonly atBudget: JobOutcome['atBudget'];
  readonly latency: Readonly<Record<'lean' | 'policy' | 'value', LatencyCounter>>;
}

/** What a search that is over came to. */
export function outcomeOf(state: SearchState, facts: SearchFacts): JobOutcome {
  const { provedAt } = facts;
  const { statistics, verdict, ended, proof } = state;
  const accepted = verdict?.accepted === true;
  const error = accepted ? null : (facts.error ?? (facts.rootFailure && startError(facts.theorem, facts.rootFailure)));
  const level = verdict?.level ?? (statistics.closed > 0 ? 'V0' : null);
  const { lean, policy, value, verdict: judging } = statistics.timeMs;
  return {
    status: accepted ? 'proved' : error !== null ? 'error' : (ended?.status ?? 'stopped'),
    reason: ended?.reason ?? error?.message ?? 'stopped',
    ...(error !== null && { error }),
    level,
    accepted,
    ...(verdict !== null && !accepted && { refused: verdict.reason ?? `it reached ${verdict.level ?? 'no level'}` }),
    axioms: verdict === null ? [] : [...verdict.axioms],
    proof: accepted && proof !== null ? [...proof.tactics] : null,
    expansions: statistics.expansions,
    ...(accepted && provedAt !== undefined && provedAt < statistics.expansions && { provedAt }),
    nodes: state.nodes.length,
    maxDepth: statistics.maxDepth,
    peakOpen: statistics.peakOpen,
    candidates: { ...statistics.candidates },
    byProvider: [...figuresByProvider(state)],
    candidatesPerExpansion: { ...statistics.candidatesPerExpansion },
    timeMs: {
      total: Math.round(facts.runningMs),
      lean: Math.round(lean),
      policy: Math.round(policy),
      value: Math.round(value),
      verdict: Math.round(judging),
    },
    latency: {
      lean: [...facts.latency.lean.counts()],
      policy: [...facts.latency.policy.counts()],
      value: [...facts.latency.value.counts()],
    },
    atBudget: facts.atBudget,
    ...(statistics.proofs.hybridRounds > 0 && { hybrid: hybridCounts(statistics.proofs) }),
    ...(ended?.limit !== undefined && !accepted && { limit: ended.limit }),
    ...(state.value !== null && { ebm: ebmCounts(statistics) }),
    value: state.value?.name ?? null,
  };
}

/** What was asked of a search's value model, by the reference's names. */
export function ebmCounts({ value }: SearchState['statistics']) {
  return {
    ebm_score_calls: value.calls,
    scored: value.scored,
    cached: value.cached,
    ebm_skipped_by_depth: value.skippedByDepth,
    refused: value.refused,
    failed: value.failed,
  };
}
