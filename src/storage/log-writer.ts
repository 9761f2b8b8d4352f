import { closeSync, fdatasync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { type StorageFailed, storageFailure } from './failure.ts';
import type { Lock } from './lock.ts';

/** Another process has taken the log over; nothing more can be written to it from here. */
export interface LockLost {
  readonly kind: 'lockLost';
  readonly path: string;
  readonly message: string;
}
export type LogFailure = StorageFailed | LockLost;

export type OpenLogResult =
  | {
      readonly kind: 'opened';
      readonly writer: LogWriter /** Length of a torn last line that was cut off. */;
      readonly cutBytes: number;
    }
  | StorageFailed;

const syncEveryMs = 1000;
const largestBatchChars = 1 << 20;

/** Opens a log for appending, making the file when there is none, and cuts off a last line that was never finished. */
export function openLog(path: string, lock: Lock): OpenLogResult {
  let file: number | null = null;
  try {
    file = openSync(path, 'a+');
    const size = fstatSync(file).size;
    const end = endOfLastLine(file, size);
    if (end < size) ftruncateSync(file, end);
    return { kind: 'opened', writer: new LogWriter(path, file, end, lock), cutBytes: size - end };
  } catch (error) {
    if (file !== null) closeSync(file);
    return storageFailure(error, path, 'open the log');
  }
}

/**
 * Appends lines to a log that this process alone writes. Lines of one event-loop turn go out in one `write()` at its end;
 * what `write()` has taken survives the death of the process. `fdatasync` runs behind, once a second while there is
 * something to save and at once after a line given as durable, so power failures cost at most a second.
 *
 * When the disk is full nothing is lost: the log keeps ending in a whole line, what could not be written stays here,
 * and the next `flush` tries again.
 */
export class LogWriter {
  readonly path: string;
  readonly #file: number;
  readonly #lock: Lock;
  #written: number;
  #pending = '';
  #scheduled: NodeJS.Immediate | null = null;
  #waiting: ((failure: LogFailure | null) => void)[] = [];
  #failure: LogFailure | null = null;
  /** A failed write may have left a part of a batch behind. */
  #uncleanEnd = false;
  #wantsSync = false;
  #unsynced = false;
  #syncing = false;
  #syncFailed = false;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(path: string, file: number, written: number, lock: Lock) {
    this.path = path;
    this.#file = file;
    this.#written = written;
    this.#lock = lock;
  }

  /** Length of the log on disk, in bytes. */
  get bytes(): number {
    return this.#written;
  }

  /** The failure of the last write, or null when it went well. */
  get failure(): LogFailure | null {
    return this.#failure;
  }

  /** Adds one line (without its newline). `durable` asks for it to survive a power failure as soon as possible. */
  append(line: string, durable = false): void {
    if (this.#closed) throw new Error(`append to the closed log ${this.path}`);
    if (this.#failure?.kind === 'lockLost') return;
    this.#pending += `${line}\n`;
    if (durable) this.#wantsSync = true;
    if (this.#pending.length > largestBatchChars && this.#failure === null) this.flush();
    else this.#scheduled ??= setImmediate(() => this.flush());
  }

  /** Writes what waits, now. Fit for exit handlers. Returns why it could not, or null. */
  flush(): LogFailure | null {
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    if (!this.#closed) {
      if (this.#pending !== '') this.#failure = this.#write();
      else if (this.#syncFailed) this.#failure = this.#syncAgain();
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve(this.#failure);
    return this.#failure;
  }

  /** Resolves when everything appended so far has been written, with the failure when that was not possible. */
  flushed(): Promise<LogFailure | null> {
    if (this.#pending === '') return Promise.resolve(this.#failure);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#scheduled ??= setImmediate(() => this.flush());
    });
  }

  /** Writes and syncs what is left and closes the file. What could not be written then is lost and reported. */
  close(): LogFailure | null {
    if (this.#closed) return this.#failure;
    const failure = this.flush();
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    // A sync that still runs on a pool thread holds the descriptor: the callback closes it.
    if (!this.#syncing) this.#finish();
    return failure ?? this.#failure;
  }

  #write(): LogFailure | null {
    if (!this.#lock.stillOurs()) {
      this.#pending = '';
      return {
        kind: 'lockLost',
        path: this.path,
        message: `another process has taken over ${this.path}; it is read-only here now`,
      };
    }
    const batch = Buffer.from(this.#pending);
    try {
      if (this.#uncleanEnd) ftruncateSync(this.#file, this.#written);
      this.#uncleanEnd = true;
      for (let done = 0; done < batch.length; ) done += writeSync(this.#file, batch, done);
    } catch (error) {
      this.#removePart();
      return storageFailure(error, this.path, 'append to');
    }
    this.#uncleanEnd = false;
    this.#pending = '';
    this.#written += batch.length;
    this.#unsynced = true;
    if (this.#wantsSync) this.#sync();
    else this.#timer ??= setTimeout(() => this.#sync(), syncEveryMs).unref();
    return null;
  }

  #removePart(): void {
    try {
      ftruncateSync(this.#file, this.#written);
      this.#uncleanEnd = false;
    } catch {
      // Readers drop a torn last line, and the next write tries again.
    }
  }

  #sync(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#unsynced || this.#syncing) return;
    this.#syncing = true;
    this.#unsynced = false;
    this.#wantsSync = false;
    fdatasync(this.#file, (error) => {
      this.#syncing = false;
      if (error !== null) {
        this.#failure = storageFailure(error, this.path, 'save to disk');
        this.#unsynced = true;
        this.#syncFailed = true;
      }
      if (this.#closed) this.#finish();
      else if (this.#wantsSync) this.#sync();
    });
  }

  #syncAgain(): LogFailure | null {
    try {
      fdatasyncSync(this.#file);
    } catch (error) {
      return storageFailure(error, this.path, 'save to disk');
    }
    this.#syncFailed = false;
    this.#unsynced = false;
    return null;
  }

  #finish(): void {
    try {
      if (this.#unsynced) fdatasyncSync(this.#file);
    } catch (error) {
      this.#failure ??= storageFailure(error, this.path, 'save to disk');
    } finally {
      closeSync(this.#file);
    }
  }
}

function endOfLastLine(file: number, size: number): number {
  const chunk = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - chunk.length);
    const read = readSync(file, chunk, 0, end - start, start);
    const newline = chunk.subarray(0, read).lastIndexOf(10);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}
