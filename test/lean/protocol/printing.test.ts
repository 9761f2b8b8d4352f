import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedHost } from '../../../src/lean/embedded/embedded-host.ts';
import type { Transport } from '../../../src/lean/transport.ts';
import { askJson, openTestHost } from '../../helpers/lean.ts';

/** Statements, each with a line of steps; names are shadowed, uncovered, renamed and instantiated on the way. */
const LINES: readonly { readonly statement: string; readonly steps: readonly string[] }[] = [
  {
    statement: '∀ (x : Nat) (h : x = 2) (k : x ≤ x), x + 0 = 2',
    steps: [
      'intro x h k',
      'have x : x = 2 := h',
      'have h : 1 = 1 := rfl',
      'rename_i y',
      'clear x',
      'have Eq : True := trivial',
      'have Nat : True := trivial',
      'clear Nat Eq',
      'simp at k ⊢',
    ],
  },
  {
    statement: '∀ (p q r : Prop), (p → q) → (p ∨ q ∧ r) → q',
    steps: ['intros', 'rename_i h1 h2', 'cases h2', 'all_goals have h1 := h1', 'rename_i a', 'clear h1', 'skip'],
  },
  {
    statement: '∃ x : Nat, ∃ y : Nat, x + y = 5 ∧ x ≤ y',
    steps: [
      'refine ⟨?a, ?b, ?c⟩',
      'case a => exact 2',
      'have h : (2 : Nat) = 2 := rfl',
      'case b => exact 3',
      'constructor',
      'have h := h',
      'rfl',
    ],
  },
  {
    statement: '∀ (xs : List Nat) (f : Nat → Nat), (xs.map f).length = xs.length',
    steps: [
      'intro xs f',
      'induction xs with\n| nil => rfl\n| cons x xs ih => ?_',
      'induction xs',
      'all_goals rename_i x',
      'rotate_left',
      'let z := x; have x := z',
      'subst_vars',
    ],
  },
  {
    statement: '∀ (α : Type) [Inhabited α] (P : α → Prop), (∀ x, P x) → ∃ x, P x',
    steps: [
      'intro α _ P h',
      'have h := h default',
      'generalize hd : (default : α) = d at *',
      'obtain P := P',
      'rename_i Q',
      'exact ⟨d, h⟩',
    ],
  },
];

describe('printed goals', () => {
  let host: EmbeddedHost;
  let worker: Transport;
  beforeAll(async () => {
    host = await openTestHost();
    worker = host.transport();
  });
  afterAll(() => host?.close());

  const goals = async (stateId: unknown): Promise<unknown> =>
    (await askJson(worker, 'proofdeck.state', { stateId })).goals;

  it.each(LINES)('are the same with and without what was printed before: $statement', async ({ statement, steps }) => {
    let { stateId } = await askJson(worker, 'goal.start', { expr: statement });
    const seen: [unknown, unknown][] = [];
    let applied = 0;
    for (const tactic of steps) {
      const answer = await askJson(worker, 'goal.tactic', { stateId, tactic });
      expect(answer.error, tactic).toBeUndefined();
      if (answer.goals === undefined) continue;
      applied++;
      stateId = answer.nextStateId;
      seen.push([stateId, answer.goals]);
      expect(await goals(stateId)).toEqual(answer.goals);
    }
    expect(applied).toBeGreaterThan(steps.length / 2);
    // Changing an option forgets what was printed.
    await askJson(worker, 'options.set', {});
    for (const [id, printed] of seen) expect(await goals(id)).toEqual(printed);
  });

  it('follow the options at once', async () => {
    const { stateId } = await askJson(worker, 'goal.start', { expr: '∀ x : Nat, x = x' });
    const { nextStateId } = await askJson(worker, 'goal.tactic', { stateId, tactic: 'intro x' });
    const before = await goals(nextStateId);
    await askJson(worker, 'options.set', { printExprAST: true });
    expect(await goals(nextStateId)).toMatchObject([{ vars: [{ type: { pp: 'Nat', sexp: '(:c Nat)' } }] }]);
    await askJson(worker, 'options.set', { printExprAST: false });
    expect(await goals(nextStateId)).toEqual(before);
  });
});
