import type { ClientEvent } from '../../src/inference/client-state.ts';
import type { ProviderServer, TacticProvider } from '../../src/policy/provider.ts';
import { describeClientEvent } from './describe-client-event.ts';

/** Calls back with what happens to the servers of a provider, in words, until the returned function is called. */
export function watchServers(
  { servers = [] }: Pick<TacticProvider, 'servers'>,
  onNews: (text: string, event: ClientEvent, server: ProviderServer) => void,
): () => void {
  const unwatch = servers.map((server) =>
    server.watch((event) => {
      const text = describeClientEvent(server, event);
      if (text !== null) onNews(text, event, server);
    }),
  );
  return () => {
    for (const stop of unwatch) stop();
  };
}
