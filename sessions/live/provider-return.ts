import type { SearchDriver } from '../../src/search/driver.ts';
import type { SearchEvent } from '../../src/search/events.ts';
import { ProviderWatch, type ProviderWatchOptions } from '../runs/provider-watch.ts';

type Driver = Pick<SearchDriver, 'state' | 'provider' | 'input'>;

/**
 * Lets a search that was paused because its provider did not answer go on when that answers again, unless somebody has done
 * something else with it in the meantime. A provider that answers, but not to this search, leaves it paused.
 */
export class ProviderReturn {
  readonly #driver: Driver;
  readonly #sleep: ProviderWatchOptions['sleep'];
  #end = new AbortController();
  #times = 0;
  #wish: 'user.run' | 'user.step' = 'user.run';

  /** @param sleep waits, or less when the signal aborts; a timer when left out */
  constructor(driver: Driver, sleep?: ProviderWatchOptions['sleep']) {
    this.#driver = driver;
    this.#sleep = sleep;
  }

  /** Takes every event of the search. */
  observe(event: SearchEvent): void {
    switch (event.kind) {
      case 'user.run':
      case 'user.step':
        this.#wish = event.kind;
        break;
      case 'candidates.proposed':
        this.#times = 0;
        break;
      case 'search.paused':
        if (event.reason === 'provider') void this.#wait();
        break;
      default:
    }
    if (event.kind.startsWith('user.')) this.close();
  }

  /** Waits no longer. */
  close(): void {
    this.#end.abort();
    this.#end = new AbortController();
  }

  async #wait(): Promise<void> {
    const driver = this.#driver;
    const { providerFailure: message, providerMayRecover: retriable } = driver.state;
    if (message === null || !retriable) return;
    this.#times += 1;
    const { signal } = this.#end;
    const { provider } = driver;
    const sleep = this.#sleep;
    const watch = new ProviderWatch({
      provider,
      signal,
      now: Date.now,
      onStalled: () => {},
      onRecovered: () => {},
      ...(sleep && { sleep }),
    });
    const next = await watch.failed({ message, retriable, times: this.#times });
    const { mode, pausedBy } = driver.state;
    if (next === 'again' && !signal.aborted && mode === 'paused' && pausedBy === 'provider')
      driver.input({ kind: this.#wish });
  }
}
