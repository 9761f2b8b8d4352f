import { dirname } from 'node:path';
import type { TacticProvider } from '../../src/policy/provider.ts';
import { runFile } from '../../src/run/folder.ts';
import { resultDocument } from '../../src/run/results.ts';
import { tallyRun } from '../../src/run/tally.ts';
import { replaceFile } from '../../src/storage/atomic-file.ts';
import { type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import { makeFolder } from '../../src/storage/make-folder.ts';
import type { ValueModel } from '../../src/value/score/value-model.ts';
import type { Engine } from '../engine.ts';
import { notify } from './notify.ts';
import type { OpenRun } from './open-run.ts';
import { outFiles } from './out-files.ts';
import { Runner } from './runner.ts';
import type { RunnerEnd } from './runner-options.ts';

export interface ConductOptions {
  readonly run: OpenRun;
  readonly engine: Pick<Engine, 'problem' | 'settle' | 'judge' | 'toolchain' | 'pool' | 'warmJudge'>;
  readonly provider: TacticProvider;
  /** Null: the run has no value model. */
  readonly value: ValueModel | null;
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
  const { run, engine, provider, value, program, concurrency, flush } = options;
  engine.warmJudge();
  const { command, out, resumedFrom } = run.manifest;
  const files = out === null || command === 'eval' ? null : outFiles(run, out, resumedFrom?.file ?? null);
  const documents = [runFile(run.home, run.id, 'results.json'), ...(out !== null && command === 'eval' ? [out] : [])];
  const runner = new Runner({
    run,
    program,
    concurrency,
    flush,
    workers: engine.pool.workers,
    health: () => engine.pool.health(),
    supply: {
      problem: (problem) => engine.problem(problem),
      settle: (problem) => engine.settle(problem),
      judge: (problem, proof) => engine.judge(problem, proof),
      provider,
      value,
      worker: { kind: engine.pool.kind, toolchain: engine.toolchain },
    },
    ...(files !== null && { onPart: files.onPart }),
    // The document is written here too: what cannot be written keeps the run from being finished.
    onEnd: async (leave) => (await files?.finish(leave)) ?? writeAll(documents, documentText(run)),
    ...(options.notify !== null && {
      notify: (notice, leave) => {
        const { proved, theorems } = tallyRun(run.manifest, run.log.state);
        return notify(options.notify as string, { ...notice, run: run.id, proved: proved.n, total: theorems }, leave);
      },
    }),
  });
  options.onRunner?.(runner);
  const end = await runner.run();
  runner.recordEnd(end);
  const document = resultDocument(run.manifest, run.log.state);
  const failure = run.lock.stillOurs() ? await writeAll(documents, documentText(run)) : null;
  await runner.close(end);
  return { run: run.id, end, document, failure };
}

const documentText = ({ manifest, log }: OpenRun): string =>
  `${JSON.stringify(resultDocument(manifest, log.state), null, 2)}\n`;

async function writeAll(paths: readonly string[], text: string): Promise<StorageFailed | null> {
  for (const path of paths) {
    try {
      await makeFolder(dirname(path));
    } catch (error) {
      return storageFailure(error, dirname(path), 'make the folder');
    }
    const written = await replaceFile(path, text);
    if (written.kind === 'storageFailed') return written;
  }
  return null;
}
