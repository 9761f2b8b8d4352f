import { lockHolder } from '../../src/storage/lock.ts';
import { createSession, deleteSession, openSession } from '../open-session.ts';
import { reopenSearch } from '../reopen.ts';
import type { Session } from '../session.ts';
import { lockPath, resolveSessionId } from '../session-folders.ts';
import { listSessions } from '../session-index.ts';
import type { SessionSummary } from '../workbench.ts';
import { LiveSearch } from './live-search.ts';

export interface SessionPlace {
  readonly home: string;
  /** Version of proofdeck. */
  readonly program: string;
}

/** How soon a reader sees what the writer has written. */
const FOLLOW_EVERY_MS = 500;

type Failure = { readonly kind: 'failed'; readonly message: string };

/** The session that the workbench has open, with its searches. Made on the first need, so that looking leaves no trace. */
export class SessionHolder {
  readonly #place: SessionPlace;
  readonly #onChange: () => void;
  #session: Session | null = null;
  #searches: LiveSearch[] = [];
  #known: readonly SessionSummary[] = [];
  /** The process that writes the session which is read here is gone. */
  #abandoned = false;

  constructor(place: SessionPlace, onChange: () => void) {
    this.#place = place;
    this.#onChange = onChange;
  }

  get session(): Session | null {
    return this.#session;
  }

  get searches(): readonly LiveSearch[] {
    return this.#searches;
  }

  /** All sessions of the home as last listed, the open one as it is now. */
  get known(): readonly SessionSummary[] {
    const open = this.#session?.summary();
    if (!open) return this.#known;
    return [open, ...this.#known.filter(({ id }) => id !== open.id)];
  }

  find(search: string): LiveSearch | undefined {
    return this.#searches.find(({ id }) => id === search);
  }

  async list(): Promise<void> {
    const listed = await listSessions(this.#place.home);
    if (listed.kind === 'listed') this.#known = listed.sessions;
    this.#onChange();
  }

  /** The open session, or a new one. */
  async ensure(
    toolchain: string,
    value: { readonly name: string; readonly hash: string } | null,
  ): Promise<{ readonly kind: 'session'; readonly session: Session } | Failure> {
    if (this.#session) return { kind: 'session', session: this.#session };
    const created = await createSession(this.#place.home, { program: this.#place.program, toolchain, value });
    if (created.kind !== 'created') return { kind: 'failed', message: created.message };
    this.#use(created.session);
    return { kind: 'session', session: created.session };
  }

  /** Opens a recorded session in place of the open one. */
  async open(id: string, takeOver: boolean): Promise<{ readonly kind: 'opened'; readonly session: Session } | Failure> {
    const { home, program } = this.#place;
    const resolved = await resolveSessionId(home, id);
    if (resolved.kind === 'noSuchSession') return { kind: 'failed', message: resolved.message };
    // Our own lock would make the session that is open already read-only.
    if (this.#session?.id === resolved.id && this.#session.status.kind === 'writing') {
      return { kind: 'opened', session: this.#session };
    }
    const opened = await openSession(home, resolved.id, { program, takeOver });
    if (opened.kind !== 'opened') return { kind: 'failed', message: opened.message };
    await this.close();
    await this.#load(opened.session);
    return { kind: 'opened', session: opened.session };
  }

  add(search: LiveSearch): void {
    this.#searches.push(search);
    this.#onChange();
  }

  async delete(id: string): Promise<string | null> {
    const deleted = await deleteSession(this.#place.home, id);
    await this.list();
    return deleted.kind === 'deleted' ? null : deleted.message;
  }

  /** Leaves the session; what its searches were doing is given up and goes on when it is opened again. */
  async close(): Promise<void> {
    const session = this.#session;
    const searches = this.#searches;
    this.#session = null;
    this.#searches = [];
    await Promise.all(searches.map((search) => search.close()));
    await session?.close();
  }

  /** Another process has taken the session over: everything stops here, and what that process writes is followed. */
  async #becomeReader(session: Session): Promise<void> {
    for (const search of this.#searches) search.follow();
    const { home, program } = this.#place;
    const opened = await openSession(home, session.id, { program, readOnly: true });
    if (this.#session !== session || opened.kind !== 'opened') return;
    this.#searches = [];
    await session.close();
    await this.#load(opened.session);
  }

  async #load(session: Session): Promise<void> {
    this.#use(session);
    for (const { search } of session.searches()) await this.#addRecorded(session, search);
    if (session.status.kind === 'readOnly') this.#followWriter(session);
    this.#onChange();
  }

  async #addRecorded(session: Session, id: string): Promise<void> {
    const search = LiveSearch.reopened(session, id, await reopenSearch(session, id), this.#onChange);
    if (session.status.kind === 'readOnly') search.follow();
    this.#searches.push(search);
  }

  /** Looks again and again for what the writer has added, while the session is open for reading only. */
  #followWriter(session: Session): void {
    const timer = setTimeout(async () => {
      if (this.#session !== session) return;
      const added = await session.refresh();
      for (const { search } of session.searches()) if (!this.find(search)) await this.#addRecorded(session, search);
      const abandoned = lockHolder(lockPath(session.home, session.id)) === null;
      const isNews = abandoned !== this.#abandoned;
      this.#abandoned = abandoned;
      for (const search of this.#searches) search.abandoned = abandoned;
      if (added.length > 0 || isNews) this.#onChange();
      this.#followWriter(session);
    }, FOLLOW_EVERY_MS);
    timer.unref();
  }

  #use(session: Session): void {
    this.#session = session;
    session.onStatus(({ kind }) => {
      // What cannot be recorded must not go on: searches wait until the log can be written again.
      if (kind === 'paused')
        for (const search of this.#searches) search.driver?.input({ kind: 'user.pause', by: 'disk' });
      if (kind === 'readOnly') void this.#becomeReader(session);
      this.#onChange();
    });
  }
}
