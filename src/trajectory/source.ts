import { type ColumnName, pick, type RowBatch } from './batch.ts';
import { TrajectoryFile } from './reader.ts';
import { IDENTITY, SeenRows } from './seen.ts';

export interface SourceBatch {
  /** Position of its file among the paths. */
  readonly file: number;
  readonly batch: RowBatch;
  /** Rows left out because they had come before. */
  readonly repeated: number;
}

/**
 * The rows of several files in order, each row of ours once, with these columns and those that tell rows apart. Throws
 * `Unreadable`, which names the file.
 */
export async function* rowsOf(
  paths: readonly string[],
  names?: readonly ColumnName[],
): AsyncGenerator<SourceBatch, void, void> {
  const seen = new SeenRows();
  for (const [file, path] of paths.entries()) {
    const opened = await TrajectoryFile.open(path);
    try {
      for await (const batch of opened.batches(names && [...IDENTITY, ...names])) {
        const fresh = seen.take(batch);
        yield { file, batch: pick(batch, fresh), repeated: batch.length - fresh.length };
      }
    } finally {
      await opened.close();
    }
  }
}
