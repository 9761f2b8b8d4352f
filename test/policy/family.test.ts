import { describe, expect, it } from 'vitest';
import { blockedFamily, FAMILIES, tacticFamily } from '../../src/policy/family.ts';

describe('tacticFamily', () => {
  it.each([
    ['simp [h]', 'simplify'],
    ['simp_all', 'simplify'],
    ['rw [h]', 'rewrite'],
    ['  intro x y', 'intro'],
    ['constructor', 'split'],
    ['use 3', 'split'],
    ['apply And.intro', 'split'],
    ['apply Or.inr', 'split'],
    ['apply h', 'apply'],
    ['cases h', 'cases'],
    ['induction n with\n| zero => rfl\n| succ n ih => simp', 'cases'],
    ['exact h', 'closer'],
    ['trivial', 'closer'],
    ['exfalso', 'contradiction'],
    ['omega', 'arith'],
    ['Omega', 'arith'],
    ['aesop?', 'automation'],
    ['grind', 'grind'],
    ['exact?', 'exact?'],
    ['(simp; omega)', 'simplify'],
    ['· omega', 'arith'],
    ['-- why\nomega', 'arith'],
    ['', 'other'],
  ])('%j is %s', (text, family) => {
    expect(tacticFamily(text)).toBe(family);
  });

  it('names the ten families', () => {
    expect(FAMILIES).toHaveLength(10);
  });
});

describe('blockedFamily', () => {
  it.each([
    ['constructor <;> omega', ['arith'], 'arith'],
    ['first | exact h | simp', ['simplify'], 'simplify'],
    ['have h : 1 = 1 := by simp\nexact h', ['simplify'], 'simplify'],
    ['all_goals (try linarith)', ['arith'], 'arith'],
    ['induction n with\n| zero => rfl\n| succ n ih => simp', ['simplify'], 'simplify'],
    ['exact h', ['arith', 'simplify'], null],
    ['exact simp_lemma', ['simplify'], null],
    ['exact h -- omega', ['arith'], null],
    ['omega', [], null],
  ])('finds what %j uses of %j', (text, blocked, family) => {
    expect(blockedFamily(text, blocked)).toBe(family);
  });
});
