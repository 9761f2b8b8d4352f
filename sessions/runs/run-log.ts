import { encodeRunEvent, type RunEvent } from '../../src/run/events.ts';
import { type RunState, reduceRun } from '../../src/run/state.ts';
import type { LogFailure, LogWriter } from '../../src/storage/log-writer.ts';

/** Events that a power failure should not cost: what a person waited for or wished. */
const durableKinds: ReadonlySet<RunEvent['kind']> = new Set([
  'run.opened',
  'run.resumed',
  'job.ended',
  'part.written',
  'priority.changed',
  'run.ended',
]);

/** The log of a run in the process that works on it, and the run's state, which follows from it. */
export class RunLog {
  readonly #writer: LogWriter;
  readonly #createdAtMs: number;
  readonly #now: () => number;
  readonly #listeners = new Set<(event: RunEvent) => void>();
  #state: RunState;

  /** @param state what the log says so far */
  constructor(writer: LogWriter, state: RunState, createdAtMs: number, now: () => number) {
    this.#writer = writer;
    this.#state = state;
    this.#createdAtMs = createdAtMs;
    this.#now = now;
  }

  /** Changed in place by `append`. */
  get state(): RunState {
    return this.#state;
  }

  /** Adds an event; it is in the file when `flushed` resolves with null. */
  append(event: RunEvent): void {
    // The clock of the machine may be set back; times in a log never go back.
    const t = Math.max(this.#state.lastT, Math.round(this.#now() - this.#createdAtMs));
    const logged = { seq: this.#state.events + 1, t, event };
    this.#writer.append(encodeRunEvent(logged), durableKinds.has(event.kind));
    this.#state = reduceRun(this.#state, logged);
    for (const listener of this.#listeners) listener(event);
  }

  /** Calls back with each event once it is part of the state. Returns the unsubscriber. */
  onEvent(listener: (event: RunEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Writes what waits, now: with null, or with why it could not be. */
  flush(): LogFailure | null {
    return this.#writer.flush();
  }

  /** Resolves when everything so far is in the file, with the failure when that was not possible. */
  flushed(): Promise<LogFailure | null> {
    return this.#writer.flushed();
  }

  /** Writes and syncs what is left, and closes the file. */
  close(): LogFailure | null {
    return this.#writer.close();
  }
}
