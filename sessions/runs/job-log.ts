import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { SearchEvent } from '../../src/search/events.ts';
import { type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import type { Lock } from '../../src/storage/lock.ts';
import { type LogFailure, type LogWriter, openLog } from '../../src/storage/log-writer.ts';
import { makeFolder } from '../../src/storage/make-folder.ts';
import { currentFormat } from '../migrations.ts';
import { encodeRecord, type LoggedEvent } from '../records.ts';

/** What the search of a job is called in its log. */
const jobSearch = 's1';

export type OpenJobLog = { readonly kind: 'opened'; readonly log: JobLog } | StorageFailed;

/** The log of one search of a run, in the format of sessions. What an earlier try left there is removed. */
export class JobLog {
  readonly beganMs: number;
  readonly #writer: LogWriter;
  readonly #now: () => number;
  #seq = 0;
  #lastT = 0;
  #checksum = 0;

  static async open(
    path: string,
    lock: Lock,
    session: { readonly id: string; readonly program: string; readonly toolchain: string },
    now: () => number,
  ): Promise<OpenJobLog> {
    try {
      await makeFolder(dirname(path));
      await rm(path, { force: true });
    } catch (error) {
      return storageFailure(error, path, 'make the log of a search');
    }
    const opened = openLog(path, lock);
    if (opened.kind === 'storageFailed') return opened;
    const log = new JobLog(opened.writer, now);
    const createdAt = new Date(log.beganMs).toISOString();
    log.#append({
      seq: 1,
      t: 0,
      search: null,
      event: { kind: 'session.opened', createdAt, format: currentFormat, ...session },
    });
    return { kind: 'opened', log };
  }

  private constructor(writer: LogWriter, now: () => number) {
    this.#writer = writer;
    this.#now = now;
    this.beganMs = Math.round(now());
  }

  /** Adds an event of the search. */
  append(event: SearchEvent): void {
    this.#append({ seq: this.#seq + 1, t: this.#time(), search: jobSearch, event });
  }

  /** Why what was appended could not be written, as of the last attempt; null when it could. */
  get failure(): LogFailure | null {
    return this.#writer.failure;
  }

  /** Tries to write what waits, now. */
  flush(): LogFailure | null {
    return this.#writer.flush();
  }

  /** Resolves when everything so far is in the file, with the failure when that was not possible. */
  flushed(): Promise<LogFailure | null> {
    return this.#writer.flushed();
  }

  /** Seals the log of a search that is over. */
  seal(): void {
    const checksum = this.#checksum.toString(16).padStart(8, '0');
    this.#append({ seq: this.#seq + 1, t: this.#time(), search: null, event: { kind: 'session.closed', checksum } });
  }

  /** Writes and syncs what is left, and closes the file. */
  close(): LogFailure | null {
    return this.#writer.close();
  }

  #time(): number {
    this.#lastT = Math.max(this.#lastT, Math.round(this.#now() - this.beganMs));
    return this.#lastT;
  }

  #append(record: LoggedEvent): void {
    this.#seq = record.seq;
    const line = encodeRecord(record);
    this.#checksum = crc32(`${line}\n`, this.#checksum);
    this.#writer.append(line);
  }
}
