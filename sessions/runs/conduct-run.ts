import type { TacticProvider } from '../../src/policy/provider.ts';
import { runFile } from '../../src/run/folder.ts';
import { resultDocument } from '../../src/run/results.ts';
import { tallyRun } from '../../src/run/tally.ts';
import { replaceFile } from '../../src/storage/atomic-file.ts';
import type { StorageFailed } from '../../src/storage/failure.ts';
import type { Engine } from '../engine.ts';
import { notify } from './notify.ts';
import type { OpenRun } from './open-run.ts';
import { Runner, type RunnerEnd } from './runner.ts';

export interface ConductOptions {
  readonly run: OpenRun;
  readonly engine: Pick<Engine, 'problem' | 'judge' | 'toolchain' | 'pool' | 'warmJudge'>;
  readonly provider: TacticProvider;
  /** Version of proofdeck. */
  readonly program: string;
  readonly concurrency: number;
  readonly flush: { readonly searches: number; readonly seconds: number };
  /** Shell command of the owner. */
  readonly notify: string | null;
  /** Called before the first theorem: from now on the run can be told things. */
  readonly onRunner?: (runner: Runner) => void;
}

export interface ConductEnd {
  /** Its id. */
  readonly run: string;
  readonly end: RunnerEnd;
  readonly document: ReturnType<typeof resultDocument>;
  /** Why something could not be written at the very end. */
  readonly failure: StorageFailed | null;
}

/** Does a run that this process has opened, to its end or until it is stopped; gives the run back. */
export async function conductRun(options: ConductOptions): Promise<ConductEnd> {
  const { run, engine, provider, program, concurrency, flush } = options;
  engine.warmJudge();
  const runner = new Runner({
    run,
    program,
    concurrency,
    flush,
    workers: engine.pool.workers,
    health: () => engine.pool.health(),
    supply: {
      problem: (problem) => engine.problem(problem),
      judge: (problem, proof) => engine.judge(problem, proof),
      provider,
      worker: { kind: engine.pool.kind, toolchain: engine.toolchain },
    },
    ...(options.notify !== null && {
      notify: (notice) => {
        const { proved, theorems } = tallyRun(run.manifest, run.log.state);
        return notify(options.notify as string, { ...notice, run: run.id, proved: proved.n, total: theorems });
      },
    }),
  });
  options.onRunner?.(runner);
  const end = await runner.run();
  runner.recordEnd(end);
  const document = resultDocument(run.manifest, run.log.state);
  const written = await replaceFile(
    runFile(run.home, run.id, 'results.json'),
    `${JSON.stringify(document, null, 2)}\n`,
  );
  await runner.close(end);
  run.lock.release();
  return { run: run.id, end, document, failure: written.kind === 'storageFailed' ? written : null };
}
