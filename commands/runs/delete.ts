import type { Command } from 'commander';
import { deleteRun } from '../../sessions/runs/delete-run.ts';
import { findRun } from '../../sessions/runs/run-reader.ts';
import { homeRoot } from '../../src/storage/paths.ts';
import { usage, withCommonOptions } from '../common-options.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from '../context.ts';
import { storageExit } from '../open-recorded.ts';
import { runArgument } from './argument.ts';

interface DeleteOptions extends CommonOptions {
  readonly yes?: boolean;
}

/** `runs delete`. */
export function registerDelete(runs: Command, context: CommandContext): void {
  withCommonOptions(runs.command('delete'))
    .description('delete runs with all their searches and trajectories; asks first')
    .argument('<run...>', runArgument)
    .option('--yes', 'do not ask')
    .action((given: readonly string[], options: DeleteOptions) => remove(context, given, options));
}

async function remove(context: CommandContext, given: readonly string[], options: DeleteOptions): Promise<void> {
  const home = homeRoot(options.home, context.environment);
  const ids: string[] = [];
  for (const one of given) {
    const found = await findRun(home, one);
    if (found.kind === 'noSuchRun') throw usage(found.message);
    ids.push(found.id);
  }
  const named = ids.length === 1 ? `run ${ids[0]}` : `${ids.length} runs (${ids.join(', ')})`;
  if (!options.yes) {
    if (!context.interactive || options.input === false)
      throw usage(`deleting ${named} needs --yes where nobody can be asked`);
    if (!(await context.confirm(`Delete ${named}?`))) throw new CommandExit(EXIT.failed, 'nothing was deleted');
  }
  for (const id of new Set(ids)) {
    const result = await deleteRun(home, id);
    if (result.kind === 'inUse') throw new CommandExit(EXIT.failed, result.message);
    if (result.kind === 'storageFailed') throw storageExit(result);
    if (!options.quiet) context.note(`deleted run ${id}`);
  }
}
