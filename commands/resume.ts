import { type Command, Option } from 'commander';
import { openRun, type RunReader } from '../sessions/runs/run-reader.ts';
import { listRunIds, runsFolder } from '../src/run/folder.ts';
import { homeRoot } from '../src/storage/paths.ts';
import { usage, wholeNumber, withCommonOptions } from './common-options.ts';
import type { SearchOptions } from './configuration.ts';
import type { CommandContext } from './context.ts';
import { openRunOrExit } from './follow-run.ts';
import { detach, detachedArgs } from './many/detach.ts';
import { argvOf, type ConductOptions, withConductOptions } from './many/options.ts';
import { goOn } from './many/resume-run.ts';

interface ResumeOptions extends ConductOptions, Pick<SearchOptions, 'workers' | 'value'> {
  readonly takeOver?: boolean;
}

/** `resume`: goes on with a run that was stopped or killed. */
export function resumeCommand(program: Command, context: CommandContext): void {
  const command = withCommonOptions(program.command('resume'))
    .description('go on with a run that was stopped or killed; follows it where another process does it')
    .argument('[run]', 'its id, a unique beginning of it, or "last" (default: the newest unfinished one)')
    .option('--lean-path <file>', 'the program of a native worker (repl, or lake)')
    .option('--lean-project <folder>', 'the Lake project of a native worker')
    .option('--value <model>', 'where the value model of the run is now, if it has moved')
    .option('--take-over', 'take the run from a process that still works on it')
    .addOption(new Option('--workers <n>', 'number of Lean workers (default: as before)').argParser(wholeNumber(1)));
  withConductOptions(command).action(async (given: string | undefined, options: ResumeOptions, self: Command) => {
    const run =
      given === undefined ? await newestUnfinished(context, options) : await openRunOrExit(context, options, given);
    if (options.detach) await detach(context, options, run.id, argsFor(argvOf(self), given, run.id));
    else await goOn(context, options, run);
  });
}

async function newestUnfinished(context: CommandContext, options: ConductOptions): Promise<RunReader> {
  const home = homeRoot(options.home, context.environment);
  for (const id of (await listRunIds(home)).toReversed()) {
    const opened = await openRun(home, id);
    if (opened.kind === 'run' && opened.run.state.status !== 'finished') return opened.run;
  }
  throw usage(`there is no unfinished run in ${runsFolder(home)}`);
}

/** The same command line with the run by its whole id: another one may be the last by then. */
function argsFor(argv: readonly string[], given: string | undefined, id: string): readonly string[] {
  const args = detachedArgs(argv, null);
  return given === undefined ? [...args, id] : args.map((word) => (word === given ? id : word));
}
