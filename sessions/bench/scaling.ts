import { setTimeout as wait } from 'node:timers/promises';
import type { LeanPool } from '../../src/lean/pool/pool.ts';
import { resources } from '../../src/lean/pool/resources.ts';
import type { LeanProblem, StateRef } from '../../src/lean/pool/types.ts';
import { benchLimits, LeanUnavailable, openOneWorker } from './lean.ts';
import { atLeast, type Bench, figure } from './measurement.ts';
import { cpuSeconds, processTree } from './processes.ts';

const mostWorkers = 8;
const longestStartMs = 60_000;
const rounds = 5;
/** Tries per worker and round: a second or so. */
const triesPerWorker = 40;
const statement = '∀ a b c d : Nat, a < b → b < c → c < d → 2 * a + 5 < 2 * d';
const setup = 'intro a b c d h₁ h₂ h₃';
const root: StateRef = { key: 'root', parent: null, tactic: '' };
const below: StateRef = { key: 'below', parent: root, tactic: setup };

/** How much more N workers do than one. */
export const scalingBench: Bench = {
  name: 'scaling',
  about:
    'omega tries per second through the pool with 1, 2, 4, … workers, in turns; and what part of N times one worker N workers reach',
  async run(context) {
    const { cores } = resources();
    const counts = [1, 2, 4, 8].filter((count) => count <= Math.min(mostWorkers, Math.max(2, cores)));
    const pool = await openOneWorker(context);
    const rates = new Map<number, number[]>(counts.map((count) => [count, []]));
    const costs = new Map<number, number[]>(counts.map((count) => [count, []]));
    try {
      for (let round = 0; round <= (context.quick ? 1 : rounds); round++) {
        for (const count of counts) {
          const resized = await pool.resize(count);
          if (resized.kind === 'refused') return { kind: 'skipped', reason: resized.message };
          await allReady(pool);
          const rate = await measureTries(pool, count, context.quick ? 5 : triesPerWorker);
          if (round === 0) continue;
          rates.get(count)?.push(rate.perSecond);
          if (rate.cpuMs !== null) costs.get(count)?.push(rate.cpuMs);
        }
      }
    } finally {
      await pool.close();
    }
    const one = rates.get(1) ?? [];
    const figures = [...rates].flatMap(([count, values]) => [
      figure(`${count} worker${count === 1 ? '' : 's'}`, 'tries/s', values),
      ...(count === 1
        ? []
        : [
            figure(
              `${count} workers, part of ${count} times one`,
              'ratio',
              values.map((rate, i) => rate / (count * (one[i] as number))),
              // With a worker on every core our own process has none to itself.
              cores > count ? atLeast(0.9) : undefined,
            ),
          ]),
    ]);
    for (const [count, values] of costs)
      if (values.length > 0) figures.push(figure(`processor time of a try, ${count} at work`, 'ms', values));
    const notes = cores > 2 ? [] : [`no budget: it holds where there is a core more than workers, here are ${cores}`];
    return { kind: 'measured', figures, notes };
  },
};

interface Rate {
  readonly perSecond: number;
  /** Processor time of one try: grows where workers get in each other's way, whatever else the machine does. */
  readonly cpuMs: number | null;
}

/** A worker that was added starts behind, and takes a core for it. */
async function allReady(pool: LeanPool): Promise<void> {
  const limit = performance.now() + longestStartMs;
  while (pool.health().some(({ status }) => status !== 'idle')) {
    if (performance.now() > limit) throw new LeanUnavailable('the workers did not get ready');
    await wait(20);
  }
}

async function measureTries(pool: LeanPool, workers: number, tries: number): Promise<Rate> {
  const problem = pool.problem({ expr: statement });
  const started = await problem.start();
  if (started.kind !== 'started') throw new Error(started.message);
  // Every worker has the state before the clock starts.
  for (let i = 0; i < 2; i++)
    await Promise.all(Array.from({ length: workers * 2 }, (_, n) => omega(problem, `warm-${i}-${n}`)));
  const total = workers * tries;
  const cpuBefore = childrenCpuSeconds();
  const start = performance.now();
  await Promise.all(Array.from({ length: total }, (_, n) => omega(problem, `try-${n}`)));
  const seconds = (performance.now() - start) / 1000;
  const cpuAfter = childrenCpuSeconds();
  await problem.close();
  const cpuMs = cpuBefore === null || cpuAfter === null ? null : ((cpuAfter - cpuBefore) * 1000) / total;
  return { perSecond: total / seconds, cpuMs };
}

/** Of the host process; ours does next to nothing meanwhile. */
function childrenCpuSeconds(): number | null {
  const all = processTree(process.pid).slice(1).map(cpuSeconds);
  return all.length === 0 || all.includes(null) ? null : all.reduce<number>((sum, one) => sum + (one ?? 0), 0);
}

async function omega(problem: LeanProblem, key: string): Promise<void> {
  const options = { onSent: () => {}, signal: new AbortController().signal };
  const answer = await problem.tryTactic(below, key, 'omega', benchLimits, options);
  if (answer.outcome.kind !== 'goals') throw new Error(`omega: ${answer.outcome.message}`);
}
