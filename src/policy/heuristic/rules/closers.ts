import type { Draft, Rule } from '../rule.ts';
import { subterms, type Term } from '../term.ts';
import { type GoalView, isOp, numbersIn } from '../view.ts';

const ARITHMETIC = new Set(['+', '-', '*', '/', '%', '^', '<', '≤', '>', '≥', '∣', '=', '≠']);

/** Procedures that close a goal or leave it. Cheap ones first; `exact?` late. */
export const closers: Rule = {
  name: 'closer',
  *propose(view): Iterable<Draft> {
    const { target } = view;
    const open = isOp(target, '→') || isOp(target, '¬') || (target.kind === 'binder' && target.binder === '∀');
    const closed = numbersIn(target, view).length === 0 && ![...subterms(target)].some((t) => t.kind === 'binder');
    const arithmetic = [target, ...view.facts.map((f) => f.term)].some((t) =>
      [...subterms(t)].some((s) => s.kind === 'op' && ARITHMETIC.has(s.op)),
    );
    if (open) {
      yield { tactic: 'decide', weight: 1, reason: 'a decision procedure may exist', heartbeats: 3000 };
      yield { tactic: 'simp', weight: 1, reason: 'simplify', heartbeats: 8000 };
      yield { tactic: 'exact?', weight: 0.3, reason: 'look in the library', heartbeats: 3000 };
      return;
    }
    if (target.text === 'True') yield { tactic: 'trivial', weight: 200, reason: 'True' };
    if (closed) {
      yield { tactic: 'decide', weight: 70, reason: 'nothing but literals', heartbeats: 8000 };
      yield { tactic: 'decide +kernel', weight: 50, reason: 'the kernel computes large literals' };
    } else yield { tactic: 'decide', weight: 3, reason: 'a decision procedure may exist', heartbeats: 8000 };
    const huge = hasHugePower(view);
    if (arithmetic) yield { tactic: 'omega', weight: huge ? 0.6 : 55, reason: 'linear arithmetic', heartbeats: 8000 };
    yield { tactic: 'grind', weight: huge ? 0.5 : 48, reason: 'general automation', heartbeats: 10000 };
    yield { tactic: 'simp_all', weight: 40, reason: 'simplify everything', heartbeats: 8000 };
    yield { tactic: 'simp', weight: 22, reason: 'simplify', heartbeats: 8000 };
    if (isOp(target, '=') || isOp(target, '↔'))
      yield { tactic: 'rfl', weight: 4, reason: 'by definition', heartbeats: 8000 };
    yield { tactic: 'exact?', weight: arithmetic ? 0.8 : 12, reason: 'look in the library', heartbeats: 3000 };
  },
};

/** Powers so high that normalising or computing them would never end: `x ^ 100`, `2 ^ 5000`. */
function hasHugePower(view: GoalView): boolean {
  const limit = (base: Term | undefined): bigint => (base?.kind === 'number' ? 1000n : 24n);
  return [view.target, ...view.facts.map((f) => f.term)].some((t) =>
    [...subterms(t)].some((s) => isOp(s, '^') && s.args[1]?.kind === 'number' && s.args[1].value > limit(s.args[0])),
  );
}

/** Split the target by its outermost connective. */
export const split: Rule = {
  name: 'split',
  *propose(view): Iterable<Draft> {
    const { target } = view;
    if (isOp(target, '↔'))
      yield { tactic: `constructor <;> intro ${view.fresh('h')}`, weight: 40, reason: 'prove both directions' };
    if (isOp(target, '∧') || isOp(target, '↔')) {
      yield { tactic: 'constructor', weight: isOp(target, '∧') ? 30 : 4, reason: 'prove both parts' };
      yield {
        tactic: `${isOp(target, '∧') ? 'and_intros' : 'constructor'} <;> first | omega | grind | (simp_all; done)`,
        weight: 20,
        reason: 'prove every part by automation',
        heartbeats: 40000,
      };
    }
    if (isOp(target, '∨')) {
      yield { tactic: 'left', weight: 6, reason: 'prove the left side' };
      yield { tactic: 'right', weight: 6, reason: 'prove the right side' };
    }
    if (isOp(target, '=') && target.args.some((a) => isOp(a, 'tuple')))
      yield { tactic: 'simp only [Prod.mk.injEq]', weight: 20, reason: 'equal pairs' };
    if (target.text.includes('(') && target.text.includes(') = (') && isOp(target, '∨')) {
      yield { tactic: 'simp only [Prod.mk.injEq]', weight: 20, reason: 'equal pairs' };
    }
    if ([...subterms(target)].some((t) => t.kind === 'name' && t.name === 'if'))
      yield { tactic: 'split', weight: 20, reason: 'split the condition' };
    if (isOp(target, '=')) yield { tactic: 'funext x', weight: 1, reason: 'equal functions' };
  },
};
