import { describe, expect, it } from 'vitest';
import { wholeProof } from '../../../src/policy/extract/extract.ts';
import type { ExtractOptions, Granularity } from '../../../src/policy/extract/extraction.ts';

const steps = (text: string, options: Partial<ExtractOptions> = {}, granularity?: Granularity): readonly string[] =>
  wholeProof(text, options, granularity).steps.map(({ tactic }) => tactic);

const PROOF = `theorem foo (a b : ℕ) : p := by
  -- First direction
  intro h
  constructor
  · intro x
    simp [h]
  · have h₁ : a = b := by
      -- a remark
      omega
    have h₂ := by
      exact h₁
    rcases h with ⟨x, rfl⟩ | h
    · simp
    · exact ⟨h,
        h₁⟩
  all_goals
    try simp
    ring`;

describe('wholeProof', () => {
  it('opens bullets and typed haves', () => {
    expect(steps(PROOF)).toEqual([
      'intro h',
      'constructor',
      'intro x',
      'simp [h]',
      'refine have h₁ : a = b := ?_; ?_',
      'omega',
      'have h₂ := by\n  exact h₁',
      'rcases h with ⟨x, rfl⟩ | h',
      'simp',
      'exact ⟨h,\n  h₁⟩',
      'all_goals\n  try simp\n  ring',
    ]);
  });

  it('keeps blocks whole on request', () => {
    expect(steps(PROOF, {}, 'blocks')).toEqual([
      'intro h',
      'constructor',
      '· intro x\n  simp [h]',
      '· have h₁ : a = b := by\n    omega\n  have h₂ := by\n    exact h₁\n  rcases h with ⟨x, rfl⟩ | h\n  · simp\n  · exact ⟨h,\n      h₁⟩',
      'all_goals\n  try simp\n  ring',
    ]);
  });

  it('opens next, which is a bullet in words, but no case, which may be of another goal', () => {
    expect(steps('constructor\nnext =>\n  intro h\n  omega\nnext => simp\ncase right h =>\n  simp')).toEqual([
      'constructor',
      'intro h',
      'omega',
      'simp',
      'case right h =>\n  simp',
    ]);
  });

  it('sees where a bullet at the beginning ends', () => {
    expect(steps('· simp\n    ring\n  · omega', { insideFence: true, column: 2 }, 'blocks')).toEqual([
      '· simp\n  ring',
      '· omega',
    ]);
    expect(steps('· simp\n  ring\n· omega', {}, 'blocks')).toEqual(['· simp\n  ring', '· omega']);
    expect(steps('· simp\n    ring\n  · omega', {}, 'blocks')).toEqual(['· simp\n  ring', '· omega']);
  });

  it('takes the last code block with a proof', () => {
    const text =
      'Plan:\n```lean4\ntheorem foo : p := by\n  sorry\n```\nSo:\n```lean4\ntheorem foo : p := by\n  simp\n```\nDone: `simp`.';
    expect(steps(text, { fence: 'last' })).toEqual(['simp']);
  });

  it('takes the theorem that it is told, and says what it leaves', () => {
    const text =
      'lemma aux : q := by\n  ring\n\ntheorem foo : p := by\n  simp\n\nlemma bar : r := by\n  omega\n#print axioms foo';
    const found = wholeProof(text, { theorem: 'Ns.foo' });
    expect(found.steps.map(({ tactic }) => tactic)).toEqual(['simp']);
    expect(found.dropped.map(({ kind }) => kind)).toEqual(['otherDeclaration']);
    expect(steps(text)).toEqual(['omega']);
  });

  it('stops where a theorem follows the proof that it was asked for', () => {
    const found = wholeProof('intro x\n  simp\n\nexample : q := by\n  ring', { insideFence: true, column: 2 });
    expect(found.steps.map(({ tactic }) => tactic)).toEqual(['intro x', 'simp']);
    expect(found.dropped).toMatchObject([{ kind: 'otherDeclaration' }]);
  });

  it('ends before a step that cannot be used, and gives the rest a reason', () => {
    const found = wholeProof('intro x\nhave h : p := by\n  sorry\nexact h');
    expect(found.steps.map(({ tactic }) => tactic)).toEqual(['intro x', 'refine have h : p := ?_; ?_']);
    expect(found.dropped).toMatchObject([
      { kind: 'forbidden', text: 'sorry' },
      { kind: 'unreachable', text: 'exact h' },
    ]);
  });

  it('passes over prose between steps', () => {
    expect(steps('intro x\nNow we simplify the goal.\nsimp')).toEqual(['intro x', 'simp']);
  });

  it('cuts a chain that only repeats itself', () => {
    const found = wholeProof(`simp\n${'<;> linarith\n<;> ring\n'.repeat(60)}<;> lin`, { truncated: true });
    expect(found.steps.map(({ tactic }) => tactic)).toEqual(['simp\n<;> linarith\n<;> ring']);
    expect(found.dropped).toMatchObject([{ kind: 'repeated' }]);
  });

  it('leaves as many cases as a proof may well have', () => {
    expect(steps(`interval_cases x\n${'· omega\n'.repeat(9)}`)).toHaveLength(10);
    expect(steps(`interval_cases x\n${'· omega\n'.repeat(90)}`)).toHaveLength(13);
  });

  it('drops the last step of a proof that was cut', () => {
    expect(steps('intro x\nsimp\nring_n', { truncated: true })).toEqual(['intro x', 'simp']);
  });

  it('keeps tactics apart that a semicolon separates, unless something holds them together', () => {
    expect(steps('intro x; simp; ring')).toEqual(['intro x', 'simp', 'ring']);
    expect(steps('have h : p := by simp; ring')).toEqual(['have h : p := by simp; ring']);
    expect(steps('(intro x; simp)')).toEqual(['(intro x; simp)']);
  });

  it('goes on where the indentation comes back too far', () => {
    expect(steps('    intro x\n  simp\n  ring', { insideFence: true })).toEqual(['intro x', 'simp', 'ring']);
  });
});
