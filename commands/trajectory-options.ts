import type { Command } from 'commander';
import { findInputs, type Series, type TrajectoryInputs } from '../sessions/trajectories/inputs.ts';
import { homeRoot } from '../src/storage/paths.ts';
import { usage } from './common-options.ts';
import type { CommandContext, CommonOptions } from './context.ts';
import { collectInput, seriesOption, TRAJECTORY_INPUTS } from './input-options.ts';
import { storageExit } from './open-recorded.ts';

/** What `summary` and `export` are given. */
export interface InputOptions extends Omit<CommonOptions, 'input'> {
  /** Named files; `--no-input` makes it false. */
  readonly input?: boolean | readonly string[];
  readonly series: Series;
}

/** Adds the options by which `summary` and `export` are given trajectories. */
export function withInputOptions(command: Command): Command {
  return command
    .argument('[input...]', TRAJECTORY_INPUTS)
    .option('--input <file>', 'one more of them; may be given again', collectInput)
    .addOption(seriesOption('main'));
}

/** Finds the files and runs that were named; ends the command when there are none. */
export async function requireInputs(
  context: CommandContext,
  given: readonly string[],
  options: InputOptions,
): Promise<TrajectoryInputs> {
  const names = [...given, ...(Array.isArray(options.input) ? options.input : [])];
  if (names.length === 0) throw usage('name at least one Parquet file, folder of parts, or run ("last" is the newest)');
  const home = homeRoot(options.home, context.environment);
  const found = await findInputs(home, context.folder, names, options.series);
  if (found.kind === 'noInput') throw usage(found.message);
  if (found.kind === 'storageFailed') throw storageExit(found);
  if (!options.quiet) for (const notice of found.notices) context.note(notice);
  return found;
}
