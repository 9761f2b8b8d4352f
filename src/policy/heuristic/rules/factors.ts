import { evaluate } from '../evaluate.ts';
import { integerRoots, interpolate, type Polynomial, renderPolynomial } from '../polynomial.ts';
import type { Draft, Rule } from '../rule.ts';
import type { Term } from '../term.ts';
import { type GoalView, isOp, numbersIn } from '../view.ts';

const REACH = 1200n;
const CLOSE = 'first | omega | (simp_all; done) | grind';

function difference(left: Term, right: Term, name: string): Polynomial | null {
  return interpolate((x) => {
    const values = new Map([[name, x]]);
    const a = evaluate(left, values, 'Int');
    const b = evaluate(right, values, 'Int');
    return a === undefined || b === undefined ? undefined : a - b;
  });
}

/** A polynomial equation in one variable whose roots are integers: write it as a product that is zero. */
export const factorRoots: Rule = {
  name: 'factor-roots',
  *propose(view): Iterable<Draft> {
    for (const fact of view.facts) {
      if (!fact.usable || !isOp(fact.term, '=')) continue;
      const [left, right] = fact.term.args;
      const names = numbersIn(fact.term, view);
      const [name] = names;
      if (!left || !right || name === undefined || names.length !== 1) continue;
      const p = difference(left, right, name);
      if (!p || p.length < 3) continue;
      const { roots, rest } = integerRoots(p, REACH);
      if (roots.length === 0 || rest.length !== 1) continue;
      const x = view.numbers.get(name) === 'Nat' ? `(${name} : Int)` : name;
      const h = view.fresh('hf');
      const product = roots.map((r) => `(${x} - (${r}))`).join(' * ');
      const cast =
        view.numbers.get(name) === 'Nat'
          ? `have ${h} : ((${left.text} : Nat) : Int) = ((${right.text} : Nat) : Int) := by rw [${fact.name}]\npush_cast at ${h}\n`
          : '';
      const stated = `${cast}have ${h} : ${product} = 0 := by grind`;
      const script =
        roots.length === 2
          ? `${stated}\nrcases Int.mul_eq_zero.1 ${h} with ${h} | ${h} <;> ${CLOSE}`
          : `${stated}\nsimp only [Int.mul_eq_zero] at ${h}\n${CLOSE}`;
      yield { tactic: script, weight: 20, reason: `${name} is a root of a product`, heartbeats: 10000 };
    }
  },
};

/** `d ∣ e` from a hypothesis `d ∣ e'` with `e = k e'`, or with the quotient of two polynomials. */
export const quotientWitness: Rule = {
  name: 'quotient-witness',
  *propose(view): Iterable<Draft> {
    const { target, domain } = view;
    if (!isOp(target, '∣') || domain === null) return;
    const [d, e] = target.args;
    if (!d || !e) return;
    for (const fact of view.facts) {
      if (!fact.usable || !isOp(fact.term, '∣') || fact.term.args[0]?.text !== d.text) continue;
      const k = fact.term.args[1] && ratio(fact.term.args[1], e, view);
      if (k)
        yield {
          tactic: `exact ${domain}.dvd_trans ${fact.name} ⟨${k}, by first | omega | grind⟩`,
          weight: 20,
          reason: `${k} times what ${fact.name} divides`,
          heartbeats: 8000,
        };
    }
    const names = numbersIn(target, view);
    const [name] = names;
    if (name === undefined || names.length !== 1 || numbersIn(d, view).length === 0) return;
    const quotient = interpolate((x) => {
      const values = new Map([[name, x + 2n]]);
      const a = evaluate(e, values, 'Int');
      const b = evaluate(d, values, 'Int');
      return a === undefined || b === undefined || b === 0n || a % b !== 0n ? undefined : a / b;
    });
    if (!quotient) return;
    const shifted = interpolate((x) => quotient.reduce((sum, c, i) => sum + c * (x - 2n) ** BigInt(i), 0n));
    if (shifted)
      yield {
        tactic: `exact ⟨${renderPolynomial(shifted, name)}, by grind⟩`,
        weight: 20,
        reason: 'the quotient is a polynomial',
        heartbeats: 8000,
      };
  },
};

/** The one integer k with `b = k a` at all sample points. */
function ratio(a: Term, b: Term, view: GoalView): bigint | null {
  const names = [...new Set([...numbersIn(a, view), ...numbersIn(b, view)])];
  const found = new Set<bigint>();
  for (const base of [2n, 3n, 7n]) {
    const values = new Map(names.map((n, i) => [n, base + BigInt(i * i)]));
    const x = evaluate(a, values, 'Int');
    const y = evaluate(b, values, 'Int');
    if (x === undefined || y === undefined || x === 0n || y % x !== 0n) return null;
    found.add(y / x);
  }
  const [k] = found;
  return found.size === 1 && k !== undefined && k !== 0n ? k : null;
}
