import type { LiveStatus } from '../../src/run/live-status.ts';
import { replaceFile } from '../../src/storage/atomic-file.ts';
import type { StorageFailed } from '../../src/storage/failure.ts';
import type { Lock } from '../../src/storage/lock.ts';

const leastGapMs = 1000;

/** Keeps `status.json` up to date: replaced at most once a second, and left alone while nothing has changed. */
export class StatusWriter {
  readonly #path: string;
  readonly #lock: Lock;
  readonly #read: () => Omit<LiveStatus, 'updatedAt'>;
  readonly #timer: NodeJS.Timeout;
  #last = '';
  #writing: Promise<StorageFailed | null> = Promise.resolve(null);
  #isWriting = false;

  constructor(path: string, lock: Lock, read: () => Omit<LiveStatus, 'updatedAt'>) {
    this.#path = path;
    this.#lock = lock;
    this.#read = read;
    this.#timer = setInterval(() => this.#isWriting || void this.write(), leastGapMs).unref();
  }

  /** Writes at once what has changed. A failure is no matter: everything that lasts is in the log. */
  write(): Promise<StorageFailed | null> {
    this.#isWriting = true;
    this.#writing = this.#writing.then(async () => {
      const now = JSON.stringify(this.#read());
      // A run that was taken over has another process to tell of.
      if (now === this.#last || !this.#lock.stillOurs()) return null;
      const status: LiveStatus = { ...(JSON.parse(now) as LiveStatus), updatedAt: new Date().toISOString() };
      const written = await replaceFile(this.#path, `${JSON.stringify(status)}\n`);
      if (written.kind === 'storageFailed') return written;
      this.#last = now;
      return null;
    });
    return this.#writing.finally(() => {
      this.#isWriting = false;
    });
  }

  /** Writes once more, and no more. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.write();
  }
}
