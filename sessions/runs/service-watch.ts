import { setTimeout as timer } from 'node:timers/promises';
import type { JobError } from '../../src/run/outcome.ts';
import type { ServiceFailure } from './job-search.ts';
import type { WatchedService } from './watched-service.ts';

export interface Stall {
  /** When it began, ms since 1970. */
  readonly since: number;
  readonly message: string;
}

export interface ServiceWatchOptions {
  readonly service: WatchedService;
  readonly onStalled: (stall: Stall) => void;
  readonly onRecovered: () => void;
  /**
   * It refuses the plainest question too, or goes on answering it wrongly: a key has expired, something else answers in its place.
   *
   * @default the search ends
   */
  readonly onRefused?: (message: string, how: 'refuses' | 'wrong') => void;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Waits, or less when the signal aborts. @default a timer */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How long a search waits after its first failure, its second one, … before it asks again. */
const retryMs: readonly number[] = [500, 2000];
/** How long the whole run waits for a service that does not answer; the last one again and again. */
const stallMs: readonly number[] = [2000, 5000, 10_000, 20_000, 30_000];
/** Wrong answers in a row while a run waits, after which nobody waits any longer: a minute and a half. */
const mostWrongAnswers = 6;

/**
 * Tells a service that is down, or refuses everything, from one that refuses a single state. A failure that may be tried
 * again is tried again; after that a question with a known goal decides: when that is answered, and the state fails once more
 * with the service known to be there, it was the state. When it is refused no theorem can be searched, and the run ends; else
 * the run stalls until there is an answer, or until a service that is there has answered wrongly for too long.
 */
export class ServiceWatch {
  readonly #options: ServiceWatchOptions;
  #checking: Promise<'itWasTheState' | 'goesOn' | 'givenUp'> | null = null;
  #stall: Stall | null = null;

  constructor(options: ServiceWatchOptions) {
    this.#options = options;
  }

  /** What the run waits for; null while the service answers. */
  get stall(): Stall | null {
    return this.#stall;
  }

  /** What a search does after its service failed: ask again, or end with this error. Takes as long as the service is down. */
  async failed({ message, retriable, times }: ServiceFailure): Promise<'again' | JobError> {
    const wait = retriable ? retryMs[times - 1] : undefined;
    if (wait !== undefined && this.#stall === null) {
      await this.#sleep(wait);
      return 'again';
    }
    this.#checking ??= this.#check(message).finally(() => {
      this.#checking = null;
    });
    const found = await this.#checking;
    // A service that came back while it was checked was down when the state was asked about: the state gets one more try.
    if (found === 'goesOn' || (found === 'itWasTheState' && retriable && times <= retryMs.length + 1)) return 'again';
    const category = found === 'givenUp' ? 'wrongAnswers' : retriable ? 'unavailable' : 'refused';
    return { stage: this.#options.service.stage, category, message };
  }

  /** `itWasTheState`; `goesOn` when the service answers again, or the run ends; `givenUp` when it answers wrongly and goes on to. */
  async #check(message: string): Promise<'itWasTheState' | 'goesOn' | 'givenUp'> {
    const { service, signal, onStalled, onRecovered, onRefused, now } = this.#options;
    const answer = await service.ask(signal);
    if (answer.kind === 'answers') return 'itWasTheState';
    // A run that ends does not begin to wait.
    if (signal.aborted) return 'goesOn';
    if (answer.kind === 'refuses') {
      onRefused?.(message, 'refuses');
      return onRefused ? 'goesOn' : 'itWasTheState';
    }
    this.#stall = { since: now(), message };
    onStalled(this.#stall);
    const wrong = await this.#wait();
    this.#stall = null;
    if (signal.aborted) return 'goesOn';
    if (wrong === null) onRecovered();
    else onRefused?.(wrong, 'wrong');
    return wrong === null || onRefused ? 'goesOn' : 'givenUp';
  }

  /** Until the service answers, or the signal. What it says where it answers wrongly and goes on to; else null. */
  async #wait(): Promise<string | null> {
    const { service, signal } = this.#options;
    let wrong = 0;
    for (let i = 0; !signal.aborted; i += 1) {
      await this.#sleep(stallMs[Math.min(i, stallMs.length - 1)] as number);
      if (signal.aborted) break;
      // A server that starts may refuse for a while; what it refuses afterwards is looked at anew.
      const answer = await service.ask(signal);
      if (answer.kind === 'answers') return null;
      wrong = answer.kind === 'wrong' ? wrong + 1 : 0;
      if (wrong === mostWrongAnswers) return answer.message;
    }
    return null;
  }

  async #sleep(ms: number): Promise<void> {
    const { signal, sleep = sleepFor } = this.#options;
    await sleep(ms, signal);
  }
}

/** Waits so long, or until the signal aborts. */
export async function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  await timer(ms, undefined, { signal }).catch(() => {});
}
