import type { Draft, Rule } from '../rule.ts';
import { subterms, type Term } from '../term.ts';
import { type GoalView, isOp, numbersIn } from '../view.ts';

const MAX_PERIOD = 24;

/** The literal moduli and the literal bases raised to variable exponents in the goal. */
function powersAndModuli(view: GoalView): {
  readonly moduli: readonly number[];
  readonly bases: readonly number[];
  readonly exponents: readonly string[];
} {
  const moduli = new Set<number>();
  const bases = new Set<number>();
  const exponents = new Set<string>();
  for (const term of [view.target, ...view.facts.map((f) => f.term)]) {
    for (const part of subterms(term)) {
      if (part.kind !== 'op') continue;
      const literal = part.op === '∣' ? part.args[0] : part.op === '%' ? part.args[1] : undefined;
      if (literal?.kind === 'number' && literal.value > 1n && literal.value < 1000n) moduli.add(Number(literal.value));
      const [base, exponent] = part.args;
      if (part.op !== '^' || base?.kind !== 'number' || base.value >= 1000n || !exponent) continue;
      const names = numbersIn(exponent, view).filter((n) => view.numbers.get(n) === 'Nat');
      if (names.length === 0) continue;
      bases.add(Number(base.value));
      for (const name of names) exponents.add(name);
    }
  }
  return { moduli: [...moduli], bases: [...bases], exponents: [...exponents] };
}

/** The least p > 0 with b ^ p = 1 modulo m; null when there is none within reach. */
function order(b: number, m: number): number | null {
  let value = b % m;
  for (let p = 1; p <= MAX_PERIOD; p++) {
    if (value === 1) return p;
    value = (value * b) % m;
  }
  return null;
}

const lcm = (a: number, b: number): number => {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a / x) * b;
};

/** Powers with a variable exponent repeat modulo m: split the exponent by the period. */
export const periods: Rule = {
  name: 'periods',
  *propose(view): Iterable<Draft> {
    const { moduli, bases, exponents } = powersAndModuli(view);
    const [name] = exponents;
    if (
      name === undefined ||
      exponents.length !== 1 ||
      bases.length === 0 ||
      !view.variables.some((v) => v.name === name)
    )
      return;
    for (const m of moduli.slice(0, 3)) {
      const orders = bases.map((b) => order(b, m));
      if (orders.includes(null)) continue;
      const p = orders.reduce<number>((all, o) => lcm(all, o ?? 1), 1);
      if (p > MAX_PERIOD) continue;
      const q = view.fresh('q');
      const shapes = Array.from({ length: p }, (_, r) => `${name} = ${p} * ${q} + ${r}`).join(' ∨ ');
      const ones = bases.map((b) => `have := show (${b} ^ ${p}) ^ ${q} % ${m} = 1 by simp [Nat.pow_mod]`);
      const lines = [
        `obtain ⟨${q}, hq⟩ : ∃ ${q}, ${shapes} := ⟨${name} / ${p}, by omega⟩`,
        ...ones,
        `rcases hq with ${Array.from({ length: p }, () => 'rfl').join(' | ')} <;> simp only [Nat.pow_add, Nat.pow_mul, Nat.mul_add] at * <;> omega`,
      ];
      yield {
        tactic: lines.join('\n'),
        weight: 12,
        reason: `exponents modulo ${p}, the period modulo ${m}`,
        heartbeats: 25000,
      };
    }
  },
};

/** A literal power is too large for the elaborator; the kernel computes it. */
export const largePowers: Rule = {
  name: 'large-powers',
  *propose(view): Iterable<Draft> {
    const large = [...subterms(view.target)].some(
      (t: Term) => isOp(t, '^') && t.args.every((a) => a.kind === 'number') && Number(t.args[1]?.text ?? 0) > 200,
    );
    if (large) yield { tactic: 'decide +kernel', weight: 80, reason: 'the kernel computes large powers' };
  },
};
