import type { ActionResult, Notice } from '../workbench.ts';
import { done, refused, type SearchDesk, whyNotWritable } from './search-desk.ts';
import type { SessionHolder } from './session-holder.ts';
import { pinnedSearch, promptLines } from './session-memory.ts';

/** The open session, and what it remembers of the screen: the pinned search and what was typed. */
export class SessionDesk {
  readonly #sessions: SessionHolder;
  readonly #desk: SearchDesk;
  readonly #notify: (notice: Notice) => void;
  #compared: string | null = null;
  #history: readonly string[] = [];

  constructor(sessions: SessionHolder, desk: SearchDesk, notify: (notice: Notice) => void) {
    this.#sessions = sessions;
    this.#desk = desk;
    this.#notify = notify;
  }

  /** The baseline of Compare. */
  get compared(): string | null {
    return this.#compared;
  }

  /** What was typed at the prompt, oldest first, each once. */
  get history(): readonly string[] {
    return this.#history;
  }

  remember(line: string): void {
    this.#history = [...this.#history.filter((earlier) => earlier !== line), line];
    this.#sessions.session?.append(null, { kind: 'prompt.entered', line });
  }

  async open(id: string, takeOver: boolean): Promise<ActionResult> {
    // A long session takes seconds to read.
    this.#notify({ level: 'info', text: `opening ${id} …` });
    const opened = await this.#sessions.open(id, takeOver);
    if (opened.kind === 'failed') return refused(opened.message);
    this.#desk.focused = this.#sessions.searches.at(-1)?.id ?? null;
    this.#compared = pinnedSearch(opened.session);
    this.#history = [...new Set([...promptLines(opened.session), ...this.#history])];
    const readOnly = whyNotWritable(opened.session);
    return done(readOnly ?? `session ${opened.session.id} is open`);
  }

  async close(): Promise<ActionResult> {
    await this.#sessions.close();
    this.#desk.focused = null;
    this.#compared = null;
    await this.#sessions.list();
    return done();
  }

  async delete(id: string): Promise<ActionResult> {
    const failure = await this.#sessions.delete(id);
    return failure === null ? done(`session ${id} is deleted`) : refused(failure);
  }

  /** Takes a search as the baseline of Compare, or none; the session remembers it. */
  pin(search: string | null): void {
    const { session } = this.#sessions;
    const before = this.#compared;
    if (before !== null) session?.append(null, { kind: 'pin.changed', about: { search: before }, on: false });
    if (search !== null) session?.append(null, { kind: 'pin.changed', about: { search }, on: true });
    this.#compared = search;
  }
}
