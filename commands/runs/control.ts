import type { Command } from 'commander';
import { sendControl } from '../../sessions/runs/send-control.ts';
import type { Control } from '../../src/run/control.ts';
import { describeHolder } from '../../src/storage/lock.ts';
import { usage, withCommonOptions } from '../common-options.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from '../context.ts';
import { openRunOrExit, resumeCommand } from '../follow-run.ts';
import { storageExit } from '../open-recorded.ts';
import { runArgument } from './argument.ts';
import { unknownTheorem } from './unknown-theorem.ts';

/** `runs pause`, `continue`, `stop`, `prioritise`: wishes for the process that works on a run. */
export function registerControl(runs: Command, context: CommandContext): void {
  withCommonOptions(runs.command('pause'))
    .description('take no further theorem until told to continue; those in flight wait where they are')
    .argument('[run]', runArgument, 'last')
    .action((given: string, options: CommonOptions) => send(context, given, options, { kind: 'pause' }, 'pauses'));
  withCommonOptions(runs.command('continue'))
    .description('go on after a pause')
    .argument('[run]', runArgument, 'last')
    .action((given: string, options: CommonOptions) => send(context, given, options, { kind: 'continue' }, 'goes on'));
  withCommonOptions(runs.command('stop'))
    .description('stop after the theorems in flight; it can be resumed')
    .argument('[run]', runArgument, 'last')
    .option('--now', 'do not finish the theorems in flight; a resumed run begins them again')
    .action((given: string, options: CommonOptions & { readonly now?: boolean }) =>
      options.now
        ? send(context, given, options, { kind: 'stopNow' }, 'stops now')
        : send(context, given, options, { kind: 'stopAfterCurrent' }, 'stops after the theorems in flight'),
    );
  withCommonOptions(runs.command('prioritise'))
    .description('search a theorem before others; 0 is the priority of all that nobody changed')
    .argument('<run>', runArgument)
    .argument('<theorem>', 'its name')
    .argument('[priority]', 'higher is taken earlier', '1')
    .action((given: string, theorem: string, priority: string, options: CommonOptions) =>
      prioritise(context, given, theorem, priority, options),
    );
}

async function prioritise(
  context: CommandContext,
  given: string,
  theorem: string,
  priority: string,
  options: CommonOptions,
): Promise<void> {
  const value = Number(priority);
  if (priority.trim() === '' || !Number.isFinite(value))
    throw usage(
      `the priority ${JSON.stringify(priority)} is no number; higher is taken earlier, 0 is what nobody changed`,
    );
  const run = await openRunOrExit(context, options, given);
  if (!run.theorems.some(({ name }) => name === theorem)) throw usage(unknownTheorem(run, theorem));
  await send(
    context,
    run.id,
    options,
    { kind: 'prioritise', theorem, priority: value },
    `takes ${theorem} by priority ${value}`,
  );
}

async function send(
  context: CommandContext,
  given: string,
  options: CommonOptions,
  control: Control,
  words: string,
): Promise<void> {
  const run = await openRunOrExit(context, options, given);
  if (run.holder === null) {
    const { status } = run.state;
    const remedy = status === 'finished' ? 'it has finished' : `go on with it: ${resumeCommand(run.id)}`;
    throw new CommandExit(EXIT.failed, `nobody works on run ${run.id}: ${remedy}`);
  }
  const failure = await sendControl(run.home, run.id, control);
  if (failure) throw storageExit(failure);
  if (!options.quiet) context.note(`run ${run.id} ${words} as soon as ${describeHolder(run.holder)} reads it`);
}
