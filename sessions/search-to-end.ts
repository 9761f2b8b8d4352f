import type { TacticProvider } from '../src/policy/provider.ts';
import type { SearchDriver } from '../src/search/driver.ts';
import type { SearchState } from '../src/search/state.ts';
import { ProviderWatch } from './runs/provider-watch.ts';

export interface SearchToEndOptions {
  readonly provider: TacticProvider;
  readonly signal: AbortSignal;
  /** Says what is waited for, and when that is over. */
  readonly note: (message: string) => void;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Waits, or less when the signal aborts. @default a timer */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Runs a search that nobody looks on to its end. While its provider does not answer it is paused and waits, and goes on by itself; a
 * provider that answers, but not to this search, ends it.
 */
export async function searchToEnd(driver: SearchDriver, options: SearchToEndOptions): Promise<SearchState> {
  const { provider, signal, note, now = Date.now, sleep } = options;
  let times = 0;
  let answered = -1;
  let isWaiting = false;
  const watch = new ProviderWatch({
    provider,
    signal,
    now,
    ...(sleep && { sleep }),
    onStalled: ({ message }) => note(`the search waits until the provider ${provider.name} answers: ${message}`),
    onRecovered: () => note(`the provider ${provider.name} answers again: the search goes on`),
  });
  driver.input({ kind: 'user.run' });
  for (;;) {
    const state = await driver.settled();
    const { providerFailure, providerMayRecover, pausedBy, mode, statistics } = state;
    if (statistics.expansions > answered) {
      times = 0;
      isWaiting = false;
    }
    answered = statistics.expansions;
    if (mode !== 'paused' || pausedBy !== 'provider' || providerFailure === null || signal.aborted) return state;
    times += 1;
    if (!isWaiting && providerMayRecover)
      note(`the provider ${provider.name} did not answer, asking again: ${providerFailure}`);
    isWaiting = true;
    const next = await watch.failed({ message: providerFailure, retriable: providerMayRecover, times });
    if (next !== 'again' || signal.aborted) return state;
    driver.input({ kind: 'user.run' });
  }
}
