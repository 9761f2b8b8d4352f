import { describe, expect, test } from 'vitest';
import { assembleTheorem, isTheorem, theoremName } from '../../../src/lean/verdict/assemble.ts';

const problem = { name: 'swap', statement: '∀ p q : Prop, p ∧ q → q ∧ p' };

test('steps stand one under the other', () => {
  expect(assembleTheorem(problem, ['intro p q h', 'exact ⟨h.2, h.1⟩'])).toBe(
    'theorem swap : ∀ p q : Prop, p ∧ q → q ∧ p := by\n  intro p q h\n  exact ⟨h.2, h.1⟩',
  );
});

test('lines of one step keep their place under each other', () => {
  const step = 'induction n with\r\n| zero => rfl\n| succ n ih =>\n\n  omega';
  expect(assembleTheorem({ name: 'a', statement: 'X' }, ['intro n', step])).toBe(
    'theorem a : X := by\n  intro n\n  induction n with\n  | zero => rfl\n  | succ n ih =>\n\n    omega',
  );
});

test('a step that is indented throughout moves to the margin', () => {
  expect(assembleTheorem({ name: 'a', statement: 'X' }, ['\n    foo\n      bar\n'])).toBe(
    'theorem a : X := by\n  foo\n    bar',
  );
});

test('a comment at the end of the statement swallows nothing', () => {
  expect(assembleTheorem({ name: 'a', statement: 'X -- why' }, ['rfl'])).toBe(
    'theorem a :\n    X -- why\n  := by\n  rfl',
  );
});

test('`by` before a script is not doubled', () => {
  expect(assembleTheorem({ name: 'a', statement: 'X' }, 'by\n    foo\n    bar')).toBe(
    'theorem a : X := by\n  foo\n  bar',
  );
});

test('a theorem is taken as it is', () => {
  const text = 'open Nat in\ntheorem a : X := rfl';
  expect(assembleTheorem(problem, text)).toBe(text);
});

test('a copied theorem is stated by its type', () => {
  expect(assembleTheorem({ name: 'List.append_nil', statement: null, copyFrom: 'List.append_nil' }, ['simp'])).toBe(
    'theorem «proof of List.append_nil» : type_of% @List.append_nil := by\n  simp',
  );
});

describe('goals that were not taken in order', () => {
  test('another goal is brought to the front', () => {
    const steps = [
      { tactic: 'constructor', goal: 0, goals: ['r'] },
      { tactic: 'exact hb', goal: 1, goals: ['a', 'b'] },
      { tactic: 'exact ha', goal: 0, goals: ['a'] },
    ];
    expect(assembleTheorem({ name: 'a', statement: 'X' }, steps)).toBe(
      'theorem a : X := by\n  constructor\n  rotate_left 1\n  exact hb\n  exact ha',
    );
  });

  test('the order in the script is followed, which is not that of the search', () => {
    // The search moves the addressed goal to the front; the script turns the list.
    const steps = [
      { tactic: 'split3', goal: 0, goals: ['r'] },
      { tactic: 'at b', goal: 1, goals: ['a', 'b', 'c'] },
      { tactic: 'at c', goal: 1, goals: ['a', 'c'] },
      { tactic: 'at a', goal: 0, goals: ['a'] },
    ];
    expect(assembleTheorem({ name: 'a', statement: 'X' }, steps).split('\n').slice(1)).toEqual([
      '  split3',
      '  rotate_left 1',
      '  at b',
      '  at c',
      '  at a',
    ]);
  });
});

test.each([
  ['swap_1', 'swap_1'],
  ["h'", "h'"],
  ['αβ', 'αβ'],
  ['h₁', 'h₁'],
  ['λ', '«λ»'],
  ['素数', '«素数»'],
  ['Nat.add_comm', '«Nat.add_comm»'],
  ['by', '«by»'],
  ['_x', '«theorem _x»'],
  ['', '«theorem»'],
  ['1st', '«1st»'],
  ['a»b\nc«', '«a b c»'],
  ['x : True := trivial axiom y', '«x : True := trivial axiom y»'],
])('the name %j is written %s', (name, written) => {
  expect(theoremName({ name })).toBe(written);
});

test.each([
  ['theorem a : X := rfl', true],
  ['-- hm\nopen Nat in\n@[simp]theorem a : X := rfl', true],
  ['/- x -/ theorem a : X := rfl', true],
  ['axiom a : False', true],
  ['#eval 1', true],
  ['intro x -- by theorem 3', false],
  ['/- theorem a -/ rfl', false],
  ['open Nat in simp', false],
  ['exact the_theorem x', false],
])('%j brings its own theorem: %s', (text, expected) => {
  expect(isTheorem(text)).toBe(expected);
});
