import { createHash } from 'node:crypto';
import type { SearchSupply } from '../../../sessions/runs/job-search.ts';
import { createRun, type OpenRun, resumeRun } from '../../../sessions/runs/open-run.ts';
import { Runner } from '../../../sessions/runs/runner.ts';
import type { RunnerOptions } from '../../../sessions/runs/runner-options.ts';
import type { Theorem } from '../../../src/corpus/theorem-list.ts';
import type { Goal } from '../../../src/lean/goal.ts';
import type { LeanProblem } from '../../../src/lean/pool/types.ts';
import type { ProposeRequest, ProposeResult } from '../../../src/policy/provider.ts';
import type { Manifest } from '../../../src/run/manifest.ts';
import { acceptedVerdict } from '../../fixtures/verdict.ts';
import { sampleManifest } from '../../run/sample-run.ts';

const number = (...parts: readonly (string | number)[]): number =>
  createHash('sha256').update(parts.join(' ')).digest().readUInt32LE(0);
const goal = (target: string): Goal => ({ hypotheses: [], target });

export interface MadeUpWorld {
  /** Called before each proposal; what it returns is the answer. */
  readonly onPropose?: (request: ProposeRequest) => Promise<ProposeResult | null>;
  /** Every tactic closes every goal, and the judge believes it. */
  readonly unsound?: boolean;
  readonly kind?: string;
  /** How many turns of the event loop Lean takes for a tactic. */
  readonly turns?: (tactic: string) => number;
}

/** A Lean and a provider whose answers depend on the question alone: a tree of some depth in which some tactics fail. */
export function madeUpSupply({
  onPropose,
  unsound = false,
  kind = 'made-up',
  turns = () => 0,
}: MadeUpWorld = {}): SearchSupply {
  return {
    problem: (problem): LeanProblem => {
      const targets = new Map<string, string>();
      return {
        start: async () =>
          problem.statement === 'nonsense'
            ? { kind: 'startFailed', category: 'elab', message: 'Unknown identifier `nonsense`' }
            : { kind: 'started', goals: [goal(problem.name)], ms: 1 },
        tryTactic: async (state, resultKey, tactic, _limits, { onSent }) => {
          onSent(0);
          for (let left = turns(tactic); left > 0; left--) await new Promise((resolve) => setImmediate(resolve));
          const chance = number(targets.get(state.key) ?? problem.name, tactic);
          const target = `g${chance % 500}`;
          targets.set(resultKey, target);
          const closes = unsound || chance % 7 === 0;
          const failed = !closes && chance % 3 === 0;
          const outcome = failed
            ? { kind: 'failed' as const, message: 'no' }
            : { kind: 'goals' as const, goals: closes ? [] : [goal(target)] };
          return { outcome, worker: 0, ms: 1 };
        },
        release: () => {},
        close: async () => {},
      };
    },
    settle: async (problem) => problem,
    judge: async (_problem, proof) => ({
      ...acceptedVerdict,
      accepted: unsound || number('judge', ...proof) % 3 > 0,
    }),
    provider: {
      name: kind,
      kind,
      propose: async (request) =>
        (await onPropose?.(request)) ?? {
          kind: 'proposed',
          proposals: request.states.map(({ goals }) => ({
            exhausted: true,
            candidates: Array.from({ length: 3 }, (_, i) => ({
              tactic: `tactic_${number(goals[0]!.target, i) % 40}`,
              logProb: -(number(goals[0]!.target, i) % 90) / 10,
              origin: kind,
            })),
          })),
        },
      close: async () => {},
    },
    worker: { kind: 'made-up', toolchain: 'none' },
  };
}

export const madeUpTheorems = (count: number): readonly Theorem[] =>
  Array.from({ length: count }, (_, i) => ({ name: `theorem${i}`, statement: i === 3 ? 'nonsense' : `P${i}` }));

/** Makes a run of made-up theorems in `home`. */
export async function madeUpRun(
  home: string,
  changes: Partial<Manifest> = {},
  theorems: readonly Theorem[] = madeUpTheorems(6),
): Promise<OpenRun> {
  const corpus = { reference: 'made-up', theorems: theorems.length, sha256: 'aa', revision: 'bb', preamble: [] };
  const manifest = sampleManifest({ command: 'search', createdAt: new Date().toISOString(), corpus, ...changes });
  const result = await createRun(home, manifest, JSON.stringify({ theorems }), theorems, { program: 'test' });
  if (result.kind !== 'opened') throw new Error(JSON.stringify(result));
  return result.run;
}

/** Opens it again, as another process would. */
export async function openedAgain(home: string, id = 'adhoc/sample'): Promise<OpenRun> {
  const result = await resumeRun(home, id, { program: 'test' });
  if (result.kind !== 'opened') throw new Error(JSON.stringify(result));
  return result.run;
}

export function madeUpRunner(run: OpenRun, supply: SearchSupply, options: Partial<RunnerOptions> = {}): Runner {
  return new Runner({
    run,
    supply,
    program: 'test',
    concurrency: 2,
    flush: { searches: 2, seconds: 30 },
    health: () => [],
    workers: 2,
    // However full the disk of the machine that tests.
    freeSpace: async () => ({ bytes: 1e12, fraction: 0.5 }),
    ...options,
  });
}

/** Does a run to its end and gives it back. */
export async function toTheEnd(run: OpenRun, runner: Runner) {
  const end = await runner.run();
  runner.recordEnd(end);
  await runner.close(end);
  run.lock.release();
  return end;
}
