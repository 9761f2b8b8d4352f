import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SearchEvent } from '../src/search/events.ts';
import type { StorageFailed } from '../src/storage/failure.ts';
import { makeSearchEvents } from './bench-search.ts';
import { createSession } from './open-session.ts';
import type { Session } from './session.ts';

export interface LogThroughput {
  readonly kind: 'measured';
  readonly events: number;
  readonly bytesPerEvent: number;
  /** Appended without a pause, up to the moment when all are written. */
  readonly eventsPerSecond: number;
  /** Time from the call of `append` to "written, may be shown", one event at a time. */
  readonly medianWriteMs: number;
  readonly p99WriteMs: number;
  /** Part of one core that logging takes at 1,000 events a second, each written before the next. */
  readonly cpuAtThousand: number;
}

const nodes = 10_000;
const singleEvents = 2000;
const pacedEvents = 2000;
const pacedPerSecond = 1000;

/** Measures how fast a session in this folder takes events; about three seconds. The session is removed again. */
export async function measureLogThroughput(folder: string): Promise<LogThroughput | StorageFailed> {
  const home = join(folder, `bench-${process.pid}`);
  const created = await createSession(home, { program: 'bench' });
  if (created.kind === 'storageFailed') return created;
  const { session } = created;
  try {
    const events = makeSearchEvents(nodes);
    const start = performance.now();
    for (const event of events) session.append('s1', event);
    const failure = await session.flushed();
    const seconds = (performance.now() - start) / 1000;
    if (failure?.kind === 'storageFailed') return failure;
    const times = await writeOneByOne(session, events);
    return {
      kind: 'measured',
      events: events.length,
      bytesPerEvent: Math.round(session.summary().bytes / events.length),
      eventsPerSecond: Math.round(events.length / seconds),
      medianWriteMs: times[Math.floor(times.length / 2)] ?? 0,
      p99WriteMs: times[Math.floor(times.length * 0.99)] ?? 0,
      cpuAtThousand: await cpuWhenPaced(session, events),
    };
  } finally {
    await session.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** Milliseconds of each, ascending. */
async function writeOneByOne(session: Session, events: readonly SearchEvent[]): Promise<readonly number[]> {
  const times: number[] = [];
  for (const event of events.slice(0, singleEvents)) {
    const start = performance.now();
    session.append('s2', event);
    await session.flushed();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}

async function cpuWhenPaced(session: Session, events: readonly SearchEvent[]): Promise<number> {
  const before = process.cpuUsage();
  const start = performance.now();
  for (let sent = 0; sent < pacedEvents; ) {
    const due = Math.min(pacedEvents, Math.floor(((performance.now() - start) / 1000) * pacedPerSecond));
    for (; sent < due; sent += 1) {
      session.append('s3', events[sent] as SearchEvent);
      await session.flushed();
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - start);
}
