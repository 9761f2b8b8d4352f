import { InvalidArgumentError, Option } from 'commander';

/** What can be named where trajectories are wanted. */
export const TRAJECTORY_INPUTS =
  'Parquet files, folders of parts, patterns, or runs (an id, a unique beginning, "last")';

/** `--trajectories`: all that is named, one after the other. */
export function trajectoriesOption(): Option {
  return new Option('--trajectories <input...>', TRAJECTORY_INPUTS).argParser(collectInput);
}

/** `--series`: which searches of what is named count. */
export function seriesOption(usual: 'main' | 'all', of = 'runs and folders'): Option {
  return new Option('--series <name>', `of ${of}: the searches themselves, the noisy ones, or both`)
    .choices(['main', 'noisy', 'all'])
    .default(usual);
}

/** Adds an input to those named before; anything else that stood there, such as `--no-input`, gives way. */
export function collectInput(value: string, before: unknown): readonly string[] {
  if (value.trim() === '') throw new InvalidArgumentError('expected a file, folder or run.');
  return [...(Array.isArray(before) ? (before as readonly string[]) : []), value];
}
