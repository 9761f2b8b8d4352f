import { percent } from '../text/quantity.ts';
import type { RunTally } from './tally.ts';
import type { Rate } from './wilson.ts';

/** A rate as it is always written. @example rateText(rateOf(15, 244)) // '15 of 244, 6.1 % (95 %: 3.8 to 9.9)' */
export function rateText({ n, of, rate, wilson95 }: Rate, decimals: number = 1): string {
  const [low, high] = wilson95.map((end) => (end * 100).toFixed(decimals));
  return of === 0 ? '0 of 0' : `${n} of ${of}, ${percent(rate, decimals)} (95 %: ${low} to ${high})`;
}

/** The solve rate of a run with everything that has to stand beside one: level, budget, attempts and toolchain. */
export function statedRate(tally: RunTally, toolchain: string): string {
  const level = tally.lowestLevel ?? tally.lowestCounted;
  const attempts = tally.attempts > 1 ? `, best of ${tally.attempts}` : '';
  return `${rateText(tally.proved)}; ${level} and up, ${Math.max(...tally.budgets)} nodes${attempts}, ${toolchain}`;
}
