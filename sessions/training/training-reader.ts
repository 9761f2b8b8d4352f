import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import { type LockHolder, lockHolder } from '../../src/storage/lock.ts';
import { scanLog } from '../../src/storage/log-reader.ts';
import { decodeTrainingEvent, type LoggedTrainingEvent } from '../../src/value/train/events.ts';
import { NO_TRAINING, reduceTraining, type TrainingState } from '../../src/value/train/state.ts';
import { lockFile, logFile } from './manifest.ts';

/** A training that is read from its folder, whichever process works on it. */
export class TrainingReader {
  readonly folder: string;
  #state: TrainingState = NO_TRAINING;
  #holder: LockHolder | null = null;
  #end = 0;
  #heardAt = 0;
  #problem: string | null = null;
  #refreshing: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.folder = folder;
  }

  get state(): TrainingState {
    return this.#state;
  }

  /** The process that works on it now. */
  get holder(): LockHolder | null {
    return this.#holder;
  }

  /** Ms since 1970 when something was written last; 0 before anything was read. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Why its log cannot be read on; what is known is how it was before. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Reads on. Resolves with whether anything is different; never rejects for what may be on a disk. */
  refresh(onEvent?: (logged: LoggedTrainingEvent) => void): Promise<boolean> {
    // One after the other: two at once would take the same lines twice.
    const refreshed = this.#refreshing.then(() => this.#refresh(onEvent));
    this.#refreshing = refreshed.catch(() => {});
    return refreshed;
  }

  async #refresh(onEvent: ((logged: LoggedTrainingEvent) => void) | undefined): Promise<boolean> {
    const before = { end: this.#end, nonce: this.#holder?.nonce, problem: this.#problem };
    this.#holder = lockHolder(join(this.folder, lockFile));
    const failure = await this.#read(onEvent);
    this.#problem = failure;
    return before.end !== this.#end || before.nonce !== this.#holder?.nonce || before.problem !== this.#problem;
  }

  async #read(onEvent: ((logged: LoggedTrainingEvent) => void) | undefined): Promise<string | null> {
    const path = join(this.folder, logFile);
    const found = await lookAt(path);
    if ('kind' in found) return found.message;
    const { size, mtimeMs } = found;
    this.#heardAt = mtimeMs;
    // A training that was begun anew under this name has another log.
    if (size < this.#end) {
      this.#end = 0;
      this.#state = NO_TRAINING;
    }
    if (size === this.#end) return this.#problem;
    let wrong = this.#problem;
    const scanned = await scanLog(
      path,
      (line, offset) => {
        const logged = decodeTrainingEvent(line);
        if (typeof logged === 'string') {
          wrong = `${path}: the line at byte ${offset} is no event of a training (${logged}); it is left out`;
          return undefined;
        }
        this.#state = reduceTraining(this.#state, logged);
        onEvent?.(logged);
        return undefined;
      },
      this.#end,
    );
    if (scanned.kind === 'storageFailed') return scanned.message;
    this.#end = scanned.end;
    return wrong;
  }
}

/** Size and last change of a log; zeros for one that is not there yet. */
async function lookAt(path: string): Promise<{ readonly size: number; readonly mtimeMs: number } | StorageFailed> {
  try {
    return await stat(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { size: 0, mtimeMs: 0 };
    return storageFailure(error, path, 'look at');
  }
}
