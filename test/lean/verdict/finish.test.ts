import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Transport } from '../../../src/lean/transport.ts';
import { askJson } from '../../helpers/lean.ts';
import { openProvers, type Provers, START_TIMEOUT_MS } from './provers.ts';

let provers: Provers;
let worker: Transport;

beforeAll(async () => {
  provers = await openProvers();
  worker = provers.transport();
  await worker.start();
}, START_TIMEOUT_MS);

afterAll(async () => {
  await worker?.close();
  await provers?.close();
});

async function closed(expr: string, tactics: readonly string[]): Promise<number> {
  let { stateId } = await askJson(worker, 'goal.start', { expr });
  for (const tactic of tactics) {
    const answer = await askJson(worker, 'goal.tactic', { stateId, goalId: 0, tactic });
    stateId = answer.nextStateId;
  }
  return stateId as number;
}

test('the kernel looks at a closed goal', async () => {
  const stateId = await closed('∀ p q : Prop, p ∧ q → q ∧ p', ['intro p q h', 'exact ⟨h.2, h.1⟩']);
  expect(await askJson(worker, 'proofdeck.finish', { stateId, pp: true })).toMatchObject({
    level: 'V0',
    kernel: true,
    hasSorry: false,
    newAxioms: [],
    axioms: [],
    proof: { pp: 'fun p q h => ⟨h.right, h.left⟩' },
  });
});

test('a proof with sorry is told', async () => {
  const stateId = await closed('1 = 2', ['sorry']);
  expect(await askJson(worker, 'proofdeck.finish', { stateId })).toMatchObject({ hasSorry: true, axioms: ['sorryAx'] });
});

const CHEAT = 'name := `cheat, levelParams := [], type := .const ``False []';

test.each([
  [
    'a lemma that no kernel saw',
    `set_option debug.skipKernelTC true in\nrun_tac Lean.addDecl (.thmDecl { ${CHEAT}, value := .const \`\`True.intro [] })\nexact cheat.elim`,
    'the kernel refuses cheat',
  ],
  ['an axiom', `run_tac Lean.addDecl (.axiomDecl { ${CHEAT}, isUnsafe := false })\nexact cheat.elim`, 'rests on cheat'],
])('%s, slipped into the session, is found', async (_, tactic, reason) => {
  const stateId = await closed('1 = 2', [tactic]);
  expect(stateId, 'the tactic is meant to work in the session').toEqual(expect.any(Number));
  expect(await askJson(worker, 'proofdeck.finish', { stateId })).toMatchObject({
    kernel: false,
    reason: expect.stringContaining(reason),
  });
});

test('open goals have no term', async () => {
  const { stateId } = await askJson(worker, 'goal.start', { expr: 'True' });
  expect(await askJson(worker, 'proofdeck.finish', { stateId })).toMatchObject({ error: 'goal' });
  expect(await askJson(worker, 'proofdeck.dag', { stateId })).toMatchObject({ error: 'goal' });
});

test('a term is given with the helpers that tactics made', async () => {
  const stateId = await closed('∀ x y : Nat, x < y → x + 1 ≤ y', ['grind']);
  const { declarations } = (await askJson(worker, 'proofdeck.dag', { stateId })) as {
    declarations: { decls: { kind: string }[] };
  };
  expect(declarations.decls.length).toBeGreaterThan(1);
  const targets = [{ decl: declarations.decls.length - 1, statement: '∀ x y : Nat, x < y → x + 1 ≤ y' }];
  const replayed = await askJson(worker, 'proofdeck.replay', { declarations, targets });
  expect(replayed).toMatchObject({ results: [{ level: 'V3' }] });
});

test('library terms are shown where the package holds them', async () => {
  expect(await askJson(worker, 'proofdeck.dag', { name: 'Nat.add' })).toHaveProperty('declarations');
  expect(await askJson(worker, 'proofdeck.dag', { name: 'Nat.add_comm' })).toMatchObject({ error: 'absent' });
  expect(await askJson(worker, 'proofdeck.dag', { name: 'no.such.thing' })).toMatchObject({ error: 'index' });
});
