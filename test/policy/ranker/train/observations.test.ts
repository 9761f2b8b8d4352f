import { expect, test } from 'vitest';
import { viewGoal } from '../../../../src/policy/heuristic/view.ts';
import { fillings, instances, skeletonOf } from '../../../../src/policy/ranker/skeleton.ts';
import { groupsOf, RIGHT, UNTRIED, WRONG } from '../../../../src/policy/ranker/train/groups.ts';
import { harvest } from '../../../../src/policy/ranker/train/harvest.ts';
import { figuresOf, placeOf } from '../../../../src/policy/ranker/train/measure.ts';
import type { ObservedProof, ObservedTry } from '../../../../src/policy/ranker/train/observation.ts';
import { observeRows } from '../../../../src/policy/ranker/train/observe-rows.ts';
import { separateIntroductions } from '../../../../src/policy/ranker/train/separate-introductions.ts';
import { thinned } from '../../../../src/policy/ranker/train/table.ts';
import { goal } from '../goals.ts';

const none: ReadonlySet<string> = new Set();

test('a tactic loses the names and numerals of its goal, and finds those of another', () => {
  const here = viewGoal(goal('x : Nat', 'y : Nat', 'hx : 12 ≤ x', 'hy : y = 12', '⊢ x * y ≤ 99'), none);
  const text = skeletonOf('have := Nat.mul_le_mul hx (Nat.le_of_eq hy)\nomega', here);
  expect(text).toBe('have := Nat.mul_le_mul ⟦fact:≤#1⟧ (Nat.le_of_eq ⟦fact:=#2⟧)\nomega');
  expect(skeletonOf('exact hx.trans (foo 12 2 x)', here)).toBe('exact ⟦fact:≤#1⟧.trans (foo ⟦numeral#2⟧ 2 ⟦Nat#3⟧)');
  const there = fillings(viewGoal(goal('k : Nat', 'p : 5 ≤ k', 'q : 6 ≤ k', 'r : k = 7', '⊢ k ≤ 8'), none));
  expect(instances(text, there, 4)).toEqual([
    'have := Nat.mul_le_mul p (Nat.le_of_eq r)\nomega',
    'have := Nat.mul_le_mul q (Nat.le_of_eq r)\nomega',
  ]);
  expect(instances(text, there, 1)).toHaveLength(1);
  expect(instances('exact ⟦fact:∣#1⟧', there, 4)).toEqual([]);
  expect(instances('omega', there, 4)).toEqual(['omega']);
});

const observed = (theorem: string, tries: readonly ObservedTry[], ...lines: readonly string[]): ObservedProof => ({
  theorem,
  root: lines.join('\n'),
  states: [{ goals: [goal(...lines)], path: [], tries }],
});

test('shapes are harvested from the proofs of at least two theorems, and introductions are not', () => {
  const proof = (tactic: string): readonly ObservedTry[] => [{ tactic, result: 'proof' }];
  const proofs = [
    observed('a', proof('exact foo h'), 'h : 3 ≤ 4', '⊢ False'),
    observed('b', proof('exact foo k'), 'k : 5 ≤ 4', '⊢ False'),
    // The same theorem under another name counts once.
    observed('c', proof('exact bar h'), 'h : 1 = 4', '⊢ False'),
    observed('d', proof('exact bar h'), 'h : 1 = 4', '⊢ False'),
    observed('e', proof('intro n'), '⊢ ∀ (n : Nat), n = n'),
    observed('f', proof('intro n'), '⊢ ∀ (n : Nat), n ≤ n'),
  ];
  expect(harvest(proofs, none)).toEqual([{ skeleton: 'exact foo ⟦fact:≤#1⟧', theorems: 2 }]);
});

test('tries behind an introduction are tries at the state after it', () => {
  const root = goal('⊢ ∀ (n : Nat), 0 < n → n ≠ 0');
  const proof: ObservedProof = {
    theorem: 't',
    root: 't',
    states: [
      {
        goals: [root],
        path: [],
        tries: [
          { tactic: 'intro n h h1', result: 'goals' },
          { tactic: 'intro n h h1\ngrind', result: 'failed' },
          { tactic: 'decide', result: 'failed' },
          { tactic: 'intro n h h1\nomega', result: 'proof' },
        ],
      },
    ],
  };
  expect(separateIntroductions(proof).states).toEqual([
    {
      goals: [root],
      path: [],
      tries: [
        { tactic: 'decide', result: 'failed' },
        { tactic: 'intro n h h1', result: 'proof' },
      ],
    },
    {
      goals: [goal('n : Nat', 'h : 0 < n', 'h1 : n = 0', '⊢ False')],
      path: ['intro n h h1'],
      tries: [
        { tactic: 'grind', result: 'failed' },
        { tactic: 'omega', result: 'proof' },
      ],
    },
  ]);
  expect(separateIntroductions(separateIntroductions(proof))).toEqual(separateIntroductions(proof));
});

test('failures behind an introduction are known at the state that the proof went through', () => {
  const after = goal('n : Nat', 'h : 0 < n', 'h1 : n = 0', '⊢ False');
  const proof: ObservedProof = {
    theorem: 't',
    root: 't',
    states: [
      {
        goals: [goal('⊢ ∀ (n : Nat), 0 < n → n ≠ 0')],
        path: [],
        tries: [
          { tactic: 'intro n h h1', result: 'proof' },
          { tactic: 'intro n h h1\ngrind', result: 'failed' },
        ],
      },
      { goals: [after], path: ['intro n h h1'], tries: [{ tactic: 'omega', result: 'proof' }] },
    ],
  };
  const [, second] = separateIntroductions(proof).states;
  expect(second?.tries.toSorted((a, b) => (a.tactic < b.tactic ? -1 : 1))).toEqual([
    { tactic: 'grind', result: 'failed' },
    { tactic: 'omega', result: 'proof' },
  ]);
});

test('rows tell the steps of a proof and the steps beside it', () => {
  const row = (
    state_id: number,
    parent_state_id: number | null,
    tactic_applied: string,
    state_pp: string,
    remaining: number,
  ) => ({
    theorem_name: 't',
    state_id,
    parent_state_id,
    tactic_applied,
    state_pp,
    label: remaining >= 0 ? ('positive' as const) : ('negative' as const),
    remaining_depth: remaining,
  });
  const rows = [
    row(0, null, '', '⊢ ∀ (n : Nat), n = n', 2),
    row(1, 0, 'intro n', 'n : Nat\n⊢ n = n', 1),
    row(2, 0, 'intro', 'n✝ : Nat\n⊢ n✝ = n✝', -1),
    row(3, 1, 'rfl', '', 0),
    row(4, 1, 'simp', '', -1),
  ];
  expect(observeRows(rows)).toEqual({
    theorem: 't',
    root: '⊢ ∀ (n : Nat), n = n',
    states: [
      {
        goals: [goal('⊢ ∀ (n : Nat), n = n')],
        path: [],
        tries: [
          { tactic: 'intro n', result: 'proof' },
          { tactic: 'intro', result: 'goals' },
        ],
      },
      {
        goals: [goal('n : Nat', '⊢ n = n')],
        path: ['intro n'],
        tries: [
          { tactic: 'rfl', result: 'proof' },
          { tactic: 'simp', result: 'closed' },
        ],
      },
    ],
  });
  expect(observeRows(rows.map((one) => ({ ...one, label: 'unknown' as const })))).toBeNull();
});

test('a group knows what was right, what was wrong and what nobody tried', () => {
  const proofs = [
    observed(
      't',
      [
        { tactic: 'omega', result: 'failed' },
        { tactic: 'grind', result: 'proof' },
        { tactic: 'simp_all', result: 'closed' },
      ],
      'n : Nat',
      '⊢ n ≤ n * n',
    ),
    // What was right in one search is right.
    observed(
      't',
      [
        { tactic: 'omega', result: 'closed' },
        { tactic: 'simp', result: 'proof' },
      ],
      'n : Nat',
      '⊢ n ≤ n * n',
    ),
  ];
  const [group, ...others] = groupsOf(proofs, [], none);
  expect(others).toEqual([]);
  const labelOf = (tactic: string) => group?.labels[group.pool.findIndex((one) => one.tactic === tactic)];
  expect(['omega', 'grind', 'simp_all', 'simp'].map(labelOf)).toEqual([RIGHT, RIGHT, RIGHT, RIGHT]);
  expect(labelOf('exact?')).toBe(UNTRIED);
  const [alone] = groupsOf(proofs.slice(0, 1), [], none);
  expect(alone?.labels[alone.pool.findIndex((one) => one.tactic === 'omega')]).toBe(WRONG);
  // Nobody would propose what was right.
  expect(groupsOf([observed('u', [{ tactic: 'magic', result: 'proof' }], '⊢ 1 = 1')], [], none)).toEqual([]);
});

test('of very many states an even share is learnt from', () => {
  const groups = Array.from({ length: 5000 }, (_, i) => ({
    root: String(i),
    pool: [],
    labels: new Uint8Array(),
    features: { from: [0], index: [], value: [] },
  }));
  const some = thinned(groups).map(({ root }) => Number(root));
  expect(some).toHaveLength(2000);
  expect(some.filter((i) => i < 2500)).toHaveLength(1000);
  expect(thinned(groups.slice(0, 7))).toHaveLength(7);
});

test('figures are of the first right candidate, and their intervals hold them', () => {
  expect(placeOf(Uint8Array.of(UNTRIED, RIGHT, RIGHT), [5, 1, 3])).toBe(1);
  expect(placeOf(Uint8Array.of(RIGHT, UNTRIED), [2, 2])).toBe(0);
  const { top1, top4, rank, reciprocalRank } = figuresOf([0, 0, 3, 9].map((place, i) => ({ root: `t${i}`, place })));
  expect([top1.value, top4.value, rank.value]).toEqual([0.5, 0.75, 4]);
  expect(reciprocalRank.value).toBeCloseTo((1 + 1 + 1 / 4 + 1 / 10) / 4, 12);
  expect(top1.low).toBeLessThan(0.5);
  expect(top1.high).toBeGreaterThan(0.5);
});
