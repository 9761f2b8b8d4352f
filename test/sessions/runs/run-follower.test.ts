import { appendFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { followRun } from '../../../sessions/runs/run-follower.ts';
import { openRun, type RunReader } from '../../../sessions/runs/run-reader.ts';
import { encodeRunEvent, type RunEvent, runLogFormat } from '../../../src/run/events.ts';
import { runFolder } from '../../../src/run/folder.ts';
import { acquireLock } from '../../../src/storage/lock.ts';
import { eventsOf, finished, manifestFor, outcome, proved, theoremsNamed, writeRun } from '../../fixtures/runs.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const theorems = theoremsNamed(['alpha', 'beta', 'gamma']);
const manifest = manifestFor(theorems, { canaries: false });

/** A run that another process works on, played by the test. */
class PlayedRun {
  readonly home = temporaryFolder();
  readonly folder = runFolder(this.home, manifest.id);
  #seq: number;
  #release = (): void => {};

  constructor(done: number) {
    const events = eventsOf(manifest, theorems, ({ index }) => (index < done ? outcome() : null));
    writeRun(this.home, manifest, theorems, events);
    this.#seq = events.length;
  }

  /** A process takes the run. */
  async take(): Promise<void> {
    const locked = await acquireLock(join(this.folder, 'writer.lock'));
    if (locked.kind !== 'locked') throw new Error('the run is taken');
    this.#release = locked.lock.release;
  }

  leave(): void {
    this.#release();
  }

  /** As after a crash: the lock file stays, and names nobody who is there. */
  die(): void {
    const dead = { pid: process.pid, host: hostname(), startTicks: 1, boot: 'another boot', nonce: 'x', since: 'then' };
    writeFileSync(join(this.folder, 'writer.lock'), JSON.stringify(dead));
  }

  write(...events: readonly RunEvent[]): void {
    for (const event of events)
      appendFileSync(
        join(this.folder, 'events.jsonl'),
        `${encodeRunEvent({ seq: ++this.#seq, t: this.#seq * 1000, event })}\n`,
      );
  }

  end(job: string, result = outcome()): void {
    this.write({ kind: 'job.started', job }, { kind: 'job.ended', job, outcome: result });
  }

  async open(): Promise<RunReader> {
    const opened = await openRun(this.home, 'last');
    if (opened.kind !== 'run') throw new Error(opened.message);
    return opened.run;
  }
}

/** A clock that goes on when it is waited for: each sleep does the next thing of the story first. */
function story(...steps: readonly (() => void | Promise<void>)[]): () => Promise<void> {
  let next = 0;
  return async () => {
    await steps[next++]?.();
  };
}

const never = new AbortController().signal;

test('a run is followed to its end, event by event', async () => {
  const played = new PlayedRun(1);
  await played.take();
  const run = await played.open();
  const kinds: string[] = [];
  let looks = 0;
  const end = await followRun(run, {
    signal: never,
    onEvent: ({ event }) => kinds.push(event.kind),
    onLook: () => {
      looks += 1;
    },
    sleep: story(
      () => played.end('t1.1', proved()),
      () => played.end('t2.1'),
      () => played.write(finished),
      // It has said its last word, and still writes its results: that is waited for.
      () => {},
      () => played.leave(),
    ),
  });
  expect(end).toEqual({ kind: 'ended' });
  expect(kinds).toEqual(['job.started', 'job.ended', 'job.started', 'job.ended', 'run.ended']);
  expect(looks).toBeGreaterThan(2);
  expect(run.state.ended).toHaveLength(3);
});

test('a run whose process is killed is gone, and says so at once', async () => {
  const played = new PlayedRun(1);
  await played.take();
  const run = await played.open();
  const end = await followRun(run, { signal: never, sleep: story(() => played.die()) });
  expect(end).toEqual({ kind: 'gone' });
  expect(run.isInterrupted).toBe(true);
});

test('who waits follows the next process that goes on with the run', async () => {
  const played = new PlayedRun(1);
  await played.take();
  const run = await played.open();
  const interrupted: boolean[] = [];
  const end = await followRun(run, {
    signal: never,
    wait: true,
    onLook: () => interrupted.push(run.isInterrupted),
    sleep: story(
      () => played.die(),
      () => {},
      () => {},
      () => played.take(),
      () =>
        played.write(
          { kind: 'run.resumed', at: '2026-02-14T12:00:00Z', format: runLogFormat, program: '0.1.0' },
          { kind: 'run.ready', toolchain: 'Lean 4.29.0', workers: 1, concurrency: 1 },
        ),
      () => played.end('t1.1'),
      () => played.end('t2.1'),
      () => played.write(finished),
      () => played.leave(),
    ),
  });
  expect(end).toEqual({ kind: 'ended' });
  expect(interrupted).toContain(true);
  expect(run.state.resumptions).toBe(1);
  expect(run.state.status).toBe('finished');
});

test('a process that ends between two looks is not taken for a dead one', async () => {
  const played = new PlayedRun(3);
  await played.take();
  const run = await played.open();
  // The log is read, then the run ends and its lock goes, then the lock is looked at.
  const refresh = run.refresh.bind(run);
  let first = true;
  run.refresh = async (visit) => {
    if (first) {
      first = false;
      played.leave();
      const result = await refresh(visit);
      played.write(finished);
      return result;
    }
    return refresh(visit);
  };
  expect(await followRun(run, { signal: never, sleep: story() })).toEqual({ kind: 'ended' });
});

test('leaving leaves the run alone', async () => {
  const played = new PlayedRun(1);
  await played.take();
  const run = await played.open();
  const leave = new AbortController();
  const end = await followRun(run, { signal: leave.signal, sleep: story(() => leave.abort('SIGINT')) });
  expect(end).toEqual({ kind: 'aborted' });
  expect(run.holder).not.toBe(null);
});

test('a line that is not whole yet is waited for, and a damaged one ends it', async () => {
  const played = new PlayedRun(1);
  await played.take();
  const run = await played.open();
  const log = join(played.folder, 'events.jsonl');
  const before = run.state.events;
  const end = await followRun(run, {
    signal: never,
    sleep: story(
      () => appendFileSync(log, '{"seq":9,'),
      () => {
        expect(run.state.events).toBe(before);
        appendFileSync(log, 'nonsense}\n');
      },
    ),
  });
  expect(end).toMatchObject({ kind: 'storageFailed', code: 'damaged' });
});
