import type { Draft, Rule } from '../rule.ts';
import { isOp } from '../view.ts';

const CLOSE = 'first | done | omega | grind | (simp_all; done)';

/** `C * A = D` with the target `A = B`: multiply the target by C. */
export const cancel: Rule = {
  name: 'cancel',
  *propose(view): Iterable<Draft> {
    const { target, domain } = view;
    if (!isOp(target, '=') || domain !== 'Nat') return;
    const [left] = target.args;
    for (const { term } of view.facts) {
      if (!isOp(term, '=')) continue;
      for (const side of term.args) {
        if (!isOp(side, '*')) continue;
        const [a, b] = side.args;
        const factor = a?.text === left?.text ? b : b?.text === left?.text ? a : undefined;
        if (!factor) continue;
        const positive = `show 0 < ${factor.text} by first | omega | exact Nat.pow_pos (by decide)`;
        yield {
          tactic: `apply Nat.eq_of_mul_eq_mul_left (${positive})\nfirst | grind | (simp_all [Nat.pow_add, Nat.mul_comm]; done)`,
          weight: 6,
          reason: `multiply by ${factor.text}`,
          heartbeats: 10000,
        };
      }
    }
  },
};

/** Rewrite the target with equations among the hypotheses, either way. */
export const rewriting: Rule = {
  name: 'rewrite',
  *propose(view): Iterable<Draft> {
    const target = view.target.text;
    for (const { name, term, usable } of view.facts) {
      if (!usable || !(isOp(term, '=') || isOp(term, '↔'))) continue;
      const [left, right] = term.args;
      if (!left || !right || left.text === right.text) continue;
      const literal = (text: string): boolean => /^\d+$/.test(text);
      const directions = [
        { from: left.text, how: name, note: 'left to right' },
        { from: right.text, how: `← ${name}`, note: 'right to left' },
      ];
      for (const { from, how, note } of directions) {
        const inside = from.replace(/^\((.*)\)$/u, '$1');
        if (literal(inside) || !target.includes(inside)) continue;
        yield {
          tactic: `rw [${how}]\n${CLOSE}`,
          weight: 7,
          reason: `rewrite with ${name}, ${note}`,
          heartbeats: 10000,
        };
        yield { tactic: `rw [${how}]`, weight: 2, reason: `rewrite with ${name}, ${note}` };
        yield { tactic: `simp [${how}]`, weight: 1.5, reason: `simplify with ${name}, ${note}`, heartbeats: 8000 };
      }
    }
  },
};
