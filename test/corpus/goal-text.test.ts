import { describe, expect, test } from 'vitest';
import { closeGoal } from '../../src/corpus/goal-statement.ts';
import { type GoalText, readGoalText } from '../../src/corpus/goal-text.ts';
import { goalDifference } from '../../src/corpus/same-goal.ts';
import { problemOfTheorem } from '../../src/corpus/theorem-problem.ts';

function goal(text: string): GoalText {
  const read = readGoalText(text);
  if (read.kind !== 'goal') throw new Error(JSON.stringify(read));
  return read.goal;
}

describe('a printed goal', () => {
  test('is read with grouped names, untypable names, values, a case line and lines that go on', () => {
    const text = `case refine_2
α : Type u_1
inst✝¹ : DecidableEq α
a b : α
«my name» : α := a
h :
  ∀ (x : α),
    x = a
⊢ a = b ↔
    b = a`;
    expect(goal(text)).toEqual({
      hypotheses: [
        { name: 'α', type: 'Type u_1' },
        { name: 'inst✝¹', type: 'DecidableEq α' },
        { name: 'a', type: 'α' },
        { name: 'b', type: 'α' },
        { name: '«my name»', type: 'α', value: 'a' },
        { name: 'h', type: '∀ (x : α),\n    x = a' },
      ],
      target: 'a = b ↔\n    b = a',
    });
  });

  test.each([
    ['⊢ 1 = 1', []],
    ['n : Nat ⊢ n = n', ['n']],
    ['α : Type u inst✝ : BEq α a b : α h : a = b ⊢ b = a', ['α', 'inst✝', 'a', 'b', 'h']],
    ['n m : Nat, h : ∀ k : Nat, k < n ⊢ m = n', ['n', 'm', 'h']],
    ['h : x :: xs = [] ⊢ False', ['h']],
  ])('is read from one line: %s', (text, names) => {
    expect(goal(text).hypotheses.map(({ name }) => name)).toEqual(names);
  });

  test('is refused when it is several goals, or none that can be read', () => {
    expect(readGoalText('a : Nat\n⊢ a = a\n\nb : Nat\n⊢ b = b')).toMatchObject({ category: 'severalGoals' });
    expect(readGoalText('nonsense\n⊢ True')).toMatchObject({ category: 'unreadableGoal' });
    expect(readGoalText('a : Nat\n⊢ ')).toMatchObject({ category: 'unreadableGoal' });
    expect(readGoalText('∀ n : Nat, n = n')).toEqual({ kind: 'noGoal' });
    expect(problemOfTheorem({ name: 't', statement: '⊢ a\n⊢ b' }, [])).toMatchObject({
      statement: null,
      refusal: { category: 'severalGoals' },
    });
  });

  test('is closed over all of its hypotheses', () => {
    const text = 'α : Type (max u v)\ninst✝ : Inhabited α\nx✝ y : α\nz : α := y\nh : x✝ = y\n⊢ y = x✝';
    expect(closeGoal(goal(text))).toEqual({
      statement:
        '∀ (α : Type (max u v)), ∀ [inst_1 : Inhabited α], ∀ (x_2 : α), ∀ (y : α), let z : α := y; ∀ (h : x_2 = y), y = x_2',
      levels: ['u', 'v'],
      introduce: ['intro α _ _ y z h'],
    });
  });

  test('is the same whatever untypable names and universes are called, and without variables that nothing uses', () => {
    const traced = goal('α : Type u_3\nβ : Type u_4\na✝² : α\nh : a✝² = a✝²\n⊢ True');
    const here = {
      hypotheses: [
        { name: 'α', type: 'Type u_1' },
        { name: 'a✝', type: 'α' },
        { name: 'h', type: 'a✝ =\n  a✝' },
      ],
      target: 'True',
    };
    expect(goalDifference(here, traced)).toBeNull();
    expect(goalDifference({ ...here, target: 'False' }, traced)).toMatch(/the target is False/);
    expect(
      goalDifference({ ...here, hypotheses: here.hypotheses.slice(0, 2) }, goal('a✝ : α\nn : Nat\nh : n = 0\n⊢ True')),
    ).toBe('the text has no hypothesis α : Type u_1');
  });
});
