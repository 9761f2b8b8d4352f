import { describe, expect, it } from 'vitest';
import { statAnswerSchema } from '../../../src/lean/protocol/wire.ts';
import { GIVEN_UP } from '../../../src/lean/replies.ts';
import { leanForFile } from '../../helpers/lean-for-file.ts';

const LIMITS = { heartbeats: 200_000, recursion: 512, timeoutMs: 30_000 };
const lean = leanForFile();

const start = async (expr: string): Promise<number> => (await lean.start(expr)).stateId;

async function apply(state: number, tactic: string) {
  const reply = await lean.client.tactic(state, tactic, LIMITS);
  if (reply.kind !== 'applied') throw new Error(JSON.stringify(reply));
  return reply;
}

async function held(): Promise<number> {
  const answer = await lean.client.request('stat', {}, statAnswerSchema);
  if (answer.kind !== 'ok') throw new Error(JSON.stringify(answer));
  return answer.value.nGoals;
}

describe('the client on real Lean', () => {
  it('reads goals as records without invented names', async () => {
    const state = await start('∀ (n : Nat) (_ : n > 0), ∃ k : Nat, k < n ∧ 0 ≤ k');
    const { outcome } = await apply(state, 'intro n\nintro\nrefine ⟨?_, ?_, ?_⟩');
    expect(JSON.stringify(outcome)).not.toMatch(/_uniq|\?m\.\d\d/);
    const hypotheses = [
      { name: 'n', type: 'Nat' },
      { name: expect.stringMatching(/✝$/), type: 'n > 0', inaccessible: true },
    ];
    expect(outcome.goals.map((goal) => goal.hypotheses)).toEqual(outcome.goals.map(() => hypotheses));
  });

  it('gives equal records for the same state reached twice', async () => {
    const state = await start('∀ n : Nat, ∃ k, k = n');
    const [first, second] = [
      await apply(state, 'intro n\nrefine ⟨?_, ?_⟩'),
      await apply((await apply(state, 'intro n')).stateId, 'apply Exists.intro'),
    ];
    const again = await apply(state, 'intro n\nrefine ⟨?_, ?_⟩');
    expect(again.outcome).toEqual(first.outcome);
    expect(second.outcome.goals).toHaveLength(2);
  });

  it('shows let values and case names', async () => {
    const state = await start('∀ p q : Prop, p ∨ q → let n := 2; n = n');
    const { outcome } = await apply(state, 'intro p q h n\ncases h');
    expect(outcome.goals).toHaveLength(2);
    expect(outcome.goals[0]?.hypotheses.find((one) => one.name === 'n')).toEqual({
      name: 'n',
      type: 'Nat',
      value: '2',
    });
  });

  it('passes limits on', async () => {
    const state = await start('∀ n : Nat, n < 100 → n * n < 10000');
    expect(await lean.client.tactic(state, 'decide', { ...LIMITS, heartbeats: 1 })).toMatchObject({
      kind: 'failed',
      outcome: { kind: 'timedOut', limit: 'heartbeats' },
    });
    expect(await lean.client.tactic(state, 'repeat (first | skip)', { ...LIMITS, recursion: 40 })).toMatchObject({
      kind: 'failed',
      outcome: { kind: 'timedOut', limit: 'recursion' },
    });
  });

  it('leaves no state behind for a refused step', async () => {
    const state = await start('True');
    const before = await held();
    expect(await lean.client.tactic(state, 'sorry', LIMITS)).toMatchObject({
      kind: 'failed',
      outcome: { kind: 'refused', reason: 'sorry' },
    });
    expect(await lean.client.tactic(state, 'exact absurd', LIMITS)).toMatchObject({
      kind: 'failed',
      outcome: { kind: 'failed' },
    });
    expect(await held()).toBe(before);
    await lean.client.delete([state, 4711]);
    expect(await held()).toBe(before - 1);
    expect(await lean.client.tactic(state, 'trivial', LIMITS)).toMatchObject({ kind: 'noSuchState' });
  });

  it('carries messages, heartbeats and the syntax kind', async () => {
    const state = await start('∀ n : Nat, n + 0 = n');
    const reply = await apply(state, 'simp?');
    expect(reply.outcome).toMatchObject({ goals: [], messages: [expect.stringContaining('Try this')] });
    expect(reply).toMatchObject({ syntaxKind: 'Lean.Parser.Tactic.simpTrace', heartbeats: expect.any(Number) });
  });

  it('takes tactics of any shape as one block', async () => {
    const state = await start('∀ p q : Prop, p ∧ q → q ∧ p');
    for (const tactic of [
      'intro p q ⟨a, b⟩\r\nexact ⟨b, a⟩',
      'intro p q h; constructor\n· exact h.2\n· exact h.1',
      '  intro p q h\n  exact And.symm h',
    ]) {
      expect((await apply(state, tactic)).outcome.goals).toEqual([]);
    }
  });

  it('sends nothing that was given up before', async () => {
    const state = await start('True');
    const before = await held();
    expect(await lean.client.tactic(state, 'trivial', LIMITS, AbortSignal.abort())).toBe(GIVEN_UP);
    expect(await held()).toBe(before);
  });
});
