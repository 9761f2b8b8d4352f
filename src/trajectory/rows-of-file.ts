import { rowAt } from './batch.ts';
import { TrajectoryFile } from './reader.ts';
import type { TrajectoryRow } from './row.ts';

/** All rows of a trajectory file that is small enough for it, such as one part. Throws `Unreadable`, which names the file. */
export async function rowsOfFile(path: string): Promise<TrajectoryRow[]> {
  const file = await TrajectoryFile.open(path);
  try {
    const rows: TrajectoryRow[] = [];
    for await (const batch of file.batches()) for (let i = 0; i < batch.length; i++) rows.push(rowAt(batch, i));
    return rows;
  } finally {
    await file.close();
  }
}
