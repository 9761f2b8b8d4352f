import type { Clock } from '../../search/world.ts';
import type { BreakerState } from '../client-state.ts';
import { type Entry, FairQueue, type Waiter } from './fair-queue.ts';

export interface GateOptions {
  readonly clock: Clock;
  /** Most requests in flight together. */
  readonly maxInFlight: number;
  readonly breaker: () => BreakerState;
  /** How long a request waits for a server that is gone; 0 = not at all. */
  readonly patienceMs: number;
}

/** A place among the requests in flight. */
export interface Place {
  readonly waitedMs: number;
  /** To be called exactly once. */
  readonly release: () => void;
}

/**
 * Decides who may ask now: at most so many together, lanes in turn, nobody while the breaker is open, and one alone as its trial. A
 * server that says that it has too much to do gets fewer together; each answer makes room for more again, one for each round of answers.
 */
export class Gate {
  readonly #options: GateOptions;
  readonly #queue = new FairQueue();
  #inFlight = 0;
  #limit: number;
  #isTrialOut = false;
  #cancelLook: () => void = () => {};
  #loweredMs = Number.NEGATIVE_INFINITY;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#limit = options.maxInFlight;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get queued(): number {
    return this.#queue.length;
  }

  get limit(): number {
    return Math.max(1, Math.floor(this.#limit));
  }

  /**
   * Waits for a place. Null when the signal or the patience ended first.
   *
   * @param first goes before others of the same lane: for a request that had a place before
   */
  async enter(lane: string, signal: AbortSignal, first: boolean): Promise<Place | null> {
    const sinceMs = this.#options.clock.now();
    const entry = await new Promise<Entry>((resolve) => {
      if (signal.aborted) return resolve('sentAway');
      const waiter: Waiter = {
        lane,
        sinceMs,
        settle: (entered) => {
          signal.removeEventListener('abort', leave);
          resolve(entered);
        },
      };
      const leave = () => {
        this.#queue.remove(waiter);
        resolve('sentAway');
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#queue.add(waiter, first);
      this.update();
    });
    if (entry === 'sentAway') return null;
    const release = () => {
      this.#inFlight--;
      if (entry === 'trial') this.#isTrialOut = false;
      this.update();
    };
    return { waitedMs: this.#options.clock.now() - sinceMs, release };
  }

  /** Lets in whoever may, after anything has changed. */
  update(): void {
    const state = this.#options.breaker();
    this.#sendTiredAway(state);
    // Requests from before may still hang in the dead server; the trial does not wait for them.
    if (state.kind === 'probing' && !this.#isTrialOut) this.#isTrialOut = this.#admit('trial');
    else if (state.kind === 'closed') while (this.#inFlight < this.limit && this.#admit('admitted'));
  }

  /** Those who have waited long enough for a server that is gone; looks again when the next one will have. */
  #sendTiredAway(state: BreakerState): void {
    this.#cancelLook();
    this.#cancelLook = () => {};
    if (state.kind === 'closed') return;
    const { clock, patienceMs } = this.#options;
    const waitedMs = ({ sinceMs }: Waiter) => clock.now() - Math.max(sinceMs, state.sinceMs);
    for (const waiter of this.#queue.takeWhere((one) => waitedMs(one) >= patienceMs)) waiter.settle('sentAway');
    const longestMs = this.#queue.waiting().reduce((most, one) => Math.max(most, waitedMs(one)), 0);
    if (this.#queue.length > 0) this.#cancelLook = clock.after(patienceMs - longestMs, () => this.update());
  }

  #admit(entry: Entry): boolean {
    const waiter = this.#queue.next();
    if (waiter === null) return false;
    this.#inFlight++;
    waiter.settle(entry);
    return true;
  }

  answered(): void {
    this.#limit = Math.min(this.#options.maxInFlight, this.#limit + 1 / this.#limit);
  }

  /** The server has too much to do. Those that were sent before the limit last fell say nothing new. */
  overloaded(sentMs: number): void {
    if (sentMs < this.#loweredMs) return;
    this.#loweredMs = this.#options.clock.now();
    this.#limit = Math.max(1, Math.min(this.#limit, this.#inFlight) / 2);
  }

  /** Sends everybody away. */
  close(): void {
    this.#cancelLook();
    for (const waiter of this.#queue.takeWhere(() => true)) waiter.settle('sentAway');
  }
}
