import type { ClientEvent, ClientStatistics, ServerHealth } from './client-state.ts';
import type { Caller } from './http/caller.ts';
import type { ServerFailed } from './server-failure.ts';
import type { ServerIdentity } from './server-identity.ts';

/** A server as its clients know it, whatever they ask of it. */
export interface Served {
  /** Its address, without anything secret. */
  readonly shown: string;
  readonly caller: Caller;
  identity(signal?: AbortSignal): Promise<ServerIdentity | ServerFailed>;
  health(signal?: AbortSignal): Promise<ServerHealth>;
  statistics(): ClientStatistics;
}

/** What every client says in the same way: who its server is, and how it is. */
export abstract class ServedClient {
  readonly url: string;
  readonly #served: Served;

  constructor(served: Served) {
    this.#served = served;
    this.url = served.shown;
  }

  identity(signal?: AbortSignal): Promise<ServerIdentity | ServerFailed> {
    return this.#served.identity(signal);
  }

  health(signal?: AbortSignal): Promise<ServerHealth> {
    return this.#served.health(signal);
  }

  statistics(): ClientStatistics {
    return this.#served.statistics();
  }

  watch(listener: (event: ClientEvent) => void): () => void {
    return this.#served.caller.watch(listener);
  }

  close(): Promise<void> {
    return this.#served.caller.close();
  }
}
