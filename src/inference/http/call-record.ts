import type { ClientStatistics } from '../client-state.ts';
import type { ServerFailed, ServerFailureReason } from '../server-failure.ts';
import { Measurements } from './measurements.ts';

/** What has become of the requests to one server. */
export class CallRecord {
  readonly #latency = new Measurements();
  readonly #waiting = new Measurements();
  readonly #failed = new Map<ServerFailureReason, number>();
  #answered = 0;
  #retries = 0;

  answered(times: { readonly latencyMs: number; readonly waitedMs: number }): void {
    this.#answered++;
    this.#latency.add(times.latencyMs);
    this.#waiting.add(times.waitedMs);
  }

  failed(failure: ServerFailed): ServerFailed {
    this.#failed.set(failure.reason, (this.#failed.get(failure.reason) ?? 0) + 1);
    return failure;
  }

  retried(): void {
    this.#retries++;
  }

  summary(): Pick<ClientStatistics, 'answered' | 'failed' | 'retries' | 'latency' | 'waiting'> {
    return {
      answered: this.#answered,
      failed: Object.fromEntries(this.#failed),
      retries: this.#retries,
      latency: this.#latency.summary(),
      waiting: this.#waiting.summary(),
    };
  }
}
