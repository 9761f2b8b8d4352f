import { rowAt } from '../../src/trajectory/batch.ts';
import { TrajectoryFile } from '../../src/trajectory/reader.ts';
import type { TrajectoryRow } from '../../src/trajectory/row.ts';

/** All rows of a trajectory file. */
export async function eachRow(path: string): Promise<readonly TrajectoryRow[]> {
  const file = await TrajectoryFile.open(path);
  try {
    const rows: TrajectoryRow[] = [];
    for await (const batch of file.batches()) for (let i = 0; i < batch.length; i++) rows.push(rowAt(batch, i));
    return rows;
  } finally {
    await file.close();
  }
}
