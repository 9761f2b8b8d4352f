import { runFile } from '../../src/run/folder.ts';
import type { Job } from '../../src/run/job.ts';
import type { TrajectoryRow } from '../../src/trajectory/row.ts';
import type { OpenRun } from './open-run.ts';
import { renderRows } from './render-rows.ts';

interface MissingRows {
  readonly job: Job;
  readonly rows: readonly TrajectoryRow[] | null;
  /** Why there are none to be had. */
  readonly problem: string;
}

/** Rows that an earlier process had not written when it ended: those of searches that are in no part. */
export async function* missingRows({ home, id, log }: OpenRun): AsyncGenerator<MissingRows, void, void> {
  const written = new Set(log.state.parts.flatMap(({ jobs }) => jobs));
  for (const { job, progress } of log.state.jobs.values()) {
    if (progress.kind !== 'ended' || job.kind === 'canary' || written.has(job.id)) continue;
    const rendered = await renderRows(runFile(home, id, ...job.log.split('/')), id, job);
    yield rendered.kind === 'rows'
      ? { job, rows: rendered.rows, problem: '' }
      : { job, rows: null, problem: rendered.message };
  }
}
