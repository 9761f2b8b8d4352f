import { cleanText } from '../src/text/clean.ts';
import type { ActionTable } from './actions/table.ts';
import { type OverlayHost, overlayKey, overlayPaste } from './overlay-keys.ts';

const forceWithinMs = 2000;
const longestPaste = 100_000;

/** What keys need of the screen. */
export interface KeyHost extends OverlayHost {
  /** Runs an action by its id. */
  run(id: string): void;
  /** Brings the place in the search back to what there is. */
  settle(): void;
}

/** What keys and pasted text mean: to the open overlay, or by the action table. */
export class KeyDesk {
  readonly #host: KeyHost;
  readonly #table: ActionTable;
  readonly #now: () => number;
  #lastInterrupt = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds of a clock that never goes back */
  constructor(host: KeyHost, table: ActionTable, now: () => number) {
    this.#host = host;
    this.#table = table;
    this.#now = now;
  }

  key(key: string): void {
    const host = this.#host;
    if (key === 'ctrl-c' && this.#isForced()) {
      host.quit();
      return;
    }
    host.ui.notice = null;
    const { overlay, screen } = host.ui;
    host.settle();
    if (overlay && key !== 'ctrl-l' && key !== 'ctrl-z') {
      overlayKey(host, overlay, key);
      return;
    }
    const action = this.#table.forKey(screen, key);
    if (!action) return;
    host.run(action.id);
    if (key === 'ctrl-c' && host.ui.notice === null)
      host.notify('info', 'Ctrl-C again within 2 s leaves the workbench');
  }

  paste(text: string): void {
    const host = this.#host;
    const { overlay } = host.ui;
    if (text.length > longestPaste)
      host.notify('warning', `the pasted text has ${text.length} characters; at most ${longestPaste} are taken`);
    else if (overlay) overlayPaste(host, overlay, cleanText(text, longestPaste));
    else host.notify('info', 'pasted text goes into a prompt: open one first, for example with t, a or :');
  }

  /** The movement that a key means; null when it means none. */
  movement(key: string): ReturnType<OverlayHost['movement']> {
    const id = this.#table.forKey('home', key)?.id ?? '';
    const names = ['down', 'up', 'pageDown', 'pageUp', 'first', 'last'] as const;
    return names.find((name) => id === `move.${name}`) ?? null;
  }

  #isForced(): boolean {
    const now = this.#now();
    const forced = now - this.#lastInterrupt < forceWithinMs;
    this.#lastInterrupt = now;
    return forced;
  }
}
