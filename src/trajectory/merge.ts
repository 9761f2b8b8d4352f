import { type StorageFailed, storageFailure } from '../storage/failure.ts';
import { type RowFilter, rowChoice } from './filter.ts';
import { orUnreadable } from './reader.ts';
import { rowsOf } from './source.ts';
import { TrajectoryWriter } from './writer.ts';

export type MergeResult =
  | { readonly kind: 'merged'; readonly rows: number; readonly repeated: number; readonly read: number }
  /** The signal came first; `out` is as it was. */
  | { readonly kind: 'left' }
  | StorageFailed;

/**
 * Puts the rows of several files into one, in order, each row of ours once. `out` may be one of them: it is replaced as a
 * whole at the end, and stays as it was when anything fails. Memory does not grow with the number of rows, but for a bit
 * for each row of ours.
 */
export async function mergeTrajectories(
  paths: readonly string[],
  out: string,
  filter: RowFilter = {},
  signal?: AbortSignal,
): Promise<MergeResult> {
  return orUnreadable(async () => {
    const choose = await rowChoice(paths, filter);
    const writer = await TrajectoryWriter.open(out);
    let read = 0;
    let repeated = 0;
    try {
      for await (const source of rowsOf(paths)) {
        if (signal?.aborted) {
          await writer.discard();
          return { kind: 'left' };
        }
        read += source.batch.length + source.repeated;
        repeated += source.repeated;
        await writer.write(choose(source.batch)).catch((error) => failWriting(error, out));
      }
      const rows = await writer.finish().catch((error) => failWriting(error, out));
      return { kind: 'merged', rows, repeated, read };
    } catch (error) {
      await writer.discard();
      if (error instanceof WriteFailed) return error.failure;
      throw error;
    }
  });
}

class WriteFailed extends Error {
  readonly failure: StorageFailed;
  constructor(failure: StorageFailed) {
    super(failure.message);
    this.failure = failure;
  }
}

function failWriting(error: unknown, out: string): never {
  throw new WriteFailed(storageFailure(error, out, 'write'));
}
