import { type FSWatcher, watch } from 'node:fs';
import type { LoggedRunEvent } from '../../src/run/events.ts';
import { runFolder } from '../../src/run/folder.ts';
import type { StorageFailed } from '../../src/storage/failure.ts';
import type { RunReader } from './run-reader.ts';

/** How often a run is looked at when nothing wakes us: some file systems tell nobody what changes. */
const pollMs = 1000;
/** A run that writes a thousand events a second is read ten times a second. */
const leastGapMs = 100;

export type FollowEnd =
  /** The run has ended, and its process has written everything. */
  | { readonly kind: 'ended' }
  /** It has not ended, and nobody works on it: it was killed, or its machine went down. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'aborted' }
  | StorageFailed;

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** Keep following when the run's process is gone, until another one goes on with it. @default false */
  readonly wait?: boolean;
  /** Each event that was added since the reader was opened, in order. */
  readonly onEvent?: (logged: LoggedRunEvent) => void;
  /** After each look that found anything new, and once a second: what the reader has is as new as it gets. */
  readonly onLook?: (run: RunReader) => void;
  /** Sleeps; for tests. Ends early, without an error, when the signal aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Follows a run from its files, whichever process works on it, through restarts of that process, until it has ended or
 * nobody works on it any more. Any number may follow one run; none of them is noticed by it.
 */
export async function followRun(run: RunReader, options: FollowOptions): Promise<FollowEnd> {
  const { signal, wait = false, onEvent, onLook, sleep = sleepFor } = options;
  const wakeups = new Wakeups(runFolder(run.home, run.id));
  try {
    for (;;) {
      const failure = (await run.refresh(onEvent)) ?? (await secondLook(run, onEvent));
      if (failure !== null) return failure;
      onLook?.(run);
      if (hasEnded(run)) return { kind: 'ended' };
      if (run.isInterrupted && !wait) return { kind: 'gone' };
      if (signal.aborted) return { kind: 'aborted' };
      await sleep(leastGapMs, signal);
      await wakeups.next((stop) => sleep(pollMs - leastGapMs, stop), signal);
      if (signal.aborted) return { kind: 'aborted' };
    }
  } finally {
    wakeups.close();
  }
}

const hasEnded = (run: RunReader): boolean =>
  run.holder === null && ['finished', 'stopped', 'failed'].includes(run.state.status);

/** The log is read before the lock: a process that writes its last event and leaves in between is not gone but done. */
async function secondLook(run: RunReader, onEvent: FollowOptions['onEvent']): Promise<StorageFailed | null> {
  return run.isInterrupted ? run.refresh(onEvent) : null;
}

/** Tells when something in a folder has changed, where the file system says so. */
class Wakeups {
  #watcher: FSWatcher | null = null;
  #changed = false;
  #wake: () => void = () => {};

  constructor(folder: string) {
    try {
      this.#watcher = watch(folder, () => {
        this.#changed = true;
        this.#wake();
      });
      // A watcher that breaks (the folder was moved away) leaves us with polling.
      this.#watcher.on('error', () => this.close());
    } catch {
      // No more inotify watches are to be had: polling does it.
    }
  }

  /** Until a change, or the end of `sleep`. */
  async next(sleep: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    if (!this.#changed) {
      const stop = new AbortController();
      this.#wake = () => stop.abort();
      await sleep(AbortSignal.any([signal, stop.signal]));
      this.#wake = () => {};
    }
    this.#changed = false;
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }
}

function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
