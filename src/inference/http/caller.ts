import { type Clock, systemClock } from '../../search/world.ts';
import type { ClientEvent, ClientStatistics } from '../client-state.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { ServerAddress } from './address.ts';
import { Announcer } from './announcer.ts';
import { backoffMs } from './backoff.ts';
import { Breaker } from './breaker.ts';
import { CallRecord } from './call-record.ts';
import { isFailure, isNoAnswer, sentAway } from './failures.ts';
import { Gate, type Place } from './gate.ts';
import { linkSignals } from './linked-signal.ts';
import { pause } from './pause.ts';
import type { Secret } from './secret.ts';
import { Transport } from './transport.ts';

export interface CallerOptions {
  readonly address: ServerAddress;
  readonly key: Secret | null;
  /** Most requests in flight together. @default 32 */
  readonly maxInFlight?: number;
  /** How long a request waits between its tries for a server that is gone or overloaded. @default 600000 */
  readonly patienceMs?: number;
  /** @default the time of the system */
  readonly clock?: Clock;
  /** In [0, 1), for the waits between tries. @default Math.random */
  readonly random?: () => number;
}

/** One question, which may take several tries. */
export interface Job<T> {
  /** @default one lane for all */
  readonly lane?: string | undefined;
  readonly signal: AbortSignal;
  /** One try. It has to end soon after its signal. */
  readonly send: (transport: Transport, signal: AbortSignal) => Promise<T | ServerFailed>;
  /** Whether something of the answer was passed on, so that a repetition would say it twice. @default never */
  readonly isCommitted?: () => boolean;
}

/** A request that reached the server and brought the connection down is not sent for ever: it may be what the server dies of. */
const mostLostTries = 4;
const defaultPatienceMs = 600_000;

/**
 * Asks one server: many questions at once, as many as it bears, again where that can help. It waits for a server that is gone,
 * and says so to those who watch.
 */
export class Caller {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly #random: () => number;
  readonly #patienceMs: number;
  readonly #breaker: Breaker;
  readonly #gate: Gate;
  readonly #end = new AbortController();
  readonly #record = new CallRecord();
  readonly #announcer: Announcer;
  /** Requests between two tries. */
  #pausing = 0;

  private constructor(transport: Transport, options: CallerOptions) {
    this.transport = transport;
    this.clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#patienceMs = options.patienceMs ?? defaultPatienceMs;
    this.#announcer = new Announcer(this.clock);
    this.#breaker = new Breaker({
      clock: this.clock,
      onChange: (state) => {
        this.#announcer.breakerChanged(state);
        this.#gate.update();
      },
    });
    this.#gate = new Gate({
      clock: this.clock,
      maxInFlight: options.maxInFlight ?? 32,
      breaker: () => this.#breaker.state,
      patienceMs: this.#patienceMs,
    });
  }

  static async open(options: CallerOptions): Promise<Caller> {
    const { address, key, clock = systemClock } = options;
    return new Caller(await Transport.open({ address, key, clock }), options);
  }

  /** Asks until there is an answer, a failure that no repetition can mend, or no patience left. */
  async call<T extends { readonly kind: string }>(job: Job<T>): Promise<T | ServerFailed> {
    const { signal, unlink } = linkSignals([job.signal, this.#end.signal]);
    try {
      return await this.#repeat(job, signal);
    } finally {
      unlink();
    }
  }

  async #repeat<T extends { readonly kind: string }>(job: Job<T>, signal: AbortSignal): Promise<T | ServerFailed> {
    let waitedMs = 0;
    // Between tries, which is what the patience is measured by: a try itself may take minutes, and nothing is wrong.
    let spentMs = 0;
    let lostTries = 0;
    for (let attempt = 1; ; attempt++) {
      const place = await this.#gate.enter(job.lane ?? '', signal, attempt > 1);
      if (place === null)
        return this.#record.failed(sentAway(this.transport.shown, this.#breaker.state, signal, this.clock.now()));
      waitedMs += place.waitedMs;
      if (attempt > 1) spentMs += place.waitedMs;
      const { result, sentMs } = await this.#try(job, signal, place);
      if (!isFailure(result)) {
        this.#record.answered({ latencyMs: this.clock.now() - sentMs, waitedMs });
        return result;
      }
      if (result.reason === 'serverDown' && result.reached !== false) lostTries++;
      const mayRepeat =
        result.retriable &&
        (result.reason === 'overloaded' || result.reason === 'serverDown') &&
        lostTries < mostLostTries &&
        spentMs < this.#patienceMs &&
        job.isCommitted?.() !== true &&
        !signal.aborted;
      if (!mayRepeat) {
        const { reason, message } = result;
        if (!signal.aborted) this.announce({ kind: 'failed', reason, message });
        return this.#record.failed(result);
      }
      this.#record.retried();
      const pausedMs = this.clock.now();
      await this.#pause(result, attempt, signal);
      spentMs += this.clock.now() - pausedMs;
    }
  }

  async #try<T extends { readonly kind: string }>(job: Job<T>, signal: AbortSignal, place: Place) {
    const sentMs = this.clock.now();
    try {
      const result = await job.send(this.transport, signal);
      this.#learn(result, sentMs);
      return { result, sentMs };
    } finally {
      place.release();
    }
  }

  /** Takes what a try says of the server into account. */
  #learn(result: { readonly kind: string } | ServerFailed, sentMs: number): void {
    if (!isFailure(result)) {
      this.#breaker.answered();
      this.#gate.answered();
    } else if (isNoAnswer(result)) this.#breaker.failed(result.message);
    else if (result.reason !== 'aborted') {
      this.#breaker.answered();
      if (result.reason === 'overloaded') this.#gate.overloaded(sentMs);
    }
  }

  /** While the breaker is open the gate is what waits. */
  async #pause(failure: ServerFailed, attempt: number, signal: AbortSignal): Promise<void> {
    const { reason, message } = failure;
    const isOpen = this.#breaker.state.kind === 'open';
    const waitMs = isOpen ? 0 : backoffMs(attempt, failure.retryAfterMs ?? null, { random: this.#random });
    this.announce({ kind: 'retry', reason, message, attempt, waitMs });
    if (isOpen) return;
    this.#pausing++;
    await pause(waitMs, this.clock, signal);
    this.#pausing--;
  }

  /** Tells those who watch; also of what only those see who read the answers. */
  announce(event: ClientEvent): void {
    this.#announcer.announce(event);
  }

  watch(listener: (event: ClientEvent) => void): () => void {
    return this.#announcer.watch(listener);
  }

  /** What the caller knows; samples and tokens are counted by those who read the answers. */
  statistics(): Omit<ClientStatistics, 'samples' | 'promptTokens' | 'completionTokens'> {
    return {
      ...this.#record.summary(),
      inFlight: this.#gate.inFlight,
      queued: this.#gate.queued + this.#pausing,
      limit: this.#gate.limit,
      breaker: this.#breaker.state,
    };
  }

  /** Gives up everything and closes the connections. */
  async close(): Promise<void> {
    this.#end.abort();
    this.#gate.close();
    this.#breaker.close();
    await this.transport.close();
  }
}
