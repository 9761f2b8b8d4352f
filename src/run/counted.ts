import { LOWEST_COUNTED, reaches } from '../lean/verdict/level.ts';
import type { JobOutcome } from './outcome.ts';

/** Whether an outcome counts as a proof: the judge accepted it, at the lowest level that counts or above. */
export function isProved(outcome: Pick<JobOutcome, 'accepted' | 'level'>): boolean {
  return outcome.accepted && reaches(outcome.level, LOWEST_COUNTED);
}

/**
 * Whether it counts at a budget. Budgets are nested: one search at the largest tells what every smaller one would have
 * found, since a search does the same up to the expansion at which the smaller one gives up.
 */
export function isProvedAt(outcome: JobOutcome, budget: number): boolean {
  return isProved(outcome) && expansionsOf(outcome) <= budget;
}

/** Expansions that a proof took, those of its batch that came after it left out; without a proof, all. */
export function expansionsOf(outcome: JobOutcome): number {
  return outcome.provedAt ?? outcome.expansions;
}

/** All goals were closed in some node, and yet there is no proof that counts. */
export function isRefused(outcome: JobOutcome): boolean {
  return outcome.level !== null && !isProved(outcome);
}

/**
 * The outcome that stands for a theorem: its first proof; without one the first attempt that returned a result; else the
 * first error. Attempts in their order, unfinished ones left out.
 */
export function representative<A extends { readonly outcome: JobOutcome }>(attempts: readonly A[]): A | null {
  return (
    attempts.find(({ outcome }) => isProved(outcome)) ??
    attempts.find(({ outcome }) => outcome.status !== 'error') ??
    attempts[0] ??
    null
  );
}
