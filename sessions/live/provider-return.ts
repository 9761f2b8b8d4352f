import type { SearchDriver } from '../../src/search/driver.ts';
import type { SearchEvent } from '../../src/search/events.ts';
import { ServiceWatch, type ServiceWatchOptions } from '../runs/service-watch.ts';
import { watchedProvider, watchedValue } from '../runs/watched-service.ts';

type Driver = Pick<SearchDriver, 'state' | 'provider' | 'value' | 'input'>;

/**
 * Lets a search that was paused because its provider or its value model did not answer go on when that answers again, unless somebody has done
 * something else with it in the meantime. A provider that answers, but not to this search, leaves it paused.
 */
export class ProviderReturn {
  readonly #driver: Driver;
  readonly #sleep: ServiceWatchOptions['sleep'];
  #end = new AbortController();
  #times = 0;
  #isLastTry = false;
  #wish: 'user.run' | 'user.step' = 'user.run';
  #waiting = false;
  readonly #onGivenUp: () => void;

  /**
   * @param onGivenUp gets called when the search is left paused
   * @param sleep waits, or less when the signal aborts; a timer when left out
   */
  constructor(driver: Driver, onGivenUp: () => void, sleep?: ServiceWatchOptions['sleep']) {
    this.#driver = driver;
    this.#onGivenUp = onGivenUp;
    this.#sleep = sleep;
  }

  /** The search is paused, and goes on by itself. */
  get isWaiting(): boolean {
    return this.#waiting;
  }

  /** Takes every event of the search. */
  observe(event: SearchEvent): void {
    switch (event.kind) {
      case 'user.run':
      case 'user.step':
        this.#wish = event.kind;
        break;
      case 'candidates.proposed':
      case 'values.scored':
        this.#times = 0;
        this.#isLastTry = false;
        break;
      case 'search.paused':
        if (event.reason === 'provider' || event.reason === 'value') void this.#wait(event.reason);
        break;
      default:
    }
    if (event.kind.startsWith('user.')) this.close();
  }

  /** Waits no longer. */
  close(): void {
    this.#waiting = false;
    this.#end.abort();
    this.#end = new AbortController();
  }

  async #wait(by: 'provider' | 'value'): Promise<void> {
    const driver = this.#driver;
    const failure = failureOf(driver, by);
    if (failure === null || !failure.retriable) return;
    if (this.#isLastTry) {
      this.#isLastTry = false;
      return this.#onGivenUp();
    }
    this.#times += 1;
    this.#waiting = true;
    const { signal } = this.#end;
    const { message, retriable, service } = failure;
    const sleep = this.#sleep;
    const watch = new ServiceWatch({
      service,
      signal,
      now: Date.now,
      onStalled: () => {},
      onRecovered: () => {},
      ...(sleep && { sleep }),
    });
    const next = await watch.failed({ message, retriable, times: this.#times });
    if (signal.aborted) return;
    this.#waiting = false;
    const { mode, pausedBy } = driver.state;
    // It may have been gone at first: what is shown shall be what it says now.
    this.#isLastTry = next !== 'again' && next.category === 'wrongAnswers';
    if ((next === 'again' || this.#isLastTry) && mode === 'paused' && pausedBy === by)
      driver.input({ kind: this.#wish });
    else this.#onGivenUp();
  }
}

/** What has failed, and how; null when it is there again, or gone. */
export function failureOf({ state, provider, value }: Omit<Driver, 'input'>, by: 'provider' | 'value') {
  if (by === 'provider') {
    const { providerFailure: message, providerMayRecover: retriable } = state;
    return message === null ? null : { message, retriable, service: watchedProvider(provider) };
  }
  return state.valueFailure && value && { ...state.valueFailure, service: watchedValue(value) };
}
