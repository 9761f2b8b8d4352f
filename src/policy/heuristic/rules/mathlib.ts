import type { Draft, Rule } from '../rule.ts';
import { subterms, type Term } from '../term.ts';
import { type GoalView, isOp } from '../view.ts';
import { inequality } from './nonlinear.ts';

/** What Mathlib adds; proposed only where the environment can parse it. */
export const MATHLIB_TACTICS = [
  'ring',
  'ring_nf',
  'linarith',
  'nlinarith',
  'norm_num',
  'positivity',
  'push_neg',
  'aesop',
  'field_simp',
] as const;

const isOpen = (target: Term): boolean =>
  isOp(target, '→') || isOp(target, '¬') || (target.kind === 'binder' && target.binder === '∀');

function* proposals(view: GoalView): Generator<Draft & { readonly needs: string }> {
  const { target } = view;
  if (isOpen(target)) {
    if (isOp(target, '¬'))
      yield { needs: 'push_neg', tactic: 'push_neg', weight: 6, reason: 'move the negation inwards' };
    return;
  }
  const ordered = inequality(target) !== null;
  const division = [...subterms(target)].some((t) => isOp(t, '/'));
  const facts = view.facts.some((f) => inequality(f.term) !== null || isOp(f.term, '='));
  yield { needs: 'norm_num', tactic: 'norm_num', weight: 30, reason: 'evaluate', heartbeats: 20000 };
  if (isOp(target, '=')) {
    yield { needs: 'ring', tactic: 'ring', weight: 42, reason: 'an identity of commutative rings', heartbeats: 20000 };
    yield { needs: 'ring_nf', tactic: 'ring_nf at *', weight: 3, reason: 'normalise both sides' };
  }
  if (ordered || target.text === 'False' || isOp(target, '=')) {
    yield {
      needs: 'linarith',
      tactic: 'linarith',
      weight: facts ? 40 : 12,
      reason: 'linear arithmetic over ordered fields',
      heartbeats: 20000,
    };
  }
  if (ordered) {
    yield { needs: 'positivity', tactic: 'positivity', weight: 20, reason: 'positive by its shape', heartbeats: 20000 };
    yield { needs: 'nlinarith', tactic: 'nlinarith', weight: 16, reason: 'products of hypotheses', heartbeats: 40000 };
    const names = view.variables.filter((v) => /^[ℝℚℤℕ]$|^(Real|Rat|Int|Nat)$/u.test(v.type)).slice(0, 3);
    const squares = names.flatMap((a, i) => names.slice(i + 1).map((b) => `sq_nonneg (${a.name} - ${b.name})`));
    const hints = [...squares, ...names.map((v) => `sq_nonneg ${v.name}`)].join(', ');
    if (hints !== '')
      yield {
        needs: 'nlinarith',
        tactic: `nlinarith [${hints}]`,
        weight: 14,
        reason: 'with squares as hints',
        heartbeats: 60000,
      };
  }
  if (division) yield { needs: 'field_simp', tactic: 'field_simp', weight: 10, reason: 'clear denominators' };
  if (division)
    yield {
      needs: 'field_simp',
      tactic: 'field_simp\nring',
      weight: 14,
      reason: 'clear denominators, then ring',
      heartbeats: 20000,
    };
  yield { needs: 'aesop', tactic: 'aesop', weight: 8, reason: 'general automation', heartbeats: 40000 };
}

/** Tactics of Mathlib, as far as the environment has them. */
export const mathlib: Rule = {
  name: 'mathlib',
  *propose(view): Iterable<Draft> {
    for (const { needs, ...draft } of proposals(view)) if (view.available.has(needs)) yield draft;
  },
};
