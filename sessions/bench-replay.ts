import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorageFailed } from '../src/storage/failure.ts';
import { makeSearchEvents } from './bench-search.ts';
import { createSession, openSession } from './open-session.ts';
import { reopenSearch } from './reopen.ts';
import { replaySearch } from './replay.ts';
import { rerunSearch } from './rerun.ts';

export interface ReplayMeasurement {
  readonly kind: 'measured';
  readonly nodes: number;
  readonly events: number;
  /** Opening the session: every line read and checked. */
  readonly openMs: number;
  /** Reading and reducing, as `replay` does. */
  readonly replayEventsPerSecond: number;
  /** Running the search again and comparing, as `replay --verify` does. */
  readonly verifyEventsPerSecond: number;
  /** Rebuilding the search so that it can go on. */
  readonly reopenMs: number;
  /** Going back from the newest event: the first step, then the steps one by one. */
  readonly firstBackMs: number;
  readonly medianBackMs: number;
  readonly p99BackMs: number;
  readonly maxBackMs: number;
  /** Jumping into the middle of the search. */
  readonly jumpMs: number;
}

const stepsBack = 3000;

/** Measures replay and time travel on a made-up search of so many nodes, in a session made in `folder` and removed again. */
export async function measureReplay(folder: string, nodes: number): Promise<ReplayMeasurement | StorageFailed> {
  const home = join(folder, `bench-replay-${process.pid}`);
  try {
    const failed = await record(home, nodes);
    if (failed !== null) return failed;
    return await measure(home, nodes);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function record(home: string, nodes: number): Promise<StorageFailed | null> {
  const created = await createSession(home, { program: 'bench' });
  if (created.kind === 'storageFailed') return created;
  for (const event of makeSearchEvents(nodes)) created.session.append('s1', event);
  const failure = await created.session.close();
  return failure?.kind === 'storageFailed' ? failure : null;
}

async function measure(home: string, nodes: number): Promise<ReplayMeasurement | StorageFailed> {
  const [opened, openMs] = await timed(() => openSession(home, 'last', { program: 'bench', readOnly: true }));
  if (opened.kind === 'storageFailed') return opened;
  if (opened.kind !== 'opened') throw new Error(opened.message);
  const { session } = opened;
  const events = session.events('s1');
  const { length } = events;
  const [, replayMs] = await timed(async () => replaySearch(events));
  const [, verifyMs] = await timed(() => rerunSearch(events));
  const [{ timeline }, reopenMs] = await timed(() => reopenSearch(session, 's1'));
  const back: number[] = [];
  for (let position = length - 1; position >= Math.max(0, length - stepsBack); position -= 1) {
    const [, ms] = await timed(async () => timeline.at(position));
    back.push(ms);
  }
  const [firstBackMs = 0] = back;
  back.sort((a, b) => a - b);
  const [, jumpMs] = await timed(async () => timeline.at(Math.floor(length / 2)));
  await session.close();
  return {
    kind: 'measured',
    nodes,
    events: length,
    openMs,
    replayEventsPerSecond: Math.round(length / (replayMs / 1000)),
    verifyEventsPerSecond: Math.round(length / (verifyMs / 1000)),
    reopenMs,
    firstBackMs,
    medianBackMs: back[Math.floor(back.length / 2)] ?? 0,
    p99BackMs: back[Math.floor(back.length * 0.99)] ?? 0,
    maxBackMs: back.at(-1) ?? 0,
    jumpMs,
  };
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const start = performance.now();
  const result = await work();
  return [result, performance.now() - start];
}
