import type { Draft, Rule } from '../rule.ts';
import { subterms, type Term } from '../term.ts';
import { type GoalView, isOp, numbersIn } from '../view.ts';

/** `low ≤ high`; strict inequalities are stated with the 1 that integers give. */
export interface Inequality {
  readonly low: string;
  readonly high: string;
}

const MAX_FACTORS = 5;
const MAX_PRODUCTS = 12;

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

/** The parts of a conjunction. */
export function conjuncts(term: Term): readonly Term[] {
  return isOp(term, '∧') ? term.args.flatMap(conjuncts) : [term];
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

/** That powers of literals are positive, for `omega` below. */
function positivePowers(view: GoalView): readonly string[] {
  const found = new Map<string, string>();
  for (const term of [view.target, ...view.facts.map((f) => f.term)]) {
    for (const part of subterms(term)) {
      const [base, exponent] = isOp(part, '^') ? part.args : [];
      if (base?.kind !== 'number' || base.value === 0n || !exponent || numbersIn(exponent, view).length === 0) continue;
      found.set(
        `${base.text} ^ (${exponent.text})`,
        `have := Nat.pow_pos (n := ${exponent.text}) (show 0 < ${base.text} by decide)`,
      );
    }
  }
  return view.domain === 'Nat' ? [...found.values()].slice(0, 3) : [];
}

/** The powers of literals in the goal, each at least 1. */
function powerBounds(view: GoalView): readonly Inequality[] {
  return positivePowers(view).map((line) => {
    const [, exponent, base] = /n := (.*)\) \(show 0 < (\d+) by/u.exec(line) ?? [];
    return { low: '1', high: `${base} ^ (${exponent})` };
  });
}

/** `have` lines for products of nonnegative differences, numbered so that products of products can use them. */
export function products(view: GoalView, chosen: readonly (readonly [Inequality, Inequality])[]): readonly string[] {
  const factor = ({ low, high }: Inequality): string =>
    `(show (0 : Int) ≤ ${inInt(high, view)} - ${inInt(low, view)} by omega)`;
  return chosen.slice(0, MAX_PRODUCTS).map(([a, b], i) => `have hn${i} := Int.mul_nonneg ${factor(a)} ${factor(b)}`);
}

/** Every pair of items, an item with itself included. */
export function* pairs<T>(items: readonly T[]): Generator<readonly [T, T]> {
  for (const [i, a] of items.entries()) for (const b of items.slice(i)) yield [a, b];
}

/** The inequalities that the hypotheses state; for natural variables that nothing bounds below also `0 ≤ x`. */
export function givenInequalities(view: GoalView): readonly Inequality[] {
  const given = view.facts.flatMap((f) => conjuncts(f.term).map(inequality)).filter((i) => i !== null);
  const free = [...view.numbers].filter(([name, domain]) => domain === 'Nat' && !given.some((g) => g.high === name));
  return [...given, ...free.slice(0, 2).map(([name]) => ({ low: '0', high: name }))];
}

/** Squares of differences of the variables and of the variables themselves; of their multiples where a hypothesis weighs them. */
function squares(view: GoalView): readonly string[] {
  const names = [...view.numbers.keys()].filter((n) => view.variables.some((v) => v.name === n)).slice(0, 4);
  const cast = (n: string): string => (view.numbers.get(n) === 'Nat' ? `(${n} : Int)` : n);
  const bases = [...pairs(names)].map(([a, b]) => (a === b ? cast(a) : `${cast(a)} - ${cast(b)}`));
  for (const fact of view.facts) {
    const match = /^(\d+) \* (\S+) \+ (\d+) \* (\S+) [≤<=]/u.exec(fact.text);
    const [, p, a, q, b] = match ?? [];
    if (a !== undefined && b !== undefined && names.includes(a) && names.includes(b))
      bases.unshift(`${p} * ${cast(a)} - ${q} * ${cast(b)}`);
  }
  return bases.slice(0, 8).map((b) => `have := Lean.Grind.OrderedRing.sq_nonneg (a := ${b})`);
}

/** `x (x - 1)` is not negative for an integer, nor is its product with a square. */
function* consecutive(view: GoalView): Generator<Draft> {
  const [x] = numbersIn(view.target, view);
  if (x === undefined || numbersIn(view.target, view).length > 1) return;
  const lines = [
    `have hx : 0 ≤ ${x} * (${x} - 1) := by`,
    `  rcases (show ${x} ≤ 0 ∨ 1 ≤ ${x} by omega) with h | h`,
    '  · exact Int.mul_nonneg_of_nonpos_of_nonpos (by omega) (by omega)',
    '  · exact Int.mul_nonneg (by omega) (by omega)',
    `have := Int.mul_nonneg hx (Lean.Grind.OrderedRing.sq_nonneg (a := ${x}))`,
    'grind',
  ];
  yield { tactic: lines.join('\n'), weight: 6, reason: 'a product of consecutive integers', heartbeats: 10000 };
}

/** Products of inequalities and squares as hints for `grind`, whose linear arithmetic takes monomials as unknowns. */
export const nonlinear: Rule = {
  name: 'nonlinear',
  *propose(view): Iterable<Draft> {
    const { target, domain } = view;
    if (domain === null || !isNonlinear(view)) return;
    const goal = inequality(target);
    if (!goal && target.text !== 'False' && !isOp(target, '=')) return;
    const positive = positivePowers(view);
    const factors = [...powerBounds(view), ...givenInequalities(view)].slice(0, MAX_FACTORS);
    const contrary = goal ? negation(goal) : null;
    const open = ['apply Classical.byContradiction', 'intro hc'];
    const own = products(view, [...pairs(factors)]);
    const mixed = contrary
      ? products(
          view,
          [contrary, ...factors].map((f) => [contrary, f] as const),
        )
      : [];
    const square = squares(view);
    if (own.length > 0)
      yield {
        tactic: [...positive, ...own, 'grind'].join('\n'),
        weight: 9,
        reason: 'products of the hypotheses',
        heartbeats: 10000,
      };
    if (mixed.length > 1)
      yield {
        tactic: [...open, ...positive, ...mixed, 'grind'].join('\n'),
        weight: 8,
        reason: 'products of the contrary with the hypotheses',
        heartbeats: 10000,
      };
    if (isOp(target, '=')) yield { tactic: `apply ${domain}.le_antisymm`, weight: 2, reason: 'two inequalities' };
    if (domain === 'Int' && goal) yield* consecutive(view);
    if (square.length > 0)
      yield {
        tactic: [...square, 'grind'].join('\n'),
        weight: 7,
        reason: 'squares are not negative',
        heartbeats: 10000,
      };
    if (contrary && factors.length > 0) {
      const some = products(view, [...pairs(factors.slice(0, 4)), ...factors.map((f) => [contrary, f] as const)]);
      yield {
        tactic: [...open, ...positive, ...some, ...square.slice(0, 1), 'grind'].join('\n'),
        weight: 5,
        reason: 'products of everything',
        heartbeats: 15000,
      };
    }
    const [, , third] = factors;
    if (third) {
      const three = products(
        view,
        [...pairs(factors.slice(0, 3))].filter(([a, b]) => a !== b),
      );
      const triple = `have := Int.mul_nonneg hn0 (show (0 : Int) ≤ ${inInt(third.high, view)} - ${inInt(third.low, view)} by omega)`;
      const last = contrary ? factors.map((f) => [contrary, f] as const) : [];
      const lines = [...three, triple, ...products(view, last).map((l) => l.replace('have hn', 'have hm'))];
      yield {
        tactic: [...(contrary ? open : []), ...positive, ...lines, 'grind'].join('\n'),
        weight: 6,
        reason: 'products of three hypotheses',
        heartbeats: 15000,
      };
    }
  },
};
