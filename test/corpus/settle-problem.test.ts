import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../sessions/engine.ts';
import { problemOfTheorem } from '../../src/corpus/theorem-problem.ts';
import { goalText } from '../../src/lean/goal.ts';
import { heuristicProvider } from '../../src/policy/heuristic/heuristic.ts';
import { SearchDriver } from '../../src/search/driver.ts';
import type { SearchEvent } from '../../src/search/events.ts';
import { SearchMachine } from '../../src/search/machine.ts';
import { searchSettingsSchema } from '../../src/search/settings.ts';
import type { SearchState } from '../../src/search/state.ts';
import { systemClock } from '../../src/search/world.ts';
import { testCacheRoot } from '../helpers/lean.ts';

let engine: Engine;
beforeAll(async () => {
  const opened = await openEngine({
    lean: 'embedded',
    imports: ['Init', 'Std'],
    workers: 1,
    cacheRoot: testCacheRoot(),
  });
  if (opened.kind !== 'engine') throw new Error(opened.message);
  engine = opened;
});
afterAll(() => engine.close());

const settled = (name: string, statement: string) => engine.settle(problemOfTheorem({ name, statement }, ['Init']));

/** Searches, and returns where it began and how it ended. */
async function search(
  name: string,
  statement: string,
): Promise<{ readonly root: string; readonly state: SearchState }> {
  const problem = await settled(name, statement);
  const events: SearchEvent[] = [];
  const provider = heuristicProvider({ availableTactics: async () => new Set() });
  const world = {
    prover: engine.problem(problem),
    provider,
    judge: (proof: readonly string[]) => engine.judge(problem, proof),
    clock: systemClock,
  };
  const driver = new SearchDriver(new SearchMachine(), world, (event) => events.push(event));
  driver.input({
    kind: 'search.opened',
    problem,
    settings: searchSettingsSchema.parse({ max_nodes: 20, timeout: 30 }),
    provider: { name: 'heuristic', kind: 'heuristic' },
    worker: { kind: 'embedded', toolchain: engine.toolchain },
  });
  driver.input({ kind: 'user.run' });
  const state = await driver.settled();
  await driver.close();
  const goals = (state.nodes[0]?.goals ?? []).flatMap((hash) => state.goals.get(hash) ?? []);
  return { root: goals.map(goalText).join('\n\n'), state };
}

describe('a theorem of the environment, given as a printed goal', () => {
  test.each([
    ['Nat.add_comm', 'n m : Nat\n⊢ n + m = m + n', ['intro n m']],
    ['Nat.le_antisymm', 'n m : Nat\nh₁ : n ≤ m\nh₂ : m ≤ n\n⊢ n = m', ['intro n m h₁ h₂']],
    ['List.append_nil', 'α : Type u\nas : List α\n⊢ as ++ [] = as', ['intro α as']],
    [
      'List.contains_iff_mem',
      'α : Type u_1\ninst✝¹ : BEq α\ninst✝ : LawfulBEq α\na : α\nas : List α\n⊢ as.contains a = true ↔ a ∈ as',
      ['intro α _ _ a as'],
    ],
    ['Nat.zero_add', '⊢ ∀ (n : Nat), 0 + n = n', undefined],
    // Variables that the theorem does not use, as older versions of Lean printed them.
    ['Nat.le_trans', 'n✝ m✝ a n m k : Nat\na✝¹ : n ≤ m\na✝ : m ≤ k\n⊢ n ≤ k', ['intro n m k _ _']],
    ['Nat.add_zero', 'α : Type u_1\nβ : Type u_2\nn : Nat\n⊢ n + 0 = n', ['intro n']],
  ])('%s is started by its name, with the hypotheses of the text', async (name, text, introduce) => {
    const problem = await settled(name, text);
    expect(problem).toMatchObject({ name, copyFrom: name, statement: null });
    expect(problem.refusal).toBeUndefined();
    expect(problem.note).toBeUndefined();
    expect(problem.introduce).toEqual(introduce);
  });

  test('begins at that goal, and its proof begins with the introduction', async () => {
    const text = 'a b : Nat\nh : a = b\n⊢ b = a';
    const { root, state } = await search('Eq.symm_of_nats', text);
    expect(root).toBe('a : Nat\nb : Nat\nh : a = b\n⊢ b = a');
    expect(state.ended?.status).toBe('proved');
    expect(state.proof?.tactics[0]).toBe('intro a b h');
    expect(state.verdict).toMatchObject({ level: 'V3', statementMatches: true });
    expect(state.nodes[0]?.depth).toBe(0);
  });

  test('does not count when its proof is the theorem itself', async () => {
    const { state } = await search('Nat.succ_ne_zero', 'n : Nat\n⊢ n.succ ≠ 0');
    expect(state.problem).toMatchObject({ copyFrom: 'Nat.succ_ne_zero' });
    const verdict = await engine.judge(await settled('Nat.add_comm', 'n m : Nat\n⊢ n + m = m + n'), [
      'intro n m',
      'exact Nat.add_comm n m',
    ]);
    expect(verdict).toMatchObject({ selfUse: true, accepted: false, statementMatches: true });
  });

  test('that has changed since is started as it is now, with a note', async () => {
    const problem = await settled('Nat.add_comm', 'n m : Nat\n⊢ n + m = m + n + 0');
    expect(problem).toMatchObject({ copyFrom: 'Nat.add_comm', introduce: ['intro n m'] });
    expect(problem.note).toMatch(/the target is n \+ m = m \+ n, in the text n \+ m = m \+ n \+ 0/);
    const renamed = await settled('Nat.add_comm', 'x : Nat\nm : Nat\n⊢ x + m = m + x');
    expect(renamed.copyFrom).toBe('Nat.add_comm');
    expect(renamed.note).toBeDefined();
  });
});

describe('a goal of a theorem that the environment does not know', () => {
  test('becomes a closed statement, with universes and instances, and is judged as that', async () => {
    const text = 'α : Type u_1\ninst✝ : DecidableEq α\nx✝ y : α\nh : x✝ = y\n⊢ y = x✝';
    const { root, state } = await search('Some.unknown_theorem', text);
    expect(root).toContain('⊢ y = x');
    expect(state.problem).toMatchObject({ levels: ['u_1'], introduce: ['intro α _ _ y h'] });
    expect(state.ended?.status).toBe('proved');
    expect(state.verdict).toMatchObject({ level: 'V3', statementMatches: true });
    // The script can be checked again as it stands.
    const again = await engine.judgeFile(state.verdict?.script ?? '');
    expect(again).toMatchObject({ kind: 'file', verdicts: [{ level: 'V3' }] });
  });

  test('is never replaced by another goal', async () => {
    // `l[↑i]` reads back as something else than what it was printed from.
    const differs = await settled('Lost.get', 'α : Type u_1\nl : List α\ni : Fin l.length\n⊢ l.get i = l[↑i]');
    expect(differs.refusal).toMatchObject({ category: 'goalDiffers' });
    const unknown = await settled('Real.foo', 'x : ℝ\nh : 0 < x\n⊢ x ≠ 0');
    expect(unknown.refusal).toMatchObject({ category: 'unknownTheorem' });
    expect(unknown.refusal?.message).toMatch(/no theorem Real\.foo.*ℝ/s);
    const hidden = await settled('_private.Mathlib.Data.0.Real.foo', 'x : ℝ\n⊢ x = x');
    expect(hidden.refusal).toMatchObject({ category: 'privateName' });
    const { state } = await search('Real.foo', 'x : ℝ\nh : 0 < x\n⊢ x ≠ 0');
    expect(state.ended).toMatchObject({ status: 'error', reason: unknown.refusal?.message });
    expect(state.nodes).toHaveLength(0);
  });
});
