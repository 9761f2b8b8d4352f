import { candidatesFor } from '../heuristic/heuristic.ts';
import { type GoalView, viewGoal } from '../heuristic/view.ts';
import type { Candidate, PolicyState } from '../provider.ts';
import { fillings, instances } from './skeleton.ts';

/** A shape of tactics that the proofs of several theorems had. */
export interface Template {
  readonly skeleton: string;
  /** Theorems in whose proofs it occurred. */
  readonly theorems: number;
}

/** A tactic that may be proposed for a state, before anything is known of its worth. */
export interface Pooled extends Omit<Candidate, 'logProb'> {
  /** Log-prob that the heuristic gave it, and its place there; null and −1 for a template's. */
  readonly prior: number | null;
  readonly rank: number;
  /** Of a template's. */
  readonly skeleton?: string;
  readonly view: GoalView;
}

const mostPerTemplate = 4;

/** All candidates of the heuristic, in its order, and behind them those of the templates that it does not have. */
export function poolFor(
  state: PolicyState,
  templates: readonly Template[],
  tactics: ReadonlySet<string>,
): readonly Pooled[] {
  const [goal] = state.goals;
  if (!goal) return [];
  const view = viewGoal(goal, tactics);
  const own = candidatesFor(state, tactics).map(
    ({ logProb, ...candidate }, rank): Pooled => ({ ...candidate, prior: logProb, rank, view }),
  );
  const seen = new Set(own.map(({ tactic }) => tactic));
  const filling = fillings(view);
  for (const { skeleton, theorems } of templates)
    for (const tactic of instances(skeleton, filling, mostPerTemplate)) {
      if (seen.has(tactic)) continue;
      seen.add(tactic);
      const reason = `as in the proofs of ${theorems} theorems`;
      own.push({ tactic, origin: 'harvest', reason, prior: null, rank: -1, skeleton, view });
    }
  return own;
}
