import { addProviderFigures, type ProviderFigures } from '../search/by-provider.ts';
import { emptyStatistics } from '../search/statistics.ts';
import { addHybridCounts, type HybridCounts } from '../search/whole-proof/counts.ts';
import { LatencyCounter, type Percentiles } from './latency.ts';
import type { JobOutcome } from './outcome.ts';
import type { RunState } from './state.ts';

/** What a set of searches took, summed. Times are milliseconds. */
export interface Effort {
  readonly searches: number;
  readonly expansions: number;
  readonly nodes: number;
  readonly candidates: JobOutcome['candidates'];
  /** What became of the candidates of each provider; empty where the searches did not record it. */
  readonly byProvider: readonly ProviderFigures[];
  /** Unique candidates of each expansion; all 0 before the first. */
  readonly candidatesPerExpansion: {
    readonly min: number;
    readonly avg: number;
    readonly max: number;
    readonly expansions: number;
  };
  /** Shares from 0 to 1: of the proposed ones that were the same text (or normal form); of the applied ones that led to a known state. */
  readonly duplicates: { readonly text: number; readonly state: number };
  /** Share of the tries that Lean refused, timeouts with them. */
  readonly failed: number;
  /** `engine` is what is left of `total`; 0 where tries run side by side and the others add up to more. */
  readonly timeMs: {
    readonly total: number;
    readonly lean: number;
    readonly policy: number;
    readonly value: number;
    readonly verdict: number;
    readonly engine: number;
  };
  /** Of `timeMs.total`, from 0; side by side they can exceed 1 together. */
  readonly timeShares: {
    readonly lean: number;
    readonly policy: number;
    readonly value: number;
    readonly verdict: number;
    readonly engine: number;
  };
  /** What was asked of the value model; null where the searches had none. */
  readonly ebm: NonNullable<JobOutcome['ebm']> | null;
  /** What became of whole proofs; null under other strategies. */
  readonly hybrid: HybridCounts | null;
  /** Null where the searches recorded none. */
  readonly latency: {
    readonly lean: Percentiles | null;
    readonly policy: Percentiles | null;
    readonly value: Percentiles | null;
  };
}

type Sums = { -readonly [K in keyof JobOutcome['candidates']]: number };

/** Adds up outcomes one by one. */
class EffortSum {
  #searches = 0;
  #expansions = 0;
  #nodes = 0;
  readonly #candidates: Sums = { ...emptyStatistics.candidates };
  #ebm: NonNullable<JobOutcome['ebm']> | null = null;
  #hybrid: HybridCounts | null = null;
  #byProvider: readonly ProviderFigures[] = [];
  #min = Number.POSITIVE_INFINITY;
  #sum = 0;
  #max = 0;
  #count = 0;
  readonly #timeMs = { total: 0, lean: 0, policy: 0, value: 0, verdict: 0 };
  readonly #latency = { lean: new LatencyCounter(), policy: new LatencyCounter(), value: new LatencyCounter() };

  add(outcome: JobOutcome): void {
    this.#searches += 1;
    this.#expansions += outcome.expansions;
    this.#nodes += outcome.nodes;
    const { candidates, candidatesPerExpansion: per, timeMs, latency } = outcome;
    this.#byProvider = addProviderFigures(this.#byProvider, outcome.byProvider ?? []);
    if (outcome.hybrid !== undefined) this.#hybrid = addHybridCounts(this.#hybrid, outcome.hybrid);
    if (outcome.ebm !== undefined) this.#ebm = addEbm(this.#ebm, outcome.ebm);
    const sums = this.#candidates;
    sums.proposed += candidates.proposed;
    sums.unusable += candidates.unusable;
    sums.unique += candidates.unique;
    sums.tried += candidates.tried;
    sums.applied += candidates.applied;
    sums.failed += candidates.failed;
    sums.timedOut += candidates.timedOut;
    sums.duplicateText += candidates.duplicateText;
    sums.duplicateState += candidates.duplicateState;
    sums.blocked += candidates.blocked;
    sums.lost += candidates.lost;
    if (per.count > 0) {
      this.#min = Math.min(this.#min, per.min);
      this.#max = Math.max(this.#max, per.max);
      this.#sum += per.sum;
      this.#count += per.count;
    }
    this.#timeMs.total += timeMs.total;
    this.#timeMs.lean += timeMs.lean;
    this.#timeMs.policy += timeMs.policy;
    this.#timeMs.value += timeMs.value;
    this.#timeMs.verdict += timeMs.verdict;
    if (latency === undefined) return;
    this.#latency.lean.merge(latency.lean);
    this.#latency.policy.merge(latency.policy);
    this.#latency.value.merge(latency.value);
  }

  result(): Effort {
    const { total, lean, policy, value, verdict } = this.#timeMs;
    const engine = Math.max(0, total - lean - policy - value - verdict);
    const candidates = { ...this.#candidates };
    return {
      searches: this.#searches,
      expansions: this.#expansions,
      nodes: this.#nodes,
      candidates,
      byProvider: this.#byProvider,
      ebm: this.#ebm,
      hybrid: this.#hybrid,
      candidatesPerExpansion: {
        min: this.#count === 0 ? 0 : this.#min,
        avg: share(this.#sum, this.#count),
        max: this.#max,
        expansions: this.#count,
      },
      duplicates: {
        text: share(candidates.duplicateText, candidates.proposed),
        state: share(candidates.duplicateState, candidates.applied),
      },
      failed: share(candidates.failed + candidates.timedOut, candidates.tried),
      timeMs: { total, lean, policy, value, verdict, engine },
      timeShares: {
        lean: share(lean, total),
        policy: share(policy, total),
        value: share(value, total),
        verdict: share(verdict, total),
        engine: share(engine, total),
      },
      latency: {
        lean: this.#latency.lean.percentiles(),
        policy: this.#latency.policy.percentiles(),
        value: this.#latency.value.percentiles(),
      },
    };
  }
}

/** What has been added up for a state so far. A search that has ended never changes, so each is added once. */
const sums = new WeakMap<RunState, { added: number; readonly attempts: EffortSum; readonly noisy: EffortSum }>();

/** The effort of the attempts, and of the noisy searches, that have ended. */
export function effortOf(state: RunState): { readonly attempts: Effort; readonly noisy: Effort } {
  const sum = sums.get(state) ?? { added: 0, attempts: new EffortSum(), noisy: new EffortSum() };
  sums.set(state, sum);
  for (; sum.added < state.ended.length; sum.added++) {
    const { job, progress } = state.jobs.get(state.ended[sum.added]!)!;
    if (progress.kind !== 'ended' || job.kind === 'canary') continue;
    sum[job.kind === 'noisy' ? 'noisy' : 'attempts'].add(progress.outcome);
  }
  return { attempts: sum.attempts.result(), noisy: sum.noisy.result() };
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

function addEbm(one: JobOutcome['ebm'] | null, other: NonNullable<JobOutcome['ebm']>): NonNullable<JobOutcome['ebm']> {
  if (one == null) return other;
  return {
    ebm_score_calls: one.ebm_score_calls + other.ebm_score_calls,
    scored: one.scored + other.scored,
    cached: one.cached + other.cached,
    ebm_skipped_by_depth: one.ebm_skipped_by_depth + other.ebm_skipped_by_depth,
    refused: one.refused + other.refused,
    failed: one.failed + other.failed,
  };
}
