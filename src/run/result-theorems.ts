import { expansionsOf, isProvedAt } from './counted.ts';
import type { JobOutcome } from './outcome.ts';
import type { BudgetResult, FailureReason, TheoremResult } from './result-schema.ts';
import type { EndedAttempt, TheoremAttempts } from './tally-theorems.ts';
import { rateOf } from './wilson.ts';

/** One attempt as a search with this budget would have ended. */
interface Attempt {
  readonly attempt: number;
  readonly outcome: JobOutcome;
  readonly proved: boolean;
  /** Whether the search went on beyond this budget. */
  readonly cut: boolean;
  readonly nodes: number;
  readonly secs: number;
}

/** The result of a run at one budget: an entry for every theorem, and averages over attempts that returned a result. */
export function budgetResult(theorems: readonly TheoremAttempts[], budget: number): BudgetResult {
  const entries = theorems.map((theorem) => ({
    theorem,
    attempts: theorem.ended.map((attempt) => atBudget(attempt, budget)),
  }));
  const returned = entries.flatMap(({ attempts }) => attempts.filter(hasResult));
  const times = returned.map(({ secs }) => secs);
  const per_theorem = entries.map(({ theorem, attempts }) => theoremResult(theorem, attempts));
  const solved = per_theorem.filter(({ proved }) => proved).length;
  const { rate, wilson95 } = rateOf(solved, entries.filter(({ attempts }) => attempts.length > 0).length);
  return {
    budget,
    solved,
    total: entries.filter(({ attempts }) => attempts.length > 0).length,
    rate,
    wilson95: [...wilson95],
    avg_nodes: mean(returned.map(({ nodes }) => nodes)),
    avg_time_secs: seconds(mean(times) * 1000),
    median_time_secs: seconds(median(times) * 1000),
    per_theorem,
  };
}

/** Mean of the two middle values of an even count; 0 for none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** 0 for none. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function atBudget({ attempt, outcome }: EndedAttempt, budget: number): Attempt {
  const proved = isProvedAt(outcome, budget);
  const cut = !proved && outcome.expansions > budget;
  const reached = cut ? outcome.atBudget.find(({ maxNodes }) => maxNodes === budget) : undefined;
  return {
    attempt,
    outcome,
    proved,
    cut,
    nodes: Math.min(expansionsOf(outcome), budget),
    secs: seconds(reached?.ms ?? outcome.timeMs.total),
  };
}

/** A search that broke off after it had used up this budget would have ended with a result. */
const hasResult = ({ outcome, cut }: Attempt): boolean => cut || outcome.status !== 'error';

function theoremResult(theorem: TheoremAttempts, attempts: readonly Attempt[]): TheoremResult {
  const { job } = theorem.first;
  const base = { name: job.theorem, source: job.source ?? null, attempts: attempts.length };
  const standing = attempts.find(({ proved }) => proved) ?? attempts.find(hasResult) ?? attempts[0];
  if (standing === undefined) return { ...base, ...notSearched };
  const { attempt, outcome, proved, cut, nodes, secs } = standing;
  const reached = cut ? outcome.atBudget.find(({ maxNodes }) => maxNodes === nodes) : undefined;
  return {
    ...base,
    proved,
    nodes_used: nodes,
    time_secs: secs,
    failure_reason: proved ? '' : failureReason(standing),
    proof_tactics: proved ? (outcome.proof ?? []) : [],
    proof_depth: proved ? (outcome.proof?.length ?? 0) : 0,
    total_states: reached?.nodes ?? outcome.nodes,
    peak_frontier: reached?.peakOpen ?? outcome.peakOpen,
    ...(!cut && {
      gen_time_ms: outcome.timeMs.policy,
      lean_time_ms: outcome.timeMs.lean,
      ebm_time_ms: outcome.timeMs.value,
    }),
    level: cut ? null : outcome.level,
    attempt,
    ...(!cut && !proved && outcome.refused !== undefined && { refused: outcome.refused }),
    ...(!cut && outcome.error !== undefined && { error: outcome.error }),
  };
}

const notSearched = {
  proved: false,
  nodes_used: 0,
  time_secs: 0,
  failure_reason: 'not_searched',
  proof_tactics: [] as string[],
  proof_depth: 0,
  total_states: 0,
  peak_frontier: 0,
  level: null,
  attempt: null,
} as const;

function failureReason({ outcome, cut }: Attempt): FailureReason {
  if (cut) return 'budget_exhausted';
  switch (outcome.status) {
    case 'proved':
      return 'not_verified';
    case 'budget':
      return outcome.limit === 'max_rounds' ? 'max_rounds' : 'budget_exhausted';
    case 'timeout':
      return 'timeout';
    case 'exhausted':
      return 'frontier_exhausted';
    case 'stopped':
      return 'stopped';
    case 'error':
      return outcome.error?.stage === 'start' ? 'goal_start_error' : 'search_error';
  }
}

/** Milliseconds as seconds, to the millisecond. */
const seconds = (ms: number): number => Math.round(ms) / 1000;
