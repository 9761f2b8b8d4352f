import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { JobLog } from '../../../sessions/runs/job-log.ts';
import { JobSearch } from '../../../sessions/runs/job-search.ts';
import type { JobOutcome } from '../../../src/run/outcome.ts';
import type { EvalDocument } from '../../../src/run/result-schema.ts';
import { evalDocument } from '../../../src/run/results.ts';
import { searchSettingsSchema } from '../../../src/search/settings.ts';
import { acquireLock } from '../../../src/storage/lock.ts';
import { madeUpSupply } from '../../fixtures/made-up-supply.ts';
import { SampleRun, sampleManifest, theoremsOf } from '../../run/sample-run.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

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
    onFailure: async () => 'again',
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
