import { closeSync, openSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { SearchEvent } from '../src/search/events.ts';
import { damaged, type StorageFailed } from '../src/storage/failure.ts';
import { readBytes, scanLog } from '../src/storage/log-reader.ts';
import { type LoggedEvent, type LoggedSearchEvent, RecordDecoder } from './records.ts';

/** The events of one search by position (0 = its first), whatever other events lie between them in the log. */
export interface SearchEvents {
  readonly length: number;
  /** Events at the positions from `from` up to, not including, `to`. */
  read(from: number, to: number): readonly SearchEvent[];
  /** Sequence number in the session's log of the event at a position. */
  seqAt(position: number): number;
}

export type ReadLogResult =
  | { readonly kind: 'read'; readonly events: number; readonly tornBytes: number }
  | (StorageFailed & { readonly line?: number });

const pieceEvents = 4096;

/**
 * Knows where each event of a session's log lies, so that events are read from disk when they are wanted and a long
 * session costs 16 bytes of memory per event.
 */
export class EventLog {
  readonly path: string;
  /** Byte offset of the line of each event, in order. */
  readonly #offsets: number[] = [];
  readonly #bySearch = new Map<string, number[]>();
  readonly #sessionSeqs: number[] = [];
  readonly #decoder = new RecordDecoder();
  readonly #skipped: number;
  #end: number;
  /** CRC-32 of all lines so far. */
  #checksum = 0;
  readonly #brokenSeals: number[] = [];
  #file: number | null = null;

  /** `from` leaves out a beginning that is known already; its events cannot be read back. */
  constructor(path: string, from = { events: 0, bytes: 0 }) {
    this.path = path;
    this.#skipped = from.events;
    this.#end = from.bytes;
  }

  get length(): number {
    return this.#skipped + this.#offsets.length;
  }

  /** Offset behind the last event. */
  get bytes(): number {
    return this.#end;
  }

  /** Checksum of all lines so far, as `session.closed` records it. */
  get checksum(): string {
    return this.#checksum.toString(16).padStart(8, '0');
  }

  /** Sequence numbers of the `session.closed` events before which something was changed after it was written. */
  get brokenSeals(): readonly number[] {
    return this.#brokenSeals;
  }

  /** Notes an event that has been given to the writer, or read, as this line. */
  add(record: LoggedEvent, line: string): void {
    const { event, seq } = record;
    if (event.kind === 'session.closed' && event.checksum !== this.checksum && this.#skipped === 0)
      this.#brokenSeals.push(seq);
    this.#checksum = crc32(`${line}\n`, this.#checksum);
    this.#offsets.push(this.#end);
    this.#end += Buffer.byteLength(line) + 1;
    if (record.search === null) this.#sessionSeqs.push(record.seq);
    else {
      const seqs = this.#bySearch.get(record.search);
      if (seqs === undefined) this.#bySearch.set(record.search, [record.seq]);
      else seqs.push(record.seq);
    }
  }

  /**
   * Reads on from where it stands to the end of the file, checking every line. A damaged line ends it with a failure
   * that names the line; a torn last line is left for later.
   */
  async readOn(visit: (record: LoggedEvent) => void): Promise<ReadLogResult> {
    const before = this.length;
    let problem: string | null = null;
    const result = await scanLog(
      this.path,
      (line) => {
        const decoded = this.#decoder.decode(line);
        if (decoded.kind === 'invalid') problem = decoded.message;
        else if (decoded.record.seq !== this.length + 1)
          problem = `event ${decoded.record.seq} stands where event ${this.length + 1} should be`;
        else if (decoded.record.seq === 1 && decoded.record.event.kind !== 'session.opened')
          problem = `it should open the session, and is ${decoded.record.event.kind}`;
        if (decoded.kind === 'invalid' || problem !== null) return false;
        this.add(decoded.record, line);
        visit(decoded.record);
        return true;
      },
      this.#end,
    );
    if (result.kind === 'storageFailed') return result;
    if (problem === null) return { kind: 'read', events: this.length - before, tornBytes: result.tornBytes };
    const line = this.length + 1;
    return { ...damaged(this.path, `line ${line} of ${this.path} is damaged: ${problem as string}`), line };
  }

  /** The events of one search that lie before the byte `limit()`; grows with the log. */
  search(search: string, limit = () => this.#end): SearchEvents {
    const count = (): number => {
      const seqs = this.#bySearch.get(search) ?? [];
      const bytes = limit();
      let length = seqs.length;
      while (length > 0 && this.#offset(seqs[length - 1] as number) >= bytes) length -= 1;
      return length;
    };
    return {
      get length() {
        return count();
      },
      seqAt: (position) => this.#bySearch.get(search)?.[position] ?? 0,
      read: (from, to) =>
        this.#read((this.#bySearch.get(search) ?? []).slice(Math.max(0, from), Math.min(to, count()))).map(
          (record) => (record as LoggedSearchEvent).event,
        ),
    };
  }

  /** The events of the session outside its searches, with their places. */
  sessionEvents(): readonly LoggedEvent[] {
    return this.#read(this.#sessionSeqs);
  }

  /** Every event in order, read in pieces. */
  *records(): Generator<LoggedEvent> {
    for (let seq = this.#skipped + 1; seq <= this.length; seq += pieceEvents) {
      const piece: LoggedEvent[] = [];
      this.#readRun(seq, Math.min(this.length, seq + pieceEvents - 1), piece);
      yield* piece;
    }
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  /** Reads events by ascending sequence number, neighbours together. */
  #read(seqs: readonly number[]): readonly LoggedEvent[] {
    const records: LoggedEvent[] = [];
    for (let i = 0; i < seqs.length; ) {
      let j = i + 1;
      while (j < seqs.length && seqs[j] === (seqs[j - 1] as number) + 1) j += 1;
      this.#readRun(seqs[i] as number, seqs[j - 1] as number, records);
      i = j;
    }
    return records;
  }

  #readRun(first: number, last: number, into: LoggedEvent[]): void {
    const start = this.#offset(first);
    this.#file ??= openSync(this.path, 'r');
    const bytes = readBytes(this.#file, start, this.#offset(last + 1));
    for (let seq = first; seq <= last; seq += 1) {
      const from = this.#offset(seq) - start;
      const to = this.#offset(seq + 1) - start - 1;
      const decoded = this.#decoder.decode(bytes.toString('utf8', from, to));
      if (decoded.kind === 'invalid') throw new Error(`${this.path} changed while it was open: ${decoded.message}`);
      into.push(decoded.record);
    }
  }

  #offset(seq: number): number {
    return this.#offsets[seq - 1 - this.#skipped] ?? this.#end;
  }
}
