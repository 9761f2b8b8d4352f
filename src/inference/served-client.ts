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

/** What the client of any server can do, whatever it asks of it. */
export interface ServerClient {
  /** Where it is, without keys: for messages and records. */
  readonly url: string;
  /** Asked of the server at the first call, and again after it was away or its weights changed. */
  identity(signal?: AbortSignal): Promise<ServerIdentity | ServerFailed>;
  health(signal?: AbortSignal): Promise<ServerHealth>;
  statistics(): ClientStatistics;
  /** Calls back at each event until the returned function is called. */
  watch(listener: (event: ClientEvent) => void): () => void;
  /** Aborts what is in flight and closes the connections. */
  close(): Promise<void>;
}

/** What every client says in the same way: who its server is, and how it is. */
export abstract class ServedClient implements ServerClient {
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
