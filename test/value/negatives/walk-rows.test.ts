import { expect, test } from 'vitest';
import type { Goal } from '../../../src/lean/goal.ts';
import { rowsOfWalk } from '../../../src/value/negatives/walk-rows.ts';
import { WalkTree } from '../../../src/value/negatives/walk-tree.ts';

const about = { theorem: 'T', session: 's', search: 'n/1', beganMs: 5 };
const goal = (target: string): readonly Goal[] => [{ hypotheses: [], target }];

/** A tree to which states are added by their target and their parent. */
function tree() {
  const walk = new WalkTree();
  const add = (parent: number | null, target: string, tactic: string | null): number =>
    walk.add({
      ...{ parent, tactic, origin: 'fixed', logProb: -1, goals: goal(target), isGiven: false },
      ref: { key: target, parent: null, tactic: '' },
    });
  return { walk, add };
}

test('a state is unknown when any way from it leads to where a tactic ran out of time', () => {
  const { walk, add } = tree();
  const root = add(null, 'root', null);
  const [left, right] = [add(root, 'left', 'l'), add(root, 'right', 'r')];
  const slow = add(left, 'slow', 's');
  // The same state is found again from the other side.
  expect(add(right, 'slow', 's')).toBe(slow);
  const dead = add(root, 'dead', 'd');
  for (const id of [root, left, right, dead]) walk.noteTries(id, { tried: 2, worked: 1, undecided: 0 });
  walk.noteTries(slow, { tried: 2, worked: 0, undecided: 1 });
  const labels = Object.fromEntries(rowsOfWalk(walk, true, about).map((row) => [row.state_pp, row.label]));
  expect(labels).toEqual({
    ...{ '⊢ root': 'unknown', '⊢ left': 'unknown', '⊢ right': 'unknown', '⊢ slow': 'unknown' },
    '⊢ dead': 'negative',
  });
});
