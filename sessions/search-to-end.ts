import type { SearchDriver } from '../src/search/driver.ts';
import type { SearchState } from '../src/search/state.ts';
import { failureOf } from './live/provider-return.ts';
import { ServiceWatch } from './runs/service-watch.ts';
import type { WatchedService } from './runs/watched-service.ts';

export interface SearchToEndOptions {
  readonly signal: AbortSignal;
  /** Says what is waited for, and when that is over. */
  readonly note: (message: string) => void;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Waits, or less when the signal aborts. @default a timer */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Runs a search that nobody looks on to its end. While its provider or its value model does not answer it is paused and waits,
 * and goes on by itself; one that answers, but not to this search, ends it, and so does one that goes on answering wrongly.
 */
export async function searchToEnd(driver: SearchDriver, options: SearchToEndOptions): Promise<SearchState> {
  const { signal, note, now = Date.now, sleep } = options;
  let times = 0;
  let answered = -1;
  let isWaiting = false;
  let isLastTry = false;
  const watches = new Map<string, ServiceWatch>();
  const watchOf = (service: WatchedService): ServiceWatch => {
    const made =
      watches.get(service.name) ??
      new ServiceWatch({
        service,
        signal,
        now,
        ...(sleep && { sleep }),
        onStalled: ({ message }) => note(`the search waits until the ${service.name} answers: ${message}`),
        onRecovered: () => note(`the ${service.name} answers again: the search goes on`),
      });
    watches.set(service.name, made);
    return made;
  };
  driver.input({ kind: 'user.run' });
  for (;;) {
    const state = await driver.settled();
    const { pausedBy, mode, statistics } = state;
    const answers = statistics.expansions + statistics.value.calls;
    if (answers > answered) {
      times = 0;
      isWaiting = false;
      isLastTry = false;
    }
    answered = answers;
    if (mode !== 'paused' || (pausedBy !== 'provider' && pausedBy !== 'value') || signal.aborted) return state;
    const failure = failureOf(driver, pausedBy);
    if (failure === null) return state;
    const { service, message, retriable } = failure;
    times += 1;
    if (!isWaiting && retriable) note(`the ${service.name} gave no usable answer, asking again: ${message}`);
    isWaiting = true;
    if (isLastTry) {
      note(`the ${service.name} is there, but has not given one usable answer since: the search ends`);
      return state;
    }
    const next = await watchOf(service).failed({ message, retriable, times });
    // It may have been gone at first: the reason on record shall be what it says now.
    if (next !== 'again' && next.category === 'wrongAnswers') isLastTry = true;
    else if (next !== 'again' || signal.aborted) return state;
    driver.input({ kind: 'user.run' });
  }
}
