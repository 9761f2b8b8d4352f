import { describe, expect, it } from 'vitest';
import { firstTactic } from '../../../src/policy/extract/extract.ts';
import type { ExtractOptions } from '../../../src/policy/extract/extraction.ts';

type Case = readonly [completion: string, tactic: string | null, options?: Partial<ExtractOptions>];

const PREFILLED = { insideFence: true, column: 2 } as const;

const CASES: readonly Case[] = [
  ['simp', 'simp'],
  ['  simp [h]  \n', 'simp [h]'],
  ['simp\nring', 'simp'],
  ['simp -- by definition\nring', 'simp'],
  ['-- first we simplify\nsimp', 'simp'],
  ['/- a /- nested -/ remark -/ simp', 'simp'],
  ['exact foo "-- no comment" /- -/x', 'exact foo "-- no comment"      x'],
  ["exact h' '\"' x -- y", "exact h' '\"' x"],
  // Code blocks, closed and not.
  ['```lean\nsimp\n```', 'simp'],
  ['```lean4\nsimp', 'simp'],
  ['```\nsimp\n```\nThis works since …', 'simp'],
  ['Here is the tactic:\n\n```lean4\nrw [h]\n```\n\nIt rewrites.', 'rw [h]'],
  ['```python\nprint(1)\n```\n```lean\nsimp\n```', 'simp'],
  ['```lean simp```', 'simp'],
  ['simp\n```', 'simp'],
  ['```lean4\nsimp\n```', 'simp', PREFILLED],
  ['The tactic is `simp [h]`.', 'simp [h]'],
  // Prose.
  ['We can use the following tactic:\nsimp', 'simp'],
  ['To close the goal we apply the lemma.\nexact h', 'exact h'],
  ['simp\nThis closes the goal.', 'simp'],
  ['1. simp [h]', 'simp [h]'],
  ['The goal is true by definition.', null],
  ['## Proof', null],
  // Labels and marks of formats.
  ['Tactic: simp', 'simp'],
  ['**Tactic:** simp', 'simp'],
  ['PROOFSTEP simp [h]', 'simp [h]', { labels: ['PROOFSTEP'] }],
  ['[PROOFSTEP]simp', 'simp', { labels: ['[PROOFSTEP]'] }],
  ['simp[GOAL]x : ℕ', 'simp'],
  ['simp\n[/TAC] and more', 'simp'],
  ['exact <a>Nat.add_comm</a> a b', 'exact Nat.add_comm a b'],
  ['simp<|im_end|>\n<|im_start|>user', 'simp'],
  ['simp<｜end▁of▁sentence｜>', 'simp'],
  // Thinking.
  ['<think>simp? no, ring\n```lean\nbad\n```</think>\n```lean\nring\n```', 'ring'],
  ['so ring it is.</think>\n\nring', 'ring', { thinking: true }],
  ['I wonder whether ring', null, { thinking: true }],
  ['<think>and so on', null],
  // A whole theorem, or a piece of one.
  ['theorem foo (x : ℕ) (h : x := 1) : x = x := by\n  rfl', 'rfl'],
  ['example : 1 = 1 := by rfl', 'rfl'],
  ['example : 1 = 1 := rfl', 'exact rfl'],
  ['theorem foo : ∃ x, x = 1 :=\n  ⟨1,\n    rfl⟩', 'exact ⟨1,\n    rfl⟩'],
  ['import Mathlib\nopen Nat\n\ntheorem foo : p := by\n  intro x\n  simp', 'intro x'],
  ['by simp', 'simp'],
  [':= by\n  simp\n  ring', 'simp'],
  ['by\n  constructor\n  · simp', 'constructor'],
  ['theorem foo : p', null],
  // Blocks stay whole, from column 0.
  ['have h : p := by\n    simp\n    ring\n  exact h', 'have h : p := by\n  simp\n  ring', PREFILLED],
  ['intro a\n  constructor\n  · simp', 'intro a', PREFILLED],
  [' intro a\n   constructor', 'intro a', PREFILLED],
  ['intro a\n  constructor', 'intro a'],
  ['simp only [h,\n    g]\n    constructor\n    · simp', 'simp only [h,\n  g]', PREFILLED],
  ['rw [h,\n    g] at x\n  simp', 'rw [h,\n  g] at x', PREFILLED],
  [
    'cases h with\n  | inl a => exact a\n  | inr b =>\n    omega\n  simp',
    'cases h with\n| inl a => exact a\n| inr b =>\n  omega',
    PREFILLED,
  ],
  ['calc a = b := by simp\n    _ = c := by ring\n  exact x', 'calc a = b := by simp\n  _ = c := by ring', PREFILLED],
  ['calc\n  a = b := by simp\n  _ = c := by ring', 'calc\n  a = b := by simp\n  _ = c := by ring'],
  ['simp at h\n  <;> ring\n  <;>\n  omega\n  exact h', 'simp at h\n<;> ring\n<;>\n  omega', PREFILLED],
  ['exact foo\n  (bar x)', 'exact foo\n  (bar x)'],
  ['have h : p := by\nsimp\nexact h', 'have h : p := by\n  simp'],
  ['norm_num at *\nring', 'norm_num at *'],
  ['open Nat in simp', 'open Nat in simp'],
  ['set_option maxRecDepth 1000 in\n  simp', 'set_option maxRecDepth 1000 in\n  simp'],
  // Bullets.
  ['· simp\n  ring', 'simp'],
  ['• simp', 'simp'],
  ['·\n  intro y hy\n  exact y', 'intro y hy'],
  // Repairs, and what cannot be repaired.
  ['exact foo (bar x', 'exact foo (bar x)'],
  ['exact foo (bar x))', 'exact foo (bar x)'],
  ['exact ⟨a, (b', 'exact ⟨a, (b)⟩'],
  ['<;> simp', 'simp'],
  ['simp <;>', 'simp'],
  ['simp;', 'simp'],
  ['have h : p := by', 'refine have h : p := ?_; ?_'],
  ['exact (a]', null],
  ['exact f (', null],
  ['nlinarith [a, b', null, { truncated: true }],
  ['simp', null, { truncated: true }],
  ['intro x\nsimp [a, b', 'intro x', { truncated: true }],
  ['refine ⟨a,', null],
  // Nothing.
  ['', null],
  ['   \n\n', null],
  ['-- nothing', null],
  ['/- never closed', null],
  ['```lean\n```', null],
  ['sorry', null],
  ['exact (by admit)', null],
  ['apply?', null],
  ['exact sorry_free', 'exact sorry_free'],
  ['| inl h => simp', null],
  ['引入 b : ℝ', null],
];

describe('firstTactic', () => {
  it.each(CASES.map(([text, tactic, options]) => ({ text, tactic, options })))(
    '$text gives $tactic',
    ({ text, tactic, options }) => {
      const found = firstTactic(text, options);
      expect(found.tactic?.tactic ?? null).toBe(tactic);
      if (tactic === null) expect(found.dropped.length).toBeGreaterThan(0);
    },
  );

  it.each([
    ['', 'empty'],
    ['-- nothing', 'onlyComment'],
    ['The goal is true.', 'proseOnly'],
    ['exact (a]', 'unbalanced'],
    ['sorry', 'forbidden'],
    ['| inl h => simp', 'fragment'],
    ['theorem foo : p', 'otherDeclaration'],
    ['have h : p :=', 'truncated'],
    [`simp [${'h, '.repeat(5000)}h]`, 'repeated'],
    [`exact ${Array.from({ length: 3000 }, (_, i) => `h${(i * i * 7919) % 9973}`).join(' ')}`, 'tooLong'],
    ['<think>and so on', 'thinking'],
  ] as const)('says of %j why there is none: %s', (completion, kind) => {
    expect(firstTactic(completion).dropped.map((one) => one.kind)).toContain(kind);
  });

  it('keeps what comes after the first tactic', () => {
    expect(firstTactic('intro x\nsimp\nring').further.map(({ tactic }) => tactic)).toEqual(['simp', 'ring']);
  });

  it('says what it repaired', () => {
    expect(firstTactic('exact f (x').tactic?.repairs).toEqual(['added ) at the end']);
    expect(firstTactic('exact f x').tactic?.repairs).toEqual([]);
  });

  it('replaces names that Mathlib has given up, where told to', () => {
    const renames = new Map([['le_div_iff', 'le_div_iff₀']]);
    expect(firstTactic('rw [le_div_iff.mp h, Nat.le_div_iff, le_div_iff_x]', { renames }).tactic).toEqual({
      tactic: 'rw [le_div_iff₀.mp h, Nat.le_div_iff, le_div_iff_x]',
      repairs: ['le_div_iff -> le_div_iff₀'],
    });
  });
});
