import type { Clock } from '../../search/world.ts';
import type { BreakerState } from '../client-state.ts';

export interface BreakerOptions {
  readonly clock: Clock;
  /** Failures in a row that open it. @default 3 */
  readonly failures?: number;
  /** Until the first trial after it opened. Doubles with each that fails, up to `longestPauseMs`. @default 1000 */
  readonly pauseMs?: number;
  /** @default 15000 */
  readonly longestPauseMs?: number;
  /** Calls back when it has opened, closed, or lets a trial through. */
  readonly onChange: (state: BreakerState) => void;
}

/**
 * Stops asking a server that does not answer. After three failures in a row nothing is let through; after a pause one request
 * is, as a trial: an answer closes the breaker, a failure makes the next pause twice as long.
 */
export class Breaker {
  readonly #clock: Clock;
  readonly #failuresToOpen: number;
  readonly #pauseMs: number;
  readonly #longestPauseMs: number;
  readonly #onChange: (state: BreakerState) => void;
  #state: BreakerState = { kind: 'closed', failures: 0 };
  #pause: number;
  #cancel: () => void = () => {};

  constructor({ clock, failures = 3, pauseMs = 1000, longestPauseMs = 15_000, onChange }: BreakerOptions) {
    this.#clock = clock;
    this.#failuresToOpen = failures;
    this.#pauseMs = pauseMs;
    this.#pause = pauseMs;
    this.#longestPauseMs = longestPauseMs;
    this.#onChange = onChange;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** The server answered: anything that shows that it lives, a refusal too. */
  answered(): void {
    const was = this.#state;
    this.#cancel();
    this.#pause = this.#pauseMs;
    this.#state = { kind: 'closed', failures: 0 };
    if (was.kind !== 'closed') this.#onChange(this.#state);
  }

  /** The server did not answer. */
  failed(message: string): void {
    const state = this.#state;
    if (state.kind === 'closed' && state.failures + 1 < this.#failuresToOpen)
      this.#state = { kind: 'closed', failures: state.failures + 1 };
    // While it is open, requests that were in flight before may still fail: they say nothing new.
    else if (state.kind !== 'open') this.#open(state.kind === 'probing' ? state.sinceMs : this.#clock.now(), message);
  }

  #open(sinceMs: number, message: string): void {
    const nextProbeMs = this.#clock.now() + this.#pause;
    this.#state = { kind: 'open', sinceMs, nextProbeMs, message };
    this.#cancel = this.#clock.after(this.#pause, () => {
      this.#state = { kind: 'probing', sinceMs, message };
      this.#onChange(this.#state);
    });
    this.#pause = Math.min(this.#pause * 2, this.#longestPauseMs);
    this.#onChange(this.#state);
  }

  close(): void {
    this.#cancel();
  }
}
