import type { ANONYMOUS } from '../../src/corpus/problem.ts';
import type { Problem } from '../../src/search/events.ts';

/** What typed statements are called in their proofs; it tells a person nothing. */
const anonymous: typeof ANONYMOUS = 'statement';

/** The name of a problem, or an empty text when it only has the one that all typed statements have. */
export function givenName(name: string): string {
  return name === anonymous ? '' : name;
}

/** A problem in a list: its name and what is to be proved, or the statement alone when nobody named it. */
export function problemText(problem: Problem): string {
  const name = givenName(problem.name);
  const { statement, copyFrom } = problem;
  if (statement === null || statement === undefined) return name === '' ? (copyFrom ?? '') : name;
  return name === '' ? statement : `${name}: ${statement}`;
}

/** A problem in a title or a question: its name, or the statement when nobody named it. */
export function problemTitle(problem: Problem): string {
  return givenName(problem.name) || (problem.statement ?? problem.copyFrom ?? problem.name);
}
