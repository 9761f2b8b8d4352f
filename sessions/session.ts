import type { SearchEvent } from '../src/search/events.ts';
import type { StorageFailed } from '../src/storage/failure.ts';
import type { LockHolder } from '../src/storage/lock.ts';
import { describeHolder } from '../src/storage/lock.ts';
import type { LogFailure, LogWriter } from '../src/storage/log-writer.ts';
import type { EventLog, SearchEvents } from './event-log.ts';
import { currentFormat } from './migrations.ts';
import { encodeRecord, type LoggedEvent, type SessionEvent } from './records.ts';
import { indexSession, summaryOf } from './session-index.ts';
import { addToDigest, type SessionDigest } from './summary.ts';
import type { SearchSummary, SessionSummary } from './workbench.ts';

export type SessionStatus =
  | { readonly kind: 'writing' }
  /** Nothing can be appended; the session can be looked at. */
  | { readonly kind: 'readOnly'; readonly reason: string }
  /** The last write failed and is tried again with the next; what waits is kept. Stop producing events meanwhile. */
  | { readonly kind: 'paused'; readonly failure: StorageFailed };

export interface SessionParts {
  readonly home: string;
  readonly program: string;
  readonly log: EventLog;
  readonly digest: SessionDigest;
  readonly now: () => number;
  /** Null: open for reading only, for the reason given. */
  readonly writer: {
    readonly log: LogWriter;
    readonly release: () => void;
    readonly takenFrom: LockHolder | null;
  } | null;
  readonly reason: string;
}

/** Events after which the log is synced at once: what a person did or waited for. */
const durableKinds: ReadonlySet<string> = new Set([
  'session.opened',
  'session.reopened',
  'note.added',
  'pin.changed',
  'search.opened',
  'proof.closed',
  'verdict.given',
  'search.ended',
]);
/** Events after which the index is brought up to date. */
const indexedKinds: ReadonlySet<string> = new Set(['session.opened', 'search.opened', 'search.ended']);

/** An open session. Made by `createSession` and `openSession`. */
export class Session {
  readonly id: string;
  readonly home: string;
  readonly #parts: SessionParts;
  readonly #createdAtMs: number;
  readonly #listeners = new Set<(status: SessionStatus) => void>();
  #status: SessionStatus;
  #lastT = 0;
  /** A reopened session is marked as such in its log when the first new event comes, not by looking at it. */
  #marked: boolean;
  #indexing: Promise<unknown> = Promise.resolve();
  #appended = false;
  #closed = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.id = parts.digest.id;
    this.home = parts.home;
    this.#marked = parts.log.length === 0;
    this.#createdAtMs = Date.parse(parts.digest.createdAt) || parts.now();
    this.#lastT = parts.digest.lastT;
    this.#status = parts.writer === null ? { kind: 'readOnly', reason: parts.reason } : { kind: 'writing' };
  }

  get status(): SessionStatus {
    return this.#status;
  }

  /** Digest of the session as it is now, the same as in the index. */
  summary(): SessionSummary {
    const { log, digest } = this.#parts;
    return summaryOf(this.home, { ...structuredClone(digest), bytes: log.bytes });
  }

  searches(): readonly SearchSummary[] {
    return this.#parts.digest.searches;
  }

  /** The id for the next search: `s1`, `s2`, … */
  nextSearchId(): string {
    return `s${this.#parts.digest.searches.length + 1}`;
  }

  /** Number of events in the log, those included that wait to be written. */
  get length(): number {
    return this.#parts.log.length;
  }

  /**
   * Adds an event to the log; `search` is null for events of the session itself. It is in the file when `flushed`
   * resolves with null, and must not be shown before. When the session is read-only the event is dropped.
   */
  append(search: string, event: SearchEvent): LoggedEvent;
  append(search: null, event: SessionEvent): LoggedEvent;
  append(search: string | null, event: SearchEvent | SessionEvent): LoggedEvent {
    if (this.#closed) throw new Error(`append to the closed session ${this.id}`);
    if (!this.#marked && this.#status.kind !== 'readOnly') {
      this.#marked = true;
      const { takenFrom } = this.#parts.writer ?? {};
      this.#append(null, {
        kind: 'session.reopened',
        at: new Date(this.#parts.now()).toISOString(),
        format: currentFormat,
        program: this.#parts.program,
        ...(takenFrom ? { takenFrom: describeHolder(takenFrom) } : {}),
      });
    }
    return this.#append(search, event);
  }

  #append(search: string | null, event: SearchEvent | SessionEvent): LoggedEvent {
    const { log, digest, writer } = this.#parts;
    // The clock of the machine may be set back; times in a log never go back.
    this.#lastT = Math.max(this.#lastT, Math.round(this.#parts.now() - this.#createdAtMs));
    const record = { seq: log.length + 1, t: this.#lastT, search, event } as LoggedEvent;
    if (this.#status.kind === 'readOnly' || writer === null) return record;
    this.#appended = true;
    const line = encodeRecord(record);
    log.add(record, line);
    addToDigest(digest, record);
    writer.log.append(line, durableKinds.has(event.kind));
    if (indexedKinds.has(event.kind)) void this.#index();
    return record;
  }

  /** Resolves when all events so far are in the file: with null, or with why they are not. */
  async flushed(): Promise<LogFailure | null> {
    const writer = this.#parts.writer?.log;
    if (writer === undefined) return null;
    return this.#noticeFailure(await writer.flushed());
  }

  /** Writes at once, for exit handlers and before reading back. */
  flush(): LogFailure | null {
    return this.#noticeFailure(this.#parts.writer?.log.flush() ?? null);
  }

  /** The events of one search, from the log; those that could not be written yet are not among them. */
  events(search: string): SearchEvents {
    const { log, writer } = this.#parts;
    return log.search(search, () => {
      this.flush();
      return writer?.log.bytes ?? log.bytes;
    });
  }

  /** Every event of the session, in order. */
  records(): IteratorObject<LoggedEvent> {
    this.flush();
    return this.#parts.log.records();
  }

  /** Events (`session.closed`) that show by their checksum that something before them was changed afterwards. */
  brokenSeals(): readonly number[] {
    return this.#parts.log.brokenSeals;
  }

  /** Notes, pins, prompt lines and the like, in order. */
  sessionEvents(): readonly LoggedEvent[] {
    this.flush();
    return this.#parts.log.sessionEvents();
  }

  /** A read-only session looks for what its writer has added since; returns the new events. */
  async refresh(): Promise<readonly LoggedEvent[]> {
    if (this.#parts.writer !== null) return [];
    const added: LoggedEvent[] = [];
    await this.#parts.log.readOn((record) => {
      addToDigest(this.#parts.digest, record);
      added.push(record);
    });
    return added;
  }

  /** Calls back when the session turns read-only, pauses, or writes again. Returns the unsubscriber. */
  onStatus(listener: (status: SessionStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Writes what is left, enters the session in the index and gives the lock back. Returns why that failed, or null. */
  async close(): Promise<LogFailure | null> {
    if (this.#closed) return null;
    const { writer, log } = this.#parts;
    if (this.#appended && this.#status.kind !== 'readOnly')
      this.#append(null, { kind: 'session.closed', checksum: log.checksum });
    const failure = this.flush();
    this.#closed = true;
    const closing = writer?.log.close() ?? null;
    if (writer !== null) await this.#index();
    await this.#indexing;
    writer?.release();
    log.close();
    return failure ?? closing;
  }

  #index(): Promise<unknown> {
    // The index can be rebuilt from the logs at any time, so a failure here costs nothing and is not reported.
    this.#indexing = this.#indexing.then(() => {
      // The digest counts events that may still wait to be written; the index must not.
      if (this.#status.kind === 'readOnly' || this.flush() !== null) return;
      const bytes = this.#parts.writer?.log.bytes ?? this.#parts.log.bytes;
      return indexSession(this.home, { ...structuredClone(this.#parts.digest), bytes, end: bytes });
    });
    return this.#indexing;
  }

  #noticeFailure(failure: LogFailure | null): LogFailure | null {
    if (failure === null) this.#setStatus(this.#status.kind === 'paused' ? { kind: 'writing' } : this.#status);
    else if (failure.kind === 'lockLost') this.#setStatus({ kind: 'readOnly', reason: failure.message });
    else this.#setStatus({ kind: 'paused', failure });
    return failure;
  }

  #setStatus(status: SessionStatus): void {
    if (status.kind === this.#status.kind) return;
    this.#status = status;
    for (const listener of this.#listeners) listener(status);
  }
}
