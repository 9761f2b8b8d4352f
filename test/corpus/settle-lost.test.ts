import { expect, test } from 'vitest';
import { type Environment, settleProblem } from '../../src/corpus/settle-problem.ts';
import { problemOfTheorem } from '../../src/corpus/theorem-problem.ts';
import type { LeanProblem, PoolOutcome } from '../../src/lean/pool/types.ts';

const root = { hypotheses: [], target: '∀ (n : Nat), 0 < n → n ≠ 0' };
const opened = {
  hypotheses: [
    { name: 'n', type: 'Nat' },
    { name: 'h', type: '0 < n' },
  ],
  target: 'n ≠ 0',
};

/** An environment that knows every theorem, and answers all tactics but those at `at` with the opened goal. */
function environment(at: number, outcome: PoolOutcome, worker: number): Environment {
  let tried = 0;
  const problem: LeanProblem = {
    start: async () => ({ kind: 'started', goals: [root], ms: 1 }),
    tryTactic: async () =>
      tried++ === at ? { outcome, worker, ms: 1 } : { outcome: { kind: 'goals', goals: [opened] }, worker: 0, ms: 1 },
    release: () => {},
    close: async () => {},
  };
  return { problem: () => problem };
}

const lost: PoolOutcome = { kind: 'workerLost', message: 'the worker was lost' };
const late = (limit: 'wallClock' | 'cancelled'): PoolOutcome => ({ kind: 'timedOut', limit, message: 'stopped' });

test.each([
  ['a lost worker', lost, 0, 'workerLost'],
  ['a closed pool', lost, -1, 'closed'],
  ['a try that was given up', late('cancelled'), 0, 'cancelled'],
  ['a try that took too long', late('wallClock'), 0, 'limit'],
] as const)(
  '%s says nothing about the theorem: no other goal takes its place',
  async (_, outcome, worker, category) => {
    const problem = problemOfTheorem({ name: 'Nat.foo', statement: 'n : Nat\nh : 0 < n\n⊢ n ≠ 0' }, ['Init']);
    const fine = await settleProblem(environment(-1, outcome, worker), problem);
    expect(fine).toMatchObject({ copyFrom: 'Nat.foo', introduce: ['intro n h'] });
    for (const at of [0, 1])
      expect((await settleProblem(environment(at, outcome, worker), problem)).refusal).toMatchObject({ category });
  },
);
