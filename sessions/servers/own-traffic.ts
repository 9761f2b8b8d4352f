import type { ServerFailureReason } from '../../src/inference/server-failure.ts';
import type { ProviderServer } from '../../src/policy/provider.ts';
import { describeClientEvent } from './describe-client-event.ts';
import type { OwnTraffic } from './view.ts';

export interface Trouble {
  readonly reason: ServerFailureReason;
  readonly message: string;
  /** Milliseconds of the same clock as the client's. */
  readonly atMs: number;
}

interface TroubleBegun extends Trouble {
  /** Requests that were answered before it. */
  readonly answered: number;
}

/** Follows what becomes of our own requests to one server. */
export class OwnTrafficWatch {
  readonly #server: ProviderServer;
  readonly #unwatch: () => void;
  #trouble: TroubleBegun | null = null;
  #unanswered: { readonly answered: number; readonly sinceMs: number } | null = null;

  /** @param onNews the server was lost, is back, or refused something; in words where a person should know */
  constructor(server: ProviderServer, now: () => number, onNews: (text: string | null) => void) {
    this.#server = server;
    this.#unwatch = server.watch((event) => {
      if (event.kind === 'retry' || event.kind === 'failed') {
        const { reason, message } = event;
        this.#trouble = { reason, message, atMs: now(), answered: server.statistics().answered };
      }
      if (event.kind === 'back') this.#trouble = null;
      onNews(describeClientEvent(server, event));
    });
  }

  /** The connection that is followed. */
  get server(): ProviderServer {
    return this.#server;
  }

  /** The last one. That it has too much to do an answer to another request does not disprove; all else it does. */
  get trouble(): Trouble | null {
    const trouble = this.#trouble;
    const isOver = trouble?.reason !== 'overloaded' && trouble?.answered !== this.#server.statistics().answered;
    return isOver ? null : trouble;
  }

  /** @param nowMs by the client's clock */
  traffic(nowMs: number): OwnTraffic {
    const statistics = this.#server.statistics();
    const { breaker } = statistics;
    return {
      ...statistics,
      nextTryMs: breaker.kind === 'open' ? Math.max(0, breaker.nextProbeMs - nowMs) : null,
      awayMs: breaker.kind === 'closed' ? null : nowMs - breaker.sinceMs,
    };
  }

  /**
   * How long requests have been out without any answer, as far as those who asked this can tell; null when none is out.
   *
   * @param nowMs by the client's clock
   */
  unansweredMs(nowMs: number): number | null {
    const { inFlight, answered } = this.#server.statistics();
    if (inFlight === 0) this.#unanswered = null;
    else if (this.#unanswered?.answered !== answered) this.#unanswered = { answered, sinceMs: nowMs };
    return this.#unanswered && nowMs - this.#unanswered.sinceMs;
  }

  close(): void {
    this.#unwatch();
  }
}
