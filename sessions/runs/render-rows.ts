import type { Job } from '../../src/run/job.ts';
import { emptySearchState, reduceSearch } from '../../src/search/reduce.ts';
import { damaged, type StorageFailed } from '../../src/storage/failure.ts';
import { scanLog } from '../../src/storage/log-reader.ts';
import type { TrajectoryRow } from '../../src/trajectory/row.ts';
import { rowsOfSearch } from '../../src/trajectory/rows.ts';
import { RecordDecoder } from '../records.ts';

export type RenderedRows = { readonly kind: 'rows'; readonly rows: readonly TrajectoryRow[] } | StorageFailed;

/** The trajectory rows of a search that has ended, from its log: the same as when it ended. */
export async function renderRows(path: string, run: string, job: Job): Promise<RenderedRows> {
  const decoder = new RecordDecoder();
  const state = emptySearchState();
  let beganMs = 0;
  let problem: string | null = null;
  const scanned = await scanLog(path, (line) => {
    const decoded = decoder.decode(line);
    if (decoded.kind === 'invalid') {
      problem = decoded.message;
      return false;
    }
    const { record } = decoded;
    if (record.search !== null) reduceSearch(state, record.event);
    else if (record.event.kind === 'session.opened') beganMs = Date.parse(record.event.createdAt);
    return true;
  });
  if (scanned.kind === 'storageFailed') return scanned;
  if (problem !== null) return damaged(path, `${path} is damaged: ${problem as string}`);
  return { kind: 'rows', rows: rowsOfSearch(state, aboutSearch(run, job, beganMs)) };
}

/** How the rows of a job name their search. */
export function aboutSearch(run: string, job: Job, beganMs: number) {
  return { theorem: job.theorem, session: run, search: job.id, beganMs };
}
