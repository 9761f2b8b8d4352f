import type { Draft, Rule } from '../rule.ts';
import { subterms, type Term } from '../term.ts';
import { type GoalView, isOp, numbersIn } from '../view.ts';

function variablePowers(view: GoalView): readonly (Term & { kind: 'op' })[] {
  const found = new Map<string, Term & { kind: 'op' }>();
  for (const term of [view.target, ...view.facts.map((f) => f.term)]) {
    for (const part of subterms(term))
      if (isOp(part, '^') && numbersIn(part, view).length > 0) found.set(part.text, part);
  }
  return [...found.values()];
}

/** What the library knows about powers: monotone in base and exponent, positive, multiplicative. */
export const powers: Rule = {
  name: 'powers',
  *propose(view): Iterable<Draft> {
    const all = variablePowers(view);
    if (all.length === 0 || view.domain === null) return;
    if (view.domain === 'Nat') {
      const hints: string[] = [];
      for (const p of all.slice(0, 5)) {
        const [base, exponent] = p.args;
        if (!base || !exponent) continue;
        if (base.kind === 'number' && base.value >= 2n)
          hints.push(
            `have := show ${exponent.text} < ${base.text} ^ (${exponent.text}) from Nat.lt_pow_self (by decide)`,
          );
        else hints.push(`have := Nat.pow_pos (n := ${exponent.text}) (show 0 < ${base.text} by omega)`);
      }
      yield {
        tactic: [...hints, 'first | omega | grind'].join('\n'),
        weight: 5,
        reason: 'powers outgrow their exponents',
        heartbeats: 8000,
      };
      yield* comparisons(view, all);
    }
    yield { tactic: 'simp [Nat.pow_mul, Nat.pow_two]', weight: 4, reason: 'powers of powers', heartbeats: 8000 };
    yield {
      tactic:
        'simp only [Nat.pow_succ, Nat.pow_mul, Nat.pow_add, Nat.mul_pow, Nat.pow_zero, Nat.one_mul, Int.pow_succ, Int.pow_zero] at *',
      weight: 1.5,
      reason: 'write powers out',
    };
    yield {
      tactic:
        'simp only [Nat.mul_pow, ← Nat.pow_mul, ← Nat.pow_add, ← Nat.pow_succ, ← Nat.add_mul] at *\n  <;> first | omega | grind',
      weight: 2,
      reason: 'collect powers',
      heartbeats: 8000,
    };
  },
};

/** Compare two powers with one base or one exponent. */
function* comparisons(view: GoalView, all: readonly (Term & { kind: 'op' })[]): Generator<Draft> {
  const lines: string[] = [];
  for (const [i, p] of all.slice(0, 5).entries()) {
    for (const q of all.slice(i + 1, 5)) {
      const [a, m] = p.args;
      const [b, n] = q.args;
      if (!a || !m || !b || !n) continue;
      if (a.text === b.text && a.kind === 'number' && a.value >= 2n) {
        lines.push(`have := Nat.pow_lt_pow_iff_right (a := ${a.text}) (n := ${m.text}) (m := ${n.text}) (by decide)`);
        lines.push(`have := Nat.pow_le_pow_iff_right (a := ${a.text}) (n := ${m.text}) (m := ${n.text}) (by decide)`);
      } else if (m.text === n.text) {
        lines.push(`have := Nat.pow_lt_pow_iff_left (a := ${a.text}) (b := ${b.text}) (n := ${m.text}) (by omega)`);
        lines.push(`have := Nat.pow_le_pow_iff_left (a := ${a.text}) (b := ${b.text}) (n := ${m.text}) (by omega)`);
      }
    }
  }
  if (lines.length > 0)
    yield {
      tactic: [...lines, 'first | omega | grind'].join('\n'),
      weight: 9,
      reason: 'compare powers',
      heartbeats: 8000,
    };
  for (const fact of view.facts) {
    if (fact.usable && isOp(fact.term, '∣') && fact.term.args.every((a) => isOp(a, '^'))) {
      yield {
        tactic: `exact (Nat.pow_dvd_pow_iff (by omega)).1 ${fact.name}`,
        weight: 15,
        reason: 'a power divides a power',
        heartbeats: 8000,
      };
    }
  }
  if (view.target.kind === 'op' && isOp(view.target, '<')) {
    for (const lemma of ['Nat.pow_lt_pow_left', 'Nat.pow_lt_pow_right']) {
      yield {
        tactic: `apply ${lemma} <;> first | omega | (simp_all; done) | grind`,
        weight: 7,
        reason: 'a power grows',
        heartbeats: 8000,
      };
    }
  }
}
