import type { WorkerHealth } from '../../src/lean/pool/health.ts';
import type { LiveStatus } from '../../src/run/live-status.ts';
import type { Holds } from './holds.ts';
import type { JobSearch } from './job-search.ts';
import type { OpenRun } from './open-run.ts';
import type { RunMinder } from './run-minder.ts';

export interface RunAtWork {
  readonly run: OpenRun;
  readonly phase: LiveStatus['status'];
  readonly hold: Holds['first'];
  /** Those in flight. */
  readonly searches: Iterable<JobSearch>;
  readonly workers: readonly WorkerHealth[];
  readonly minder: RunMinder;
}

/** What the process of a run does, for people who look on. */
export function liveOf({ run, phase, hold, searches, workers, minder }: RunAtWork): Omit<LiveStatus, 'updatedAt'> {
  const { holder } = run.lock;
  const { stall } = minder;
  return {
    schema: 'proofdeck.run-status/1',
    status: hold !== null && phase === 'running' ? 'paused' : phase,
    phase: hold?.message ?? '',
    pid: holder.pid,
    host: holder.host,
    inFlight: [...searches].map(({ live }) => live),
    workers: workers.map(({ id, status, rssBytes }) => ({ id, state: status, rssBytes })),
    diskFree: minder.diskSpace,
    stalled: stall && { since: new Date(stall.since).toISOString(), message: stall.message },
  };
}
