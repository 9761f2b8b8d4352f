import { join } from 'node:path';
import type { StorageFailed } from '../../src/storage/failure.ts';
import type { Lock } from '../../src/storage/lock.ts';
import { type LogFailure, type LogWriter, openLog } from '../../src/storage/log-writer.ts';
import { encodeTrainingEvent, type TrainingEvent } from '../../src/value/train/events.ts';
import { reduceTraining, type TrainingState } from '../../src/value/train/state.ts';
import { logFile } from './manifest.ts';
import { TrainingReader } from './training-reader.ts';

/** Events that a power failure should not cost. */
const durableKinds: ReadonlySet<TrainingEvent['kind']> = new Set([
  'training.opened',
  'training.resumed',
  'checkpoint.saved',
  'training.ended',
]);

/** The log of a training in the process that works on it. */
export class TrainingLog {
  readonly #writer: LogWriter;
  readonly #lock: Lock;
  readonly #onEvent: (event: TrainingEvent, state: TrainingState) => void;
  #createdAtMs: number;
  #state: TrainingState;
  #events: number;

  private constructor(
    writer: LogWriter,
    lock: Lock,
    onEvent: (event: TrainingEvent, state: TrainingState) => void,
    state: TrainingState,
    events: number,
  ) {
    this.#writer = writer;
    this.#lock = lock;
    this.#onEvent = onEvent;
    this.#state = state;
    this.#events = events;
    this.#createdAtMs = state.opened === null ? Date.now() : Date.parse(state.opened.createdAt);
  }

  /**
   * Opens the log in a model's folder, and reads what it says so far.
   * @param onEvent is called with each event once it is part of the state
   */
  static async open(
    folder: string,
    lock: Lock,
    onEvent: (event: TrainingEvent, state: TrainingState) => void,
  ): Promise<{ readonly kind: 'log'; readonly log: TrainingLog } | StorageFailed> {
    const opened = openLog(join(folder, logFile), lock);
    if (opened.kind === 'storageFailed') return opened;
    const reader = new TrainingReader(folder);
    let events = 0;
    await reader.refresh(({ seq }) => {
      events = Math.max(events, seq);
    });
    return { kind: 'log', log: new TrainingLog(opened.writer, lock, onEvent, reader.state, events) };
  }

  get state(): TrainingState {
    return this.#state;
  }

  /** Adds an event. Once another process has the folder nothing happens here any more. */
  append(event: TrainingEvent): void {
    if (!this.#lock.stillOurs()) return;
    if (event.kind === 'training.opened') this.#createdAtMs = Date.parse(event.createdAt);
    // The clock of the machine may be set back; times of a training never go back.
    const before = event.kind === 'training.opened' ? 0 : this.#state.atMs;
    const t = Math.max(before, Date.now() - this.#createdAtMs);
    const logged = { seq: this.#events + 1, t, event };
    this.#writer.append(encodeTrainingEvent(logged), durableKinds.has(event.kind));
    this.#events += 1;
    this.#state = reduceTraining(this.#state, logged);
    this.#onEvent(event, this.#state);
  }

  /** Writes what is left and closes the file. */
  close(): LogFailure | null {
    return this.#writer.close();
  }
}
