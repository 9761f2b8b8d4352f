import { type Domain, holds } from '../evaluate.ts';
import type { Draft, Rule } from '../rule.ts';
import { subterms, type Term } from '../term.ts';
import { type GoalView, isOp, numbersIn } from '../view.ts';
import { givenInequalities, products } from './nonlinear.ts';

const CLOSE = 'first | omega | grind | (simp_all; done)';
const EDGE: Readonly<Record<number, number>> = { 2: 70, 3: 16 };
const MAX_CASES = 45;

/**
 * The greatest value of `name` among small values that satisfy `condition` and the inequalities; null when it comes close to
 * the edge of what is tried.
 */
function greatest(
  view: GoalView,
  condition: Term,
  names: readonly string[],
  name: string,
  domain: Domain,
): bigint | null {
  const edge = EDGE[names.length];
  if (edge === undefined) return null;
  const bounds = view.facts.filter(
    (f) => !isOp(f.term, '=') && numbersIn(f.term, view).every((n) => names.includes(n)),
  );
  let high: bigint | null = null;
  const total = (edge + 1) ** names.length;
  for (let i = 0; i < total; i++) {
    let rest = i;
    const values = new Map<string, bigint>();
    for (const n of names) {
      values.set(n, BigInt(rest % (edge + 1)));
      rest = Math.floor(rest / (edge + 1));
    }
    const value = values.get(name) ?? 0n;
    if (high !== null && value <= high) continue;
    if (holds(condition, values, domain) !== true || bounds.some((f) => holds(f.term, values, domain) === false))
      continue;
    high = value;
  }
  return high === null || high > BigInt(edge - 8) ? null : high;
}

/** The equation as `other side ≤ literal`, which products of bounds can refute, then the equation itself. */
function conditions(term: Term & { readonly kind: 'op' }): readonly Term[] {
  const [a, b] = term.args;
  if (b?.kind === 'number') return [{ ...term, op: '≤' }, term];
  if (a?.kind === 'number') return [{ ...term, op: '≥' }, term];
  return [term];
}

function isPositive(view: GoalView, name: string): boolean {
  return (
    view.numbers.get(name) === 'Nat' ||
    givenInequalities(view).some((g) => g.high === name && /^\d+( \+ 1)?$/.test(g.low))
  );
}

/** A nonlinear equation between positive numbers bounds them: prove the bound that trying suggests, then try every value. */
export const box: Rule = {
  name: 'box',
  *propose(view): Iterable<Draft> {
    const { domain } = view;
    if (domain === null || hasVariableExponent(view)) return;
    for (const fact of view.facts) {
      const { term } = fact;
      if (!fact.usable || !isOp(term, '=') || !/\*|\^/.test(fact.text)) continue;
      const names = numbersIn(term, view);
      const reachable =
        names.length >= 2 && names.every((n) => domain === 'Nat' || isPositive(view, n) || ordered(view, n));
      if (!reachable || fact.text.length > 120) continue;
      const bounded = names.flatMap((name) => {
        const highs = conditions(term).map((c) => greatest(view, c, names, name, domain));
        const high = highs.find((v) => v !== null && v <= BigInt(MAX_CASES));
        return high === undefined || high === null ? [] : [{ name, high }];
      });
      bounded.sort((a, b) => Number(a.high - b.high));
      for (const [i, { name, high }] of bounded.entries()) yield draft(view, name, high, 9 / 3 ** i);
    }
  },
};

function hasVariableExponent(view: GoalView): boolean {
  return [view.target, ...view.facts.map((f) => f.term)].some((t) =>
    [...subterms(t)].some((s) => isOp(s, '^') && s.args[1]?.kind !== 'number'),
  );
}

/** Something positive lies below it. */
function ordered(view: GoalView, name: string): boolean {
  return givenInequalities(view).some((g) => g.high === name && isPositive(view, g.low.replace(/ \+ 1$/, '')));
}

function draft(view: GoalView, name: string, high: bigint, weight: number): Draft {
  const above = { low: String(high + 1n), high: name };
  const lines = products(
    view,
    [above, ...givenInequalities(view).slice(0, 5)].map((g) => [above, g] as const),
  );
  const values = Array.from({ length: Number(high) + 1 }, (_, v) => `${name} = ${v}`).join(' ∨ ');
  const tactic = [
    `have hb : ${name} ≤ ${high} := by`,
    '  apply Classical.byContradiction',
    '  intro hc',
    ...lines.map((l) => `  ${l}`),
    '  grind',
    `have hv : ${values} := by omega`,
    `rcases hv with ${Array.from({ length: Number(high) + 1 }, () => 'rfl').join(' | ')} <;> ${CLOSE}`,
  ].join('\n');
  return { tactic, weight, reason: `${name} is at most ${high}, then every value`, heartbeats: 40000 };
}
