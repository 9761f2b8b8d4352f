import { readGoalText } from '../../../corpus/goal-text.ts';
import type { Goal } from '../../../lean/goal.ts';
import type { TrajectoryRow } from '../../../trajectory/row.ts';
import type { ObservedProof, ObservedState, ObservedTry } from './observation.ts';

export type ObservedRow = Pick<
  TrajectoryRow,
  'theorem_name' | 'state_id' | 'state_pp' | 'tactic_applied' | 'parent_state_id' | 'label' | 'remaining_depth'
>;

/** The accepted proof of the rows of one search; null when there is none. Failed tries are in no row. */
export function observeRows(rows: readonly ObservedRow[]): ObservedProof | null {
  const onProof = rows
    .filter(({ label }) => label === 'positive')
    .sort((a, b) => b.remaining_depth - a.remaining_depth);
  const [root] = onProof;
  if (root === undefined) return null;
  const childrenOf = Map.groupBy(rows, ({ parent_state_id }) => parent_state_id);
  const states: ObservedState[] = [];
  for (const [i, row] of onProof.entries()) {
    const next = onProof[i + 1];
    if (next === undefined) break;
    const goals = goalsOf(row.state_pp);
    if (goals === null) return null;
    const tries = (childrenOf.get(row.state_id) ?? []).map((child): ObservedTry => {
      if (child === next) return { tactic: child.tactic_applied, result: 'proof' };
      return { tactic: child.tactic_applied, result: child.state_pp === '' ? 'closed' : 'goals' };
    });
    states.push({ goals, path: onProof.slice(1, i + 1).map((one) => one.tactic_applied), tries });
  }
  return { theorem: root.theorem_name, root: root.state_pp, states };
}

function goalsOf(text: string): readonly Goal[] | null {
  const goals: Goal[] = [];
  for (const part of text.split('\n\n')) {
    const read = readGoalText(part);
    if (read.kind !== 'goal') return null;
    goals.push({ hypotheses: [...read.goal.hypotheses], target: read.goal.target });
  }
  return goals;
}
