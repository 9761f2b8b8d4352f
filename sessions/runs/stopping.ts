/** Time for what is still to be written after a stop at once: of the five seconds that a preempted machine gives. */
const lastMs = 2500;

/** Whether a run is to end before its work is done, how soon, and why. */
export class Stopping {
  readonly #noMore = new AbortController();
  readonly #now = new AbortController();
  readonly #leave = new AbortController();
  #by: string | null = null;
  #failure: string | null = null;

  /** Aborted when no further job is to be taken. */
  get noMore(): AbortSignal {
    return this.#noMore.signal;
  }

  /** Aborted when nothing more is to be done, not even to the end of what is in flight. */
  get now(): AbortSignal {
    return this.#now.signal;
  }

  /** Aborted a moment after `now`: what takes long is to be left undone. */
  get leave(): AbortSignal {
    return this.#leave.signal;
  }

  /** Who stopped it first; null while nobody has. */
  get by(): string | null {
    return this.#by;
  }

  /** Why it cannot go on; null while it can. */
  get failure(): string | null {
    return this.#failure;
  }

  /** False when that is so already. */
  afterCurrent(by: string): boolean {
    if (this.#noMore.signal.aborted) return false;
    this.#by = by;
    this.#noMore.abort();
    return true;
  }

  /** False when that is so already. */
  atOnce(by: string): boolean {
    if (this.#now.signal.aborted) return false;
    this.#by ??= by;
    this.#abort();
    return true;
  }

  /** Nothing more can be done. */
  fail(reason: string): void {
    this.#failure ??= reason;
    this.#abort();
  }

  #abort(): void {
    this.#now.abort();
    setTimeout(() => this.#leave.abort(), lastMs).unref();
    this.#noMore.abort();
  }
}
