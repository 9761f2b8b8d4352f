import type { Draft, Rule } from '../rule.ts';
import { subterms, type Term } from '../term.ts';
import { type Fact, type GoalView, numbersIn } from '../view.ts';

const EXPAND =
  'simp only [Nat.pow_succ, Nat.pow_add, Nat.mul_add, Nat.add_mul, Nat.pow_mul, Int.pow_succ, Nat.mul_succ] at *';
const BASE = 'first | decide | omega | (simp_all; done) | grind';
const STEP = `first | grind | (${EXPAND}; omega) | (simp_all [Nat.pow_succ]; omega) | (${EXPAND}; grind)`;

/** `c ≤ n` in one of its forms, with a literal `c`. */
export function lowerBound(fact: Fact): { readonly name: string; readonly least: bigint } | null {
  const { term } = fact;
  if (term.kind !== 'op') return null;
  const [a, b] = term.args;
  if (!a || !b) return null;
  if ((term.op === '≤' || term.op === '<') && a.kind === 'number' && b.kind === 'name')
    return { name: b.name, least: a.value + (term.op === '<' ? 1n : 0n) };
  if ((term.op === '≥' || term.op === '>') && b.kind === 'number' && a.kind === 'name')
    return { name: a.name, least: b.value + (term.op === '>' ? 1n : 0n) };
  return null;
}

/** The natural variables worth an induction: exponents and arguments of functions first. */
function inductionVariables(view: GoalView): readonly { readonly name: string; readonly weight: number }[] {
  const weights = new Map<string, number>();
  const note = (term: Term, weight: number): void => {
    for (const name of numbersIn(term, view))
      if (view.numbers.get(name) === 'Nat') weights.set(name, Math.max(weight, weights.get(name) ?? 0));
  };
  note(view.target, 3);
  for (const part of subterms(view.target)) {
    if (part.kind === 'op' && part.op === '^' && part.args[1]) note(part.args[1], 14);
    if (part.kind === 'call') for (const arg of part.args) note(arg, 10);
  }
  const usable = new Set(view.variables.map((v) => v.name));
  return [...weights].map(([name, weight]) => ({ name, weight })).filter((v) => usable.has(v.name));
}

/** Products of a lower bound with itself, which steps of polynomial against exponential growth need. */
function growth(least: bigint): readonly string[] {
  return [
    `  have hg1 : ${least} * m ≤ m * m := Nat.mul_le_mul (by omega) (Nat.le_refl _)`,
    `  have hg2 : ${least} * (m * m) ≤ m * (m * m) := Nat.mul_le_mul (by omega) (Nat.le_refl _)`,
  ];
}

/** Induction on natural numbers, from 0 or from a lower bound among the hypotheses, with the cases tried on the spot. */
export const induction: Rule = {
  name: 'induction',
  *propose(view): Iterable<Draft> {
    for (const { name, weight } of inductionVariables(view)) {
      const bound = view.facts.find((f) => f.usable && lowerBound(f)?.name === name);
      const least = bound ? (lowerBound(bound)?.least ?? 0n) : 0n;
      if (bound && least > 0n) {
        yield {
          tactic: `induction ${bound.name} with\n| refl => ${BASE}\n| @step m hm ih => ${STEP}`,
          weight,
          reason: `induction on ${name} from ${least}`,
          heartbeats: 25000,
        };
        yield {
          tactic: [
            `induction ${bound.name} with`,
            `| refl => ${BASE}`,
            '| @step m hm ih =>',
            `  replace hm : ${least} ≤ m := hm`,
            ...growth(least),
            `  ${STEP}`,
          ].join('\n'),
          weight: weight * 0.6,
          reason: `induction on ${name} from ${least}, with products of the bound`,
          heartbeats: 25000,
        };
        yield {
          tactic: `induction ${bound.name} with\n| refl => ?_\n| @step m hm ih => ?_`,
          weight: weight * 0.15,
          reason: `induction on ${name}, cases left open`,
        };
      }
      yield {
        tactic: `induction ${name} with\n| zero => ${BASE}\n| succ n ih => ${STEP}`,
        weight: bound ? weight * 0.5 : weight,
        reason: `induction on ${name}`,
        heartbeats: 25000,
      };
      yield {
        tactic: `induction ${name} with\n| zero => ?_\n| succ n ih => ?_`,
        weight: weight * 0.15,
        reason: `induction on ${name}, cases left open`,
      };
    }
  },
};

/** Small values apart, then the rest. */
export const smallCases: Rule = {
  name: 'small-cases',
  *propose(view): Iterable<Draft> {
    for (const name of numbersIn(view.target, view)) {
      if (view.numbers.get(name) !== 'Nat' || !view.variables.some((v) => v.name === name)) continue;
      yield {
        tactic: `rcases ${name} with _ | ${name} <;> first | omega | (simp_all; done) | grind`,
        weight: 2,
        reason: `${name} zero or a successor`,
        heartbeats: 10000,
      };
      yield {
        tactic: `rcases ${name} with _ | _ | ${name} <;> try (first | omega | (simp_all; done) | decide)`,
        weight: view.target.text.includes('/') ? 6 : 1,
        reason: `${name} zero, one or more, rest left open`,
        heartbeats: 10000,
      };
    }
  },
};
