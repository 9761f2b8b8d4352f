import type { ProviderServer, TacticProvider } from '../../src/policy/provider.ts';
import { watchServers } from '../servers/watch-servers.ts';
import type { Stall } from './service-watch.ts';

/** Knows which servers of a provider do not answer just now: their requests wait, long before the provider gives one up. */
export class ServersAway {
  readonly #away = new Map<ProviderServer, Stall>();
  readonly #unwatch: () => void;

  /** @param onChanged a server has other weights than before */
  constructor(provider: Pick<TacticProvider, 'servers'>, now: () => number, onChanged: (message: string) => void) {
    this.#unwatch = watchServers(provider, (text, event, server) => {
      if (event.kind === 'lost') this.#away.set(server, { since: now(), message: event.message });
      else if (event.kind === 'back') this.#away.delete(server);
      else onChanged(text);
    });
  }

  /** The one that has been away for longest. */
  get stall(): Stall | null {
    return [...this.#away.values()][0] ?? null;
  }

  close(): void {
    this.#unwatch();
  }
}
