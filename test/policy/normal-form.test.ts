import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalForm } from '../../src/policy/normal-form.ts';

const SAME: readonly (readonly [string, string])[] = [
  ['exact (h)', 'exact h'],
  ['exact ((h x))', 'exact h x'],
  ['rw [<-h]', 'rw [← h]'],
  ['rw[h , g]', 'rw [h, g]'],
  ['simp  [ h ]', 'simp [h]'],
  ['omega;', 'omega'],
  ['( omega )', 'omega'],
  ['simp -- by definition', 'simp'],
  ['simp /- a /- nested -/ remark -/ at h', 'simp at h'],
  ['constructor<;>simp', 'constructor <;> simp'],
  ['have h : p := by\n    simp\n    omega\nexact h', 'have h : p := by\n  simp\n  omega\nexact h'],
  ['intro x\r\n\r\nomega', 'intro x\nomega'],
  ['exact fun x ↦ h x', 'exact fun x => h x'],
  ['exact λ x => h x', 'exact fun x => h x'],
  ['exact fun x ↦ fun y ↦ h', 'exact fun x => fun y => h'],
  ['exact f $ g x', 'exact f <| g x'],
  ['have h : a <= b /\\ b >= a := h', 'have h : a ≤ b ∧ b ≥ a := h'],
  ['constructor\n. simp\n. ring', 'constructor\n· simp\n· ring'],
  ['exact h._@.Main._hyg.12', 'exact h._@.Other.Place._hyg.7'],
];

const DISTINCT = [
  'exact h',
  'exact (h, g)',
  'exact (h : p)',
  'exact (· + 1)',
  'apply h',
  'refine h ?_',
  'intro a b\nomega',
  'intro a b omega',
  'intro a\nintro b\nomega',
  'have h : p := by\n  simp\n  omega',
  'have h : p := by\n  simp\nomega',
  'have h : p := by simp; omega',
  'rw [h]',
  'rw [← h]',
  'rw [h] at g',
  'simp',
  'simp?',
  'simp only []',
  'simp [h]',
  'exact x [i]',
  'exact x[i]',
  'exact f "a  b"',
  'exact f "a b"',
  'exact f "-- a"',
  'exact -1',
  'exact (f x) y',
  'exact f (x y)',
  'constructor <;> simp',
  'constructor; simp',
  'constructor\nsimp',
  'have h : p := by\n    simp\n  omega',
  'exact\n  a[i]',
  'exact\n  a [i]',
  'exact h✝',
  'exact h✝¹',
  'exact x >>= f',
  'exact x ≥ f',
  'cases h with | inl h ↦ simp',
  'cases h with | inl h => simp',
  'skip\n· skip\n  exact h',
  'skip\n· skip\n    exact h',
  'skip\n<;> have := by\n  exact h\nsimp',
  'skip\n<;> have := by\n    exact h\nsimp',
  '· simp; omega',
  'simp; omega',
  '',
];

const tactic = fc
  .array(
    fc.constantFrom(
      'exact',
      'h',
      '(',
      ')',
      ' ',
      '  ',
      '\n',
      '\n  ',
      ';',
      '<;>',
      '[',
      ']',
      ',',
      '<-',
      '--',
      '/-',
      '-/',
      '"',
      'x',
      '⟨',
      '⟩',
      '·',
      '←',
      '->',
      '. ',
      '$',
      'λ',
      'fun',
      '↦',
      '>=',
      '/\\',
      '✝',
      '._@.A._hyg.3',
      '   ',
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

describe('normalForm', () => {
  it.each(SAME)('%j reads as %j', (a, b) => {
    expect(normalForm(a)).toBe(normalForm(b));
  });

  it('keeps different tactics apart', () => {
    expect(new Set(DISTINCT.map(normalForm)).size).toBe(DISTINCT.length);
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(tactic, (text) => {
        const once = normalForm(text);
        expect(normalForm(once)).toBe(once);
      }),
      { numRuns: 2000, seed: 7 },
    );
  });

  it('does not care for spaces around a line or for a comment at its end', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DISTINCT.filter((t) => t !== '')), fc.nat(3), (text, n) => {
        const noisy = text
          .split('\n')
          .map((line) => `${line}${' '.repeat(n)} -- remark ${n}`)
          .join('\n');
        expect(normalForm(noisy)).toBe(normalForm(text));
      }),
      { seed: 7 },
    );
  });
});
