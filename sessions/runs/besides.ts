import type { StorageFailed } from '../../src/storage/failure.ts';
import type { RunnerOptions } from './runner-options.ts';
import { isFullDisk } from './saving.ts';

type OnPart = NonNullable<RunnerOptions['onPart']>;

/**
 * Takes parts where the owner wants them besides. Where that cannot be the run goes on: its own folder has the rows, and its
 * end tries again. A full disk is passed on, since the run can wait for that.
 * @param warn told once
 */
export function besides(onPart: OnPart, warn: (message: string) => void): OnPart {
  let hasWarned = false;
  return async (path, series): Promise<StorageFailed | null> => {
    const failure = await onPart(path, series);
    if (failure === null || isFullDisk(failure)) return failure;
    if (!hasWarned)
      warn(`${failure.message}; the rows are in the folder of the run, and this is tried again at its end`);
    hasWarned = true;
    return null;
  };
}
