import type { Engine } from '../../sessions/engine.ts';
import { type ConductEnd, conductRun } from '../../sessions/runs/conduct-run.ts';
import type { OpenRun } from '../../sessions/runs/open-run.ts';
import type { Runner } from '../../sessions/runs/runner.ts';
import { unknownFamilies } from '../../sessions/unknown-families.ts';
import { fitting } from '../../src/config/amount.ts';
import type { Config } from '../../src/config/schema.ts';
import type { TacticProvider } from '../../src/policy/provider.ts';
import { runLogPath } from '../../src/run/folder.ts';
import { searchReport } from '../../src/run/search-report.ts';
import type { ValueModel } from '../../src/value/score/value-model.ts';
import { printJson, usage } from '../common-options.ts';
import { engineProviders } from '../configuration.ts';
import { type CommandContext, CommandExit, type CommonOptions, codeOfSignal, EXIT } from '../context.ts';
import { requireEngine, requireProvider } from '../engine-options.ts';
import { followLog } from '../follow-log.ts';
import { exitOfStatus, openRunOrExit, resumeCommand } from '../follow-run.ts';
import { createRunProgress } from '../run-progress.ts';
import { requireValueModel, valueShelf } from '../value-model.ts';
import { version } from '../version.ts';
import type { RunSignals } from './signals.ts';

export interface Conducting {
  readonly context: CommandContext;
  readonly options: CommonOptions;
  readonly config: Config;
  readonly signals: RunSignals;
}

/** What a run is done with. */
export interface RunMeans {
  readonly engine: Engine;
  readonly concurrency: number;
  readonly provider: TacticProvider;
  /** Null: without a value model. */
  readonly value: ValueModel | null;
}

/** Opens the value model, starts Lean and the provider, has the run opened, does it, and prints what it came to. */
export async function conduct(
  { context, options, config, signals }: Conducting,
  open: (means: RunMeans) => Promise<OpenRun>,
): Promise<void> {
  const quiet = options.quiet === true;
  const starting = { ...context, signal: signals.starting };
  const providers = await engineProviders(context, options, config, quiet);
  const values = valueShelf(starting, options, providers, config);
  let engine: Engine | null = null;
  let ended: ConductEnd;
  try {
    const value = await requireValueModel(values, config);
    engine = await requireEngine(starting, config.lean, quiet, providers);
    const unknown = await unknownFamilies(engine.pool, config.search.block);
    if (unknown !== null) throw usage(unknown);
    const provider = await requireProvider(starting, engine, config.policy.provider);
    const concurrency = fitting(config.run.sideBySide, engine.pool.workers);
    const means = { engine, concurrency, provider, value };
    const run = await open(means);
    ended = await withProgress(context, options, run, (onRunner) =>
      conductRun({
        run,
        ...means,
        program: version(),
        flush: { searches: config.run.flush_theorems, seconds: config.run.flush_seconds },
        notify: config.run.notify === '' ? null : config.run.notify,
        onRunner: (runner) => {
          listen(signals, runner);
          onRunner(runner);
        },
      }),
    );
  } finally {
    await engine?.close();
    await values.close();
  }
  await finish(context, options, ended, signals);
}

function listen(signals: RunSignals, runner: Runner): void {
  signals.begin({
    onStop: () => runner.stopAfterCurrent('Ctrl-C'),
    onStopNow: (by) => runner.stopNow(by),
  });
}

async function withProgress(
  context: CommandContext,
  options: CommonOptions,
  run: OpenRun,
  work: (onRunner: (runner: Runner) => void) => Promise<ConductEnd>,
): Promise<ConductEnd> {
  const progress = createRunProgress(context, { quiet: options.quiet === true });
  const follow = options.jsonl ? followLog(runLogPath(run.home, run.id), context.out, false) : () => {};
  let runner: Runner | null = null;
  const show = (): void => {
    const live = runner && { ...runner.live, updatedAt: new Date().toISOString() };
    progress.show({ manifest: run.manifest, state: run.log.state, live });
  };
  const timer = setInterval(() => {
    show();
    follow();
  }, 500).unref();
  const unsubscribe = run.log.onEvent(show);
  if (!options.quiet) progress.note(`run ${run.id}`);
  try {
    return await work((started) => {
      runner = started;
      show();
    });
  } finally {
    clearInterval(timer);
    unsubscribe();
    show();
    progress.close();
    follow();
  }
}

/** Says what the run came to, and ends the command as that demands. */
async function finish(
  context: CommandContext,
  options: CommonOptions,
  { run, end, document, failure }: ConductEnd,
  { endedBy }: RunSignals,
): Promise<void> {
  const reader = await openRunOrExit(context, options, run);
  if (options.json) printJson(context, document);
  else if (!options.jsonl) for (const line of searchReport(reader.manifest, reader.state)) context.out(line);
  const exit = exitOfStatus(reader);
  if (failure !== null) {
    context.note(
      `proofdeck: ${failure.message}; write it again with: proofdeck runs export ${run} --format json --out <file>`,
    );
    if (exit === null) throw new CommandExit(EXIT.failed, `the result document of run ${run} could not be written`);
  }
  if (end.kind === 'stopped' && endedBy !== null && exit?.code !== EXIT.notVerified)
    throw new CommandExit(
      codeOfSignal(endedBy),
      `run ${run} was stopped (${end.by}), and everything is saved; go on with: ${resumeCommand(run)}`,
    );
  // The log of a run that was taken over tells of its new process.
  if (exit === null && end.kind === 'failed') throw new CommandExit(EXIT.failed, `run ${run}: ${end.reason}`);
  if (exit) throw exit;
}
