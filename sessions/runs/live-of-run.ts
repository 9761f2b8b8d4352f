import type { WorkerHealth } from '../../src/lean/pool/health.ts';
import type { ProviderServer } from '../../src/policy/provider.ts';
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
  const { stall, servers } = minder;
  return {
    schema: 'proofdeck.run-status/1',
    status: hold !== null && phase === 'running' ? 'paused' : phase,
    phase: hold?.message ?? '',
    pid: holder.pid,
    host: holder.host,
    inFlight: [...searches].map(({ live }) => live),
    workers: workers.map(({ id, status, rssBytes }) => ({ id, state: status, rssBytes })),
    diskFree: minder.diskSpace,
    ...(servers.length > 0 && { servers: servers.map(trafficOf) }),
    stalled: stall && { since: new Date(stall.since).toISOString(), message: stall.message },
  };
}

function trafficOf({ profile, url, statistics }: ProviderServer): NonNullable<LiveStatus['servers']>[number] {
  const { inFlight, limit, queued, answered, samples, retries, latency, breaker } = statistics();
  return {
    profile,
    url,
    inFlight,
    limit,
    waiting: queued,
    answered,
    samples,
    retries,
    p50Ms: Math.round(latency.p50Ms),
    p95Ms: Math.round(latency.p95Ms),
    answers: breaker.kind === 'closed',
  };
}
