import type { Lock } from '../../src/storage/lock.ts';
import type { LogFailure } from '../../src/storage/log-writer.ts';
import type { Holds } from './holds.ts';
import type { RunLog } from './run-log.ts';
import { sleepFor } from './service-watch.ts';
import type { Stopping } from './stopping.ts';

/** What is to be written. Resolves with why it was not, or null. */
export type Write = () => Promise<LogFailure | null>;

export interface SavingOptions {
  readonly log: RunLog;
  readonly lock: Lock;
  readonly holds: Holds;
  readonly stopping: Stopping;
  /** The run goes on after a pause for the disk. */
  readonly onRelease: () => void;
  /** @default a timer */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const retryMs = 3000;

/**
 * Writes what a run must not lose. A full disk pauses the run until there is room, which a person can make; anything else
 * would not go away by waiting, so it ends the run, which can be resumed.
 */
export class Saving {
  readonly #options: SavingOptions;

  constructor(options: SavingOptions) {
    this.#options = options;
  }

  /** False when the run ends before this is written. */
  async save(write: Write): Promise<boolean> {
    return this.retry(await this.#tried(write), write);
  }

  /** The same for what has been tried already. */
  async retry(first: LogFailure | null, write: Write): Promise<boolean> {
    const { log, holds, stopping, onRelease, sleep = sleepFor } = this.#options;
    if (first === null) return true;
    for (
      let failure: LogFailure | null = first;
      failure !== null;
      failure = log.flush() ?? (await this.#tried(write))
    ) {
      if (!isFullDisk(failure)) stopping.fail(failure.message);
      if (stopping.now.aborted) return false;
      holds.add('disk', failure.message);
      await sleep(retryMs, stopping.now);
    }
    if (holds.remove('disk')) onRelease();
    return true;
  }

  /** Nothing is written over what belongs to a process that has taken the run over. */
  async #tried(write: Write): Promise<LogFailure | null> {
    const { lock } = this.#options;
    if (lock.stillOurs()) return write();
    return { kind: 'lockLost', path: lock.path, message: 'another process has taken the run over' };
  }
}

/** Whether waiting may help. */
export function isFullDisk(failure: LogFailure): boolean {
  return failure.kind === 'storageFailed' && failure.code === 'noSpace';
}
