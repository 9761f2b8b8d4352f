import type { Command } from 'commander';
import { runDocument } from '../sessions/runs/run-document.ts';
import type { RunReader } from '../sessions/runs/run-reader.ts';
import { terminalCapabilities } from '../views/terminal.ts';
import { printJson, withCommonOptions } from './common-options.ts';
import type { CommandContext, CommonOptions } from './context.ts';
import { eventPrinter, exitOf, exitOfStatus, followToEnd, leftAlone, openRunOrExit } from './follow-run.ts';
import { storageExit } from './open-recorded.ts';

interface WatchOptions extends CommonOptions {
  readonly plain?: boolean;
  readonly wait?: boolean;
}

/** `watch`: attaches to a run that another process is doing. */
export function watchCommand(program: Command, context: CommandContext): void {
  withCommonOptions(program.command('watch'))
    .description('attach to a run, whichever process does it; leaving it never stops the run')
    .argument('[run]', 'its id, a unique beginning of it, or "last"', 'last')
    .option('--plain', 'progress lines instead of the full screen')
    .option('--wait', 'when its process is gone, wait for another one to go on with the run')
    .action((given: string, options: WatchOptions) => watch(context, given, options));
}

async function watch(context: CommandContext, given: string, options: WatchOptions): Promise<void> {
  const run = await openRunOrExit(context, options, given, options.jsonl ? eventPrinter(context) : undefined);
  if (options.json) {
    printJson(context, { schema: 'proofdeck.watch/1', ...runDocument(run, Date.now()) });
    const exit = exitOfStatus(run);
    if (exit) throw exit;
    return;
  }
  if (!options.plain && !options.jsonl && !options.quiet && canShowScreen(context))
    return onScreen(context, options, run);
  const end = await followToEnd(context, run, {
    quiet: options.quiet ?? false,
    wait: options.wait ?? false,
    jsonl: options.jsonl ?? false,
  });
  const exit = exitOf(run, end, context.signal);
  if (exit) throw exit;
}

/** The screen needs both: keys come from standard input, and it is drawn on standard output. */
const canShowScreen = (context: CommandContext): boolean =>
  context.interactive && terminalCapabilities(context.environment, process.stdout).screen;

/** The workbench on the Run screen, until the person leaves it. */
async function onScreen(context: CommandContext, options: WatchOptions, run: RunReader): Promise<void> {
  const { openRunScreen } = await import('./workbench.ts');
  await openRunScreen(context, options, run.id);
  const failure = await run.refresh();
  if (failure) throw storageExit(failure);
  const exit = exitOfStatus(run);
  if (exit) throw exit;
  if (run.holder !== null) context.note(leftAlone(run));
}
