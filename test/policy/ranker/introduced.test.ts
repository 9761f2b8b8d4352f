import { describe, expect, it } from 'vitest';
import { goalText } from '../../../src/lean/goal.ts';
import { candidatesFor } from '../../../src/policy/heuristic/heuristic.ts';
import { introduced } from '../../../src/policy/ranker/introduced.ts';
import { leanForFile } from '../../helpers/lean-for-file.ts';
import { goal } from './goals.ts';

const lean = leanForFile();

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

describe('the goal after an introduction, read off its text, is what Lean makes of it', () => {
  it.each([
    '∀ (n : Nat), 0 < n → n ≠ 0 → n * n > 0',
    '∀ (a b : Int) (f : Nat → Int) (h : ∀ n ≥ 2, f n = a), f 3 = b → a = b',
    '∀ n > 3, ∀ m : Nat, m < n → n * m ≤ n * n',
    '¬∃ (x y : Int), x ^ 2 = 2 * y ^ 2 + 1 ∧ 0 < x ∧ x < 0',
    '∀ (x y : Nat), (0 < x ∧ 0 < y) ∧ x < y → (∃ k, y = x + k) → x ≠ y',
    '∀ (x : Int), x * x = 4 → (x = 2 ∨ x = -2) ↔ True',
    '∀ (a b c d : Nat), ((a < b ∧ b < c) ∧ c < d) ∧ (∃ m n, m + n = a) → a < d',
    '∀ (p q : Prop), (p → q) → ¬q → ¬p',
    '∀ (S : List Nat) (h : S.length = 2) (k : Nat), (k ∈ S ↔ k = 1) → k < S.length',
  ])('%s', async (expr) => {
    const started = await lean.start(expr);
    const [root] = started.goals;
    if (root === undefined) throw new Error('no goal');
    const intros = candidatesFor({ goals: [root], path: [], depth: 0 }).filter(
      ({ origin, reason }) => origin === 'heuristic:intro' && reason !== 'introduce the objects only',
    );
    expect(intros.length).toBeGreaterThan(0);
    for (const { tactic } of intros) {
      const reply = await lean.client.tactic(started.stateId, tactic, {
        heartbeats: 20_000,
        recursion: 512,
        timeoutMs: 30_000,
      });
      if (reply.kind !== 'applied') throw new Error(JSON.stringify(reply));
      const [real] = reply.outcome.goals;
      const read = introduced(root, tactic);
      expect(read && oneLine(goalText(read)), tactic).toBe(real && oneLine(goalText(real)));
    }
  });
});

describe('nothing is made up', () => {
  it('of other tactics, names that are not printed, and what cannot be read', () => {
    expect(introduced(goal('⊢ ∀ (n : Nat), n = n'), 'simp')).toBeNull();
    expect(introduced(goal('⊢ ∀ (n : Nat), n = n'), 'intro n\nomega')).toBeNull();
    expect(introduced(goal('⊢ ∀ (n : Nat), n = n'), 'intro m')).toBeNull();
    expect(introduced(goal('⊢ ∀ {n : Nat}, n = n'), 'intro n')).toBeNull();
    expect(introduced(goal('⊢ 1 = 1'), 'intro n')).toBeNull();
    expect(introduced(goal('⊢ ∀ (a b : Nat), a = b'), 'intro a')).toBeNull();
  });
});
