import { startDetachedRun } from '../../sessions/runs/detached-run.ts';
import { homeRoot } from '../../src/storage/paths.ts';
import { printJson } from '../common-options.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT, type ExitCode } from '../context.ts';
import { storageExit } from '../open-recorded.ts';

/**
 * Has the same command line done by a process of its own, and prints the id of the run.
 * @param args what was typed, without the program
 */
export async function detach(
  context: CommandContext,
  options: CommonOptions,
  id: string,
  args: readonly string[],
): Promise<void> {
  const { environment, folder, signal } = context;
  const home = homeRoot(options.home, environment);
  const started = await startDetachedRun({ home, id, args, environment, folder, signal });
  if (started.kind === 'storageFailed') throw storageExit(started);
  if (started.kind === 'ended') throw new CommandExit(exitCode(started.code), withoutName(started.message));
  if (options.json) printJson(context, { schema: 'proofdeck.detached/1', run: id, pid: started.pid });
  else context.out(id);
  if (!options.quiet) context.note(`process ${started.pid} does it; follow it with: proofdeck watch ${id}`);
}

/** The command line without what only the first process does, and with the run named. */
export function detachedArgs(argv: readonly string[], id: string | null): readonly string[] {
  const args = argv.filter((word) => word !== '--detach' && word !== '--json' && word !== '--jsonl');
  return id === null || args.includes('--run') ? args : [...args, '--run', id];
}

function exitCode(code: number | null): ExitCode {
  const known = Object.values(EXIT).find((one) => one === code);
  return known === undefined || known === EXIT.ok ? EXIT.failed : known;
}

const withoutName = (message: string): string => message.replaceAll(/^proofdeck: /gm, '');
