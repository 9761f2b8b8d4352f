import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Transport } from '../../../src/lean/transport.ts';
import type { ProofStep } from '../../../src/lean/verdict/assemble.ts';
import type { Judge } from '../../../src/lean/verdict/judge.ts';
import { askJson } from '../../helpers/lean.ts';
import { openProvers, type Provers, START_TIMEOUT_MS } from './provers.ts';

let provers: Provers;
let worker: Transport;
let judge: Judge;

beforeAll(async () => {
  provers = await openProvers();
  worker = provers.transport();
  judge = provers.judge({ textsPerProver: 1000 });
  await Promise.all([worker.start(), judge.warm()]);
}, START_TIMEOUT_MS);

afterAll(async () => {
  await worker?.close();
  await judge?.close();
  await provers?.close();
});

/** Every tactic fits one goal only, so a script that takes goals in another order than the search does not elaborate. */
const STATEMENT = '((1 = 1 ∧ 2 = 2) ∧ (3 = 3 ∧ ∃ n, n = 4 ∧ n < 5)) ∧ 6 = 6';

function tacticFor(target: string): string {
  if (target.startsWith('∃')) return 'refine ⟨?_, ?_, ?_⟩';
  if (target.includes('∧')) return 'constructor';
  if (target === 'Nat') return 'exact 4';
  // The witness of the existential, while it is open.
  return `exact (by decide : ${target.replace(/\?[\w.]+/, '4')})`;
}

interface Goals {
  readonly stateId: number;
  readonly goals: readonly { readonly name: string; readonly target: string }[];
}

async function prove(choices: readonly number[]): Promise<readonly ProofStep[]> {
  const started = await askJson(worker, 'goal.start', { expr: STATEMENT });
  let at: Goals = { stateId: started.stateId as number, goals: [{ name: String(started.root), target: STATEMENT }] };
  const steps: ProofStep[] = [];
  for (let i = 0; at.goals.length > 0; i++) {
    const goal = (choices[i % choices.length] ?? 0) % at.goals.length;
    const tactic = tacticFor(at.goals[goal]!.target);
    steps.push({ tactic, goal, goals: at.goals.map(({ name }) => name) });
    const answer = await askJson(worker, 'goal.tactic', { stateId: at.stateId, goalId: goal, tactic });
    if (!Array.isArray(answer.goals)) throw new Error(`${tactic}: ${JSON.stringify(answer)}`);
    at = {
      stateId: answer.nextStateId as number,
      goals: (answer.goals as { name: string; target: { pp: string } }[]).map(({ name, target }) => ({
        name,
        target: target.pp,
      })),
    };
  }
  return steps;
}

test('goals closed in any order give a script that elaborates', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(6), { minLength: 1, maxLength: 12 }), async (choices) => {
      const steps = await prove(choices);
      const result = await judge.judge({ name: 'ordered', statement: STATEMENT }, steps);
      expect(result).toMatchObject({ kind: 'verdict', verdict: { level: 'V3' } });
    }),
    { numRuns: 12, seed: 7 },
  );
});
