import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wholeProof } from '../../../src/policy/extract/extract.ts';
import { normalForm } from '../../../src/policy/normal-form.ts';
import { leanForFile } from '../../helpers/lean-for-file.ts';

const LIMITS = { heartbeats: 20_000, recursion: 512, timeoutMs: 30_000 };
const lean = leanForFile();

const start = async (expr: string): Promise<number> => (await lean.start(expr)).stateId;

/** What a tactic makes of a state: its goals, or that it fails. */
async function effect(state: number, tactic: string): Promise<string> {
  const reply = await lean.client.tactic(state, tactic, LIMITS);
  if (reply.kind !== 'applied') return 'fails';
  await lean.client.delete([reply.stateId]);
  return JSON.stringify(reply.outcome.goals);
}

const GOAL =
  '∀ (a b c : Nat) (h : a ≤ b ∧ b ≤ c) (f : Nat → Nat) (g : ∀ n, f n = n) (xs : Array Nat) (k : 0 < xs.size), a ≤ c ∧ f a = a';
const TEXTS: readonly string[] = [
  'constructor\n. omega\n. exact g a',
  'constructor\n· omega\n· exact (g a)',
  'refine ⟨?_, ?_⟩ <;>simp  [ g ]',
  'have h2 : a <= c /\\ c >= a := by\n    omega\nexact ⟨h2.1, g a⟩',
  'have h2 : a ≤ c := by\n    skip\n  omega',
  'have h2 : a ≤ c := by\n    skip\n    omega',
  'have h2 : a ≤ c := by\nomega',
  'have h2 := (λ x : Nat => x) 1',
  'have h2 := (fun x ↦ x + 1) 1',
  'have h2 := id $ id a',
  'have h2 := id <| id a',
  'cases h with | intro x y ↦ omega',
  'cases h with | intro x y => omega',
  'have h2 := xs[0]',
  'have h2 := id\n  xs [0]',
  'have h2 := id\n  xs[0]',
  'rw[g]',
  'rw [← g b] at h',
  'rw [<-g b] at h',
  'exact (⟨Nat.le_trans h.1 h.2, (g a)⟩)',
  '(constructor; omega; simp [g]);',
  'simp [g] -- /- not a comment',
  'simp [g] /- a /- b -/ -/; omega',
  'skip; skip;',
  'show _ ∧ f a = a\nexact ⟨by omega, g _⟩',
  'have h2 : "a -- b" = "a -- b" := rfl',
  'have h2 : "a  b" = "a b" := rfl',
  'exact if x : a = b then by simp_all; omega else ⟨by omega, g a⟩',
  'have h2 : 1 = 1 := by\n  rfl\n have h3 : 2 = 2 := rfl',
  'exact Nat.le_refl a',
];

describe('the normal form on real Lean', () => {
  it('does what the text did', async () => {
    const root = await lean.client.tactic(await start(GOAL), 'intro a b c h f g xs k', LIMITS);
    if (root.kind !== 'applied') throw new Error(JSON.stringify(root));
    const effects = new Map<string, string>();
    for (const text of TEXTS) {
      const [said, meant] = [await effect(root.stateId, text), await effect(root.stateId, normalForm(text))];
      expect(`${text}: ${meant}`).toBe(`${text}: ${said}`);
      effects.set(text, said);
    }
    // Most of the texts do something, or the comparison would say nothing.
    expect([...effects.values()].filter((one) => one !== 'fails').length).toBeGreaterThan(18);
  });

  it('does what the text did, for texts put together from pieces', async () => {
    const root = await lean.client.tactic(await start(GOAL), 'intro a b c h f g xs k', LIMITS);
    if (root.kind !== 'applied') throw new Error(JSON.stringify(root));
    const tactic = fc.constantFrom(
      'constructor',
      'omega',
      'skip',
      'exact (g a)',
      'simp  [ g ]',
      'cases h with\n| intro x y => skip',
      'have := by\n  exact h',
      'rw [ <-g a ]',
      '( omega )',
      'exact ⟨by omega , (g a)⟩',
      'show _ /\\ _',
      'have l := λ x : Nat => x',
      'have l := fun x : Nat ↦ id $ x',
      'have e : a<=c := by first | omega | skip',
      'case left => omega',
      'all_goals\n  try omega',
      'have c := calc\n  a ≤ b := h.1\n  _ ≤ c := h.2',
    );
    const joint = fc.constantFrom(
      '\n',
      '\n  ',
      '\n    ',
      ' ; ',
      '<;>',
      '\n· ',
      '\n. ',
      '\n  · ',
      ' -- remark\n',
      ';\n',
      '\n<;> ',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(tactic, joint), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (parts, isWrapped) => {
          const joined = parts.map(([one, next], i) => (i === parts.length - 1 ? one : `${one}${next}`)).join('');
          const text = isWrapped ? `(${joined})` : joined;
          expect(`${text}: ${await effect(root.stateId, normalForm(text))}`).toBe(
            `${text}: ${await effect(root.stateId, text)}`,
          );
        },
      ),
      { seed: 19, numRuns: 150 },
    );
  });
});

const PROOFS: readonly (readonly [string, string])[] = [
  [
    '∀ a b : Nat, a ≤ b → b ≤ a → a = b ∧ b = a',
    `theorem t (a b : Nat) : a ≤ b → b ≤ a → a = b ∧ b = a := by
  intro a b h k
  -- both at once
  have e : a = b := by
    have e₁ : a ≤ b := by
      exact h
    have : b ≤ a := by
      -- as given
      assumption
    omega
  constructor
  · exact e
  · have e₂ : b = a := by
      rw [e]
    exact e₂`,
  ],
  [
    '∀ n : Nat, n = 0 ∨ ∃ m, n = m + 1',
    `intro n
  cases n with
  | zero => left; rfl
  | succ m =>
    right
    exact ⟨m,
      rfl⟩`,
  ],
  [
    '∀ (a b c : Nat), a = b → b = c → (a = c ∧ c = a) ∧ True',
    `\`\`\`lean4
example (a b c : Nat) : a = b → b = c → (a = c ∧ c = a) ∧ True := by
  intro a b c h₁ h₂
  have h : a = c := by
    calc
      a = b := h₁
      _ = c := h₂
  refine ⟨⟨?_, ?_⟩, ?_⟩ <;>
  try exact trivial
  · rw [h]
  all_goals
    skip
    omega
\`\`\``,
  ],
  ['∀ p q : Prop, p ∧ q → q ∧ p', 'intro p q h; constructor\n· exact h.2\n· exact h.1'],
];

describe('the steps of a proof on real Lean', () => {
  it.each(
    PROOFS.flatMap(([goal, text]) =>
      (['steps', 'blocks'] as const).map((granularity) => ({ goal, text, granularity })),
    ),
  )('prove $goal one after the other as $granularity', async ({ goal, text, granularity }) => {
    const { steps, dropped } = wholeProof(text, { column: 2 }, granularity);
    expect(dropped).toEqual([]);
    let state = await start(goal);
    let goals = 1;
    for (const { tactic } of steps) {
      const reply = await lean.client.tactic(state, tactic, LIMITS);
      expect(`${tactic}: ${reply.kind}`).toBe(`${tactic}: applied`);
      if (reply.kind !== 'applied') return;
      state = reply.stateId;
      goals = reply.outcome.goals.length;
    }
    expect(goals).toBe(0);
  });
});
