import type { ProviderServer, TacticProvider } from '../../src/policy/provider.ts';

/** Longer than any model of single tactics takes under a usual load. */
const silenceMs = 30_000;

/**
 * Says, once for each silence, which server has had requests for half a minute and answered none of them: nothing else tells of a
 * server that hangs before its deadline is over.
 *
 * @param every calls back again and again until the returned function is called. @default a timer
 */
export function noteSilentServers(
  { servers = [] }: Pick<TacticProvider, 'servers'>,
  note: (text: string) => void,
  every: (ms: number, callback: () => void) => () => void = timer,
): () => void {
  const silent = new Map<ProviderServer, { readonly answered: number; said: boolean }>();
  return every(silenceMs, () => {
    for (const server of servers) {
      const { inFlight, answered } = server.statistics();
      const before = silent.get(server);
      if (inFlight === 0) silent.delete(server);
      else if (before?.answered !== answered) silent.set(server, { answered, said: false });
      else if (!before.said) {
        before.said = true;
        note(
          `the server of ${server.profile} (${server.url}) has had ${inFlight === 1 ? 'a request' : `${inFlight} requests`} for ${silenceMs / 1000} s and answers none: it is busy or hangs`,
        );
      }
    }
  });
}

function timer(ms: number, callback: () => void): () => void {
  const running = setInterval(callback, ms);
  return () => clearInterval(running);
}
