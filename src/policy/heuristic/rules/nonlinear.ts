import type { Draft, Rule } from '../rule.ts';
import { subterms, type Term } from '../term.ts';
import { type GoalView, isOp, numbersIn } from '../view.ts';

/** `low ≤ high`; strict inequalities are stated with the 1 that integers give. */
export interface Inequality {
  readonly low: string;
  readonly high: string;
}

const MAX_FACTORS = 5;

/** Read `a ≤ b` in any of its forms. */
export function inequality(term: Term): Inequality | null {
  if (term.kind !== 'op') return null;
  const [a, b] = term.args;
  if (!a || !b) return null;
  if (term.op === '≤') return { low: a.text, high: b.text };
  if (term.op === '≥') return { low: b.text, high: a.text };
  if (term.op === '<') return { low: `${a.text} + 1`, high: b.text };
  if (term.op === '>') return { low: `${b.text} + 1`, high: a.text };
  return null;
}

/** What the negation of an inequality says. */
function negation({ low, high }: Inequality): Inequality {
  return { low: `${high} + 1`, high: low };
}

function flatten(term: Term): readonly Term[] {
  return isOp(term, '∧') ? term.args.flatMap(flatten) : [term];
}

function inInt(text: string, view: GoalView): string {
  return view.domain === 'Nat' ? `((${text} : Nat) : Int)` : `(${text})`;
}

function isNonlinear(view: GoalView): boolean {
  return [view.target, ...view.facts.map((f) => f.term)].some((term) =>
    [...subterms(term)].some((t) => {
      if (t.kind !== 'op') return false;
      if (t.op === '^') return numbersIn(t, view).length > 0;
      return t.op === '*' && t.args.every((a) => numbersIn(a, view).length > 0);
    }),
  );
}

function product(a: Inequality, b: Inequality, view: GoalView): string {
  const factor = ({ low, high }: Inequality): string =>
    `(show (0 : Int) ≤ ${inInt(high, view)} - ${inInt(low, view)} by omega)`;
  return `have := Int.mul_nonneg ${factor(a)} ${factor(b)}`;
}

function* pairs<T>(items: readonly T[]): Generator<readonly [T, T]> {
  for (const [i, a] of items.entries()) for (const b of items.slice(i)) yield [a, b];
}

/** Squares of differences of the variables, and of the variables themselves. */
function squares(view: GoalView): readonly string[] {
  const names = [...view.numbers.keys()].filter((n) => view.variables.some((v) => v.name === n)).slice(0, 4);
  const cast = (n: string): string => (view.numbers.get(n) === 'Nat' ? `(${n} : Int)` : n);
  const bases = [...pairs(names)].map(([a, b]) => (a === b ? cast(a) : `${cast(a)} - ${cast(b)}`));
  return bases.map((b) => `have := Lean.Grind.OrderedRing.sq_nonneg (a := ${b})`);
}

/** Products of inequalities and squares as hints for `grind`, whose linear arithmetic takes monomials as unknowns. */
export const nonlinear: Rule = {
  name: 'nonlinear',
  *propose(view): Iterable<Draft> {
    const { target, domain } = view;
    if (domain === null || !isNonlinear(view)) return;
    const given = view.facts.flatMap((f) => flatten(f.term).map(inequality)).filter((i) => i !== null);
    const goal = inequality(target);
    if (!goal && target.text !== 'False' && !isOp(target, '=')) return;
    const factors = given.slice(0, MAX_FACTORS);
    if (factors.length > 0) {
      const lines = [...pairs(factors)].slice(0, 10).map(([a, b]) => product(a, b, view));
      yield {
        tactic: [...lines, 'grind'].join('\n'),
        weight: 9,
        reason: 'products of the hypotheses',
        heartbeats: 10000,
      };
    }
    if (goal && factors.length > 0) {
      const contrary = negation(goal);
      const lines = [contrary, ...factors].map((f) => product(contrary, f, view));
      const open = ['apply Classical.byContradiction', 'intro hc'];
      yield {
        tactic: [...open, ...lines, 'grind'].join('\n'),
        weight: 8,
        reason: 'products of the contrary with the hypotheses',
        heartbeats: 10000,
      };
    }
    const lines = squares(view);
    if (lines.length > 0)
      yield {
        tactic: [...lines, 'grind'].join('\n'),
        weight: 7,
        reason: 'squares are not negative',
        heartbeats: 10000,
      };
  },
};
