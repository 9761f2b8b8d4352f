import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { JobLog } from '../../../sessions/runs/job-log.ts';
import { JobSearch, type SearchSupply } from '../../../sessions/runs/job-search.ts';
import type { Goal } from '../../../src/lean/goal.ts';
import type { LeanProblem } from '../../../src/lean/pool/types.ts';
import type { JobOutcome } from '../../../src/run/outcome.ts';
import type { EvalDocument } from '../../../src/run/result-schema.ts';
import { evalDocument } from '../../../src/run/results.ts';
import { searchSettingsSchema } from '../../../src/search/settings.ts';
import { acquireLock } from '../../../src/storage/lock.ts';
import { SampleRun, sampleManifest, theoremsOf } from '../../run/sample-run.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

/*
 * A made-up Lean and provider whose answers depend on the question alone, so that the same search can be done at several
 * budgets: nested budgets have to say what separate runs would have.
 */
const number = (...parts: readonly (string | number)[]): number =>
  createHash('sha256').update(parts.join(' ')).digest().readUInt32LE(0);
const goal = (target: string): Goal => ({ hypotheses: [], target });

function madeUpSupply(world: number): SearchSupply {
  const targets = new Map<string, string>();
  const problem = (): LeanProblem => ({
    start: async () => {
      targets.set('', 'root');
      return { kind: 'started', goals: [goal('root')], ms: 1 };
    },
    tryTactic: async (state, resultKey, tactic, _limits, { onSent }) => {
      onSent(0);
      const chance = number(world, targets.get(state.key) ?? 'root', tactic);
      const target = `g${chance % 200}`;
      targets.set(resultKey, target);
      const goals = chance % 13 === 0 ? [] : [goal(target)];
      const outcome = chance % 3 === 0 ? { kind: 'failed' as const, message: 'no' } : { kind: 'goals' as const, goals };
      return { outcome, worker: 0, ms: 1 };
    },
    release: () => {},
    close: async () => {},
  });
  return {
    problem,
    settle: async (problem) => problem,
    judge: async (_problem, proof) => ({
      level: 'V3',
      accepted: number(world, 'judge', ...proof) % 3 > 0,
      axioms: [],
      axiomsBehindLibrary: 'assumed',
      statementMatches: true,
      selfUse: false,
      checks: [],
      toolchain: 'none',
      script: '',
    }),
    provider: {
      name: 'made-up',
      kind: 'made-up',
      propose: async ({ states }) => ({
        kind: 'proposed',
        proposals: states.map(({ goals }) => ({
          exhausted: true,
          candidates: Array.from({ length: 3 }, (_, i) => ({
            tactic: `tactic_${number(world, goals[0]!.target, i) % 40}`,
            logProb: -(number(world, goals[0]!.target, i) % 90) / 10,
            origin: 'made-up',
          })),
        })),
      }),
      close: async () => {},
    },
    worker: { kind: 'made-up', toolchain: 'none' },
  };
}

async function evaluate(
  world: number,
  batch: number,
  budgets: readonly number[],
  folder: string,
): Promise<EvalDocument> {
  const search = searchSettingsSchema.parse({ batch_generate_size: batch, timeout: 0 });
  const run = new SampleRun(sampleManifest({ budgets: [...budgets], search }), theoremsOf(4));
  for (const { job } of [...run.state.jobs.values()]) {
    const outcome: JobOutcome = await outcomeOf(world + job.index, job, search, budgets, folder);
    run.search(job.id, { ...outcome, timeMs: { total: 0, lean: 0, policy: 0, value: 0, verdict: 0 } });
  }
  return evalDocument(run.manifest, run.state);
}

async function outcomeOf(
  world: number,
  job: ConstructorParameters<typeof JobSearch>[0]['job'],
  search: ReturnType<typeof searchSettingsSchema.parse>,
  budgets: readonly number[],
  folder: string,
): Promise<JobOutcome> {
  const lock = await acquireLock(join(folder, 'writer.lock'));
  if (lock.kind !== 'locked') throw new Error('not locked');
  const session = { id: 's', program: '0', toolchain: 'none' };
  const opened = await JobLog.open(join(folder, 'search.jsonl'), lock.lock, session, Date.now);
  if (opened.kind !== 'opened') throw new Error(opened.message);
  const end = await new JobSearch({
    job,
    problem: { name: job.theorem, statement: job.statement, imports: [] },
    settings: { ...search, max_nodes: job.maxNodes },
    smallerBudgets: budgets.filter((budget) => budget < job.maxNodes),
    log: opened.log,
    supply: madeUpSupply(world),
    onProviderFailure: async () => 'again',
  }).run();
  opened.log.close();
  lock.lock.release();
  if (end.kind !== 'ended') throw new Error('stopped');
  return end.outcome;
}

test('nested budgets prove what separate runs prove, with the same proofs', async () => {
  const folder = temporaryFolder();
  const budgets = [3, 7, 20];
  let solvedBelow = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 1e6 }), fc.integer({ min: 1, max: 4 }), async (world, batch) => {
      const nested = await evaluate(world, batch, budgets, folder);
      for (const result of nested.budget_results) {
        const alone = await evaluate(world, batch, [result.budget], folder);
        const [separate] = alone.budget_results;
        const facts = ({ per_theorem }: typeof result) =>
          per_theorem.map(({ name, proved, nodes_used, failure_reason, proof_tactics }) => ({
            name,
            proved,
            nodes_used,
            failure_reason,
            proof_tactics,
          }));
        expect(facts(result)).toEqual(facts(separate!));
        // Taken one by one, the trees are the same too; a batch may have grown beyond a budget that ends inside it.
        if (batch === 1)
          expect(result.per_theorem.map((entry) => [entry.total_states, entry.peak_frontier])).toEqual(
            separate!.per_theorem.map((entry) => [entry.total_states, entry.peak_frontier]),
          );
        if (result.budget < 20) solvedBelow += result.solved;
      }
    }),
    { seed: 1, numRuns: 25 },
  );
  expect(solvedBelow).toBeGreaterThan(20);
});
