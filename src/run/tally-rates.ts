import { isProvedAt } from './counted.ts';
import type { TheoremAttempts } from './tally-theorems.ts';
import { type Rate, rateOf } from './wilson.ts';

/** How many theorems one budget proves. */
export interface BudgetTally {
  readonly budget: number;
  /** Within the first `pass` attempts, for each pass; of the theorems of which so many attempts have ended. */
  readonly byPass: readonly { readonly pass: number; readonly proved: Rate }[];
}

/** pass@k at the largest budget. */
export interface PassTally {
  readonly k: number;
  /** Theorems proved within their first k attempts, of those of which so many have ended. */
  readonly first: Rate;
  /**
   * Mean over the theorems whose attempts have all ended of 1 − C(n−c, k)/C(n, k), with n attempts of which c proved it:
   * what any k of the attempts would do, not only the first ones (M. Chen et al., "Evaluating large language models
   * trained on code", 2021, section 2.1). Null before the first such theorem.
   */
  readonly estimate: number | null;
}

/** Solved theorems for each budget and each number of attempts. */
export function budgetTallies(
  theorems: readonly TheoremAttempts[],
  budgets: readonly number[],
  attempts: number,
): readonly BudgetTally[] {
  const ended = endedAtLeast(theorems, attempts);
  return budgets.map((budget) => {
    const proved = new Array<number>(attempts + 1).fill(0);
    for (const theorem of theorems) {
      for (const { attempt, outcome } of theorem.ended)
        if (isProvedAt(outcome, budget)) {
          for (let pass = attempt; pass <= theorem.endedInRow; pass++) proved[pass]! += 1;
          break;
        }
    }
    const byPass = proved.slice(1).map((n, i) => ({ pass: i + 1, proved: rateOf(n, ended[i + 1]!) }));
    return { budget, byPass };
  });
}

/** pass@k for k = 1 to `attempts`; empty with one attempt. */
export function passTallies(
  theorems: readonly TheoremAttempts[],
  budget: number,
  attempts: number,
): readonly PassTally[] {
  if (attempts === 1) return [];
  const [largest] = budgetTallies(theorems, [budget], attempts);
  const complete = theorems.filter(({ endedInRow }) => endedInRow === attempts);
  const successes = complete.map(({ ended }) => ended.filter(({ outcome }) => isProvedAt(outcome, budget)).length);
  return largest!.byPass.map(({ pass: k, proved }) => ({
    k,
    first: proved,
    estimate:
      complete.length === 0
        ? null
        : successes.reduce((sum, c) => sum + passEstimate(attempts, c, k), 0) / complete.length,
  }));
}

/** 1 − C(n−c, k)/C(n, k), as a product that never overflows. */
export function passEstimate(n: number, c: number, k: number): number {
  if (n - c < k) return 1;
  let none = 1;
  for (let i = n - c + 1; i <= n; i++) none *= 1 - k / i;
  return 1 - none;
}

/** At k: how many theorems have their first k attempts behind them. */
function endedAtLeast(theorems: readonly TheoremAttempts[], attempts: number): readonly number[] {
  const ended = new Array<number>(attempts + 1).fill(0);
  for (const { endedInRow } of theorems) for (let pass = 1; pass <= endedInRow; pass++) ended[pass]! += 1;
  return ended;
}
