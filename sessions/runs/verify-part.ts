import type { RunPart } from '../../src/run/state.ts';
import { orUnreadable } from '../../src/trajectory/reader.ts';
import type { TrajectoryRow } from '../../src/trajectory/row.ts';
import { rowsOfFile } from '../../src/trajectory/rows-of-file.ts';
import type { RunReader } from './run-reader.ts';

export type PartRows =
  /** By the search that they belong to, in order. */
  | { readonly kind: 'rows'; readonly rows: Map<string, TrajectoryRow[]> }
  | { readonly kind: 'damaged'; readonly message: string };

/** The rows of a part of a run's trajectories. */
export async function partRows(run: RunReader, part: RunPart): Promise<PartRows> {
  const read = await orUnreadable(() => rowsOfFile(run.file(...part.file.split('/'))));
  if (!Array.isArray(read)) return { kind: 'damaged', message: read.message };
  if (read.length !== part.rows)
    return { kind: 'damaged', message: `has ${read.length} rows, the run's log says ${part.rows}` };
  const rows = new Map<string, TrajectoryRow[]>();
  for (const row of read) {
    const known = rows.get(row.search);
    if (known === undefined) rows.set(row.search, [row]);
    else known.push(row);
  }
  return { kind: 'rows', rows };
}
