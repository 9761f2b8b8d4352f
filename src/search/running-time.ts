import type { Clock } from './world.ts';

/** Time spent running, pauses left out, with an alarm at a limit. */
export class RunningTime {
  readonly #clock: Clock;
  readonly #onLimit: (runningMs: number) => void;
  #spentMs: number;
  #limitMs = 0;
  #since: number | null = null;
  #cancel: () => void = () => {};
  /** The limit at which the alarm went off; it goes off once for each. */
  #rung: number | null = null;

  constructor(clock: Clock, spentMs: number, onLimit: (runningMs: number) => void) {
    this.#spentMs = spentMs;
    this.#clock = clock;
    this.#onLimit = onLimit;
  }

  get ms(): number {
    return this.#spentMs + (this.#since === null ? 0 : this.#clock.now() - this.#since);
  }

  /**
   * Counts from now on; after `limitMs` of running time in all (0 = never) the alarm goes off, once: whoever counts on past
   * it, because a proof is with the judge, hears it again only after a pause. A new limit takes effect at once.
   */
  start(limitMs: number): void {
    if (this.#since !== null && limitMs === this.#limitMs) return;
    this.#halt();
    this.#since = this.#clock.now();
    this.#limitMs = limitMs;
    if (limitMs > 0 && limitMs !== this.#rung) {
      this.#cancel = this.#clock.after(Math.max(0, limitMs - this.#spentMs), () => {
        this.#halt();
        this.#rung = limitMs;
        this.#onLimit(Math.round(this.#spentMs));
      });
    }
  }

  /** Stops counting. False when it had stopped already. */
  pause(): boolean {
    this.#rung = null;
    return this.#halt();
  }

  #halt(): boolean {
    if (this.#since === null) return false;
    this.#spentMs = this.ms;
    this.#since = null;
    this.#cancel();
    return true;
  }

  /** Starts over, for a search that goes on after its time was used up. */
  reset(): void {
    this.pause();
    this.#spentMs = 0;
  }
}
