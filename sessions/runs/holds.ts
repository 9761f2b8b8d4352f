import type { JobQueue } from '../../src/run/queue.ts';
import type { JobSearch } from './job-search.ts';
import type { RunLog } from './run-log.ts';

export type HoldReason = 'user' | 'disk' | 'provider' | 'value';

/** Pauses a run for as many reasons as there are at a time; it goes on when none is left. */
export class Holds {
  readonly #reasons = new Map<HoldReason, string | undefined>();
  readonly #log: RunLog;
  readonly #queue: JobQueue;
  readonly #searches: ReadonlyMap<string, JobSearch>;

  /** @param searches those in flight, by their jobs */
  constructor(log: RunLog, queue: JobQueue, searches: ReadonlyMap<string, JobSearch>) {
    this.#log = log;
    this.#queue = queue;
    this.#searches = searches;
  }

  /** The reason that came first, with its message; null when the run goes on. */
  get first(): { readonly by: HoldReason; readonly message?: string } | null {
    for (const [by, message] of this.#reasons) return { by, ...(message !== undefined && { message }) };
    return null;
  }

  add(reason: HoldReason, message?: string): void {
    if (this.#reasons.has(reason)) return;
    this.#reasons.set(reason, message);
    void this.#queue.hold();
    for (const search of this.#searches.values()) this.applyTo(search);
    this.#log.append({ kind: 'run.paused', by: reason, ...(message !== undefined && { message }) });
  }

  /** True when nothing holds the run any more. */
  remove(reason: HoldReason): boolean {
    if (!this.#reasons.delete(reason)) return false;
    if (!this.#pausesSearches) for (const search of this.#searches.values()) search.continue();
    const { first } = this;
    if (first !== null) {
      this.#log.append({ kind: 'run.paused', ...first });
      return false;
    }
    void this.#queue.release();
    this.#log.append({ kind: 'run.continued' });
    return true;
  }

  /** Pauses a search that begins while the run is paused. */
  applyTo(search: JobSearch): void {
    if (this.#pausesSearches) search.pause(this.#reasons.has('disk') ? 'disk' : 'user');
  }

  /** A provider or value model that is down stops the searches by itself, each at its next question. */
  get #pausesSearches(): boolean {
    return this.#reasons.has('user') || this.#reasons.has('disk');
  }
}
