import type { Job } from '../../src/run/job.ts';
import type { StorageFailed } from '../../src/storage/failure.ts';
import type { TrajectoryRow } from '../../src/trajectory/row.ts';
import { rowsOfSearch } from '../../src/trajectory/rows.ts';
import { searchOfLog } from './search-of-log.ts';

export type RenderedRows = { readonly kind: 'rows'; readonly rows: readonly TrajectoryRow[] } | StorageFailed;

/** The trajectory rows of a search that has ended, from its log: the same as when it ended. */
export async function renderRows(path: string, run: string, job: Job): Promise<RenderedRows> {
  const logged = await searchOfLog(path);
  if (logged.kind === 'storageFailed') return logged;
  const { state, beganMs } = logged;
  return { kind: 'rows', rows: rowsOfSearch(state, aboutSearch(run, job, beganMs)) };
}

/** How the rows of a job name their search. */
export function aboutSearch(run: string, job: Job, beganMs: number) {
  return { theorem: job.theorem, session: run, search: job.id, beganMs };
}
