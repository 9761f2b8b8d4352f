import type { ServerFailureReason } from './server-failure.ts';

/** What a server is doing, in the words that a screen shows. */
export type ServerHealth =
  | { readonly kind: 'ready'; readonly ms: number }
  /** Has never been ready since we know it: it loads its model. */
  | { readonly kind: 'starting'; readonly message: string }
  /** Was ready, and one or two checks in a row failed; long prefills do that. */
  | { readonly kind: 'suspect'; readonly message: string; readonly failures: number }
  /** Three checks in a row failed, and no request was answered in between. */
  | { readonly kind: 'unresponsive'; readonly message: string }
  /** Nobody listens at the address. */
  | { readonly kind: 'down'; readonly message: string }
  | { readonly kind: 'unauthorised'; readonly message: string };

/** Three failures in a row open it; then one request at a time is let through, until one is answered. */
export type BreakerState =
  | { readonly kind: 'closed'; readonly failures: number }
  /** Times by the client's clock, in milliseconds. */
  | { readonly kind: 'open'; readonly sinceMs: number; readonly nextProbeMs: number; readonly message: string }
  | { readonly kind: 'probing'; readonly sinceMs: number; readonly message: string };

export interface LatencySummary {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** Counts since the client was opened. */
export interface ClientStatistics {
  /** Requests that were answered. */
  readonly answered: number;
  readonly samples: number;
  /** Requests that failed for good, by reason. */
  readonly failed: Readonly<Partial<Record<ServerFailureReason, number>>>;
  readonly retries: number;
  readonly inFlight: number;
  /** Waiting for a place, or for the server to come back. */
  readonly queued: number;
  /** Most requests that are in flight together just now; falls when the server is overloaded. */
  readonly limit: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** From sending to the whole answer, of the most recent requests. */
  readonly latency: LatencySummary;
  /** Time in the queue, of the same requests. */
  readonly waiting: LatencySummary;
  readonly breaker: BreakerState;
}

/** What happens to a client between question and answer, as it happens. */
export type ClientEvent =
  | {
      readonly kind: 'retry';
      readonly reason: ServerFailureReason;
      readonly message: string;
      readonly attempt: number;
      readonly waitMs: number;
    }
  /** A request came to nothing, and is not sent again. */
  | { readonly kind: 'failed'; readonly reason: ServerFailureReason; readonly message: string }
  /** The server is gone: requests wait until it answers again. */
  | { readonly kind: 'lost'; readonly message: string }
  | { readonly kind: 'back'; readonly awayMs: number }
  | { readonly kind: 'modelChanged'; readonly model: string; readonly weightVersion: string | null };
