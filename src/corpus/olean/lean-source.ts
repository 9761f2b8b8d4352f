import type { Theorem } from '../theorem-list.ts';
import { problemOfTheorem } from '../theorem-problem.ts';

/** A Lean file of theorems without proofs, and which lines each of them takes. */
export interface LeanSource {
  readonly text: string;
  /** First and last line of each theorem, from 1, in the order of the file. */
  readonly places: readonly { readonly theorem: Theorem; readonly first: number; readonly last: number }[];
}

/** Otherwise Lean takes an unknown `ℝ` for a variable, and the theorem says something else. */
const NOTHING_AUTOMATIC = 'set_option autoImplicit false';

/** Writes `theorem NAME : STATEMENT := by sorry` for each theorem, under these imports. */
export function leanSource(theorems: readonly Theorem[], imports: readonly string[]): LeanSource {
  const lines = [...imports.map((module) => `import ${module}`), '', NOTHING_AUTOMATIC, ''];
  const places = theorems.map((theorem) => {
    const first = lines.length + 1;
    lines.push(...declarationOf(theorem).split('\n'));
    const last = lines.length;
    lines.push('');
    return { theorem, first, last };
  });
  return { text: `${lines.join('\n')}\n`, places };
}

function declarationOf(theorem: Theorem): string {
  const { statement, levels = [] } = problemOfTheorem(theorem, []);
  const universes = levels.length === 0 ? '' : `.{${levels.join(', ')}}`;
  const indented = (statement ?? theorem.statement).trim().replaceAll('\n', '\n    ');
  // A remark at the end of a line must not swallow what follows.
  return `theorem ${leanName(theorem.name)}${universes} :\n    ${indented}\n    := by sorry`;
}

const PLAIN_PART = /^[\p{L}_][\p{L}\p{N}_'!?₀-₉]*$/u;

/** A name as Lean reads it back: parts that are no identifiers get quotes. */
export function leanName(name: string): string {
  if (/«/.test(name)) return name;
  return name
    .split('.')
    .map((part) => (PLAIN_PART.test(part) ? part : `«${part.replaceAll(/[«»\p{Cc}]/gu, ' ')}»`))
    .join('.');
}
