import type { IncomingMessage, ServerResponse } from 'node:http';
import { defaults, type Fault, type Switches } from './switches.ts';
import type { Token } from './tokens.ts';

/** One request as a route sees it. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted some time after the client closed the connection. */
  readonly gone: AbortSignal;
}

export type Route = (core: Core, exchange: Exchange) => Promise<void> | void;

/** A generation or an embedding that was admitted. */
export interface Running {
  readonly rid: string;
  /** Aborted by `/abort_request`, a pause, a weight update, or the end of the connection. */
  readonly abort: AbortController;
}

/** What the fake was asked, for a test to look at. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly authorization: string | null;
}

const mostCached = 64;

/** What is inside the fake, and what its routes share. */
export class Core {
  switches: Switches;
  readonly seen: Seen[] = [];
  /** Requests that were aborted, and why. */
  readonly aborted: { readonly rid: string; readonly why: string }[] = [];
  readonly running = new Map<string, Running>();
  waiting: (() => void)[] = [];
  mostRunning = 0;
  /** Sequences in the prefix cache. */
  cache: number[][] = [];
  released = new Set<string>();
  weightsLost = false;
  paused = false;
  frozen = false;
  readonly adapters: ReadonlySet<string>;
  readonly totals = { prompt: 0, cached: 0, generated: 0, requests: 0, aborted: 0 };
  readonly faults = new Map<string, Fault[]>();
  readonly #watchers = new Set<() => void>();
  #draws = 12345;
  #ids = 0;
  /** Ends the process, as a failed assertion would. */
  crash: () => void = () => {};

  constructor(switches: Partial<Switches>) {
    this.switches = { ...defaults, ...switches };
    this.adapters = new Set(this.switches.loraAdapters);
  }

  newId(): string {
    this.#ids++;
    return `${String(this.#ids).padStart(8, '0')}-fake-4000-8000-000000000000`;
  }

  /** A fixed series of numbers in [0, 1). */
  draw(): number {
    this.#draws = (Math.imul(this.#draws, 1664525) + 1013904223) >>> 0;
    return this.#draws / 2 ** 32;
  }

  nextFault(path: string): Fault | null {
    return this.faults.get(path)?.shift() ?? null;
  }

  /** Resolves when the test holds; it is tried after everything that happens here. */
  async until(test: () => boolean): Promise<void> {
    if (test()) return;
    await new Promise<void>((resolve) => {
      const look = () => {
        if (!test()) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
    });
  }

  changed(): void {
    for (const look of [...this.#watchers]) look();
  }

  /** Waits for a place among the running. False when the queue is full. */
  async admit(rid: string, gone: AbortSignal): Promise<Running | 'full'> {
    const { maxRunning, maxQueued } = this.switches;
    const isBusy = () => this.running.size >= maxRunning || this.paused;
    if (isBusy() && this.waiting.length >= maxQueued) return 'full';
    while (isBusy() && !gone.aborted) await this.#wait(gone);
    const running: Running = { rid, abort: new AbortController() };
    if (gone.aborted) this.abort(running, 'disconnect');
    gone.addEventListener('abort', () => this.abort(running, 'disconnect'), { once: true });
    this.running.set(rid, running);
    this.mostRunning = Math.max(this.mostRunning, this.running.size);
    this.totals.requests++;
    this.changed();
    return running;
  }

  async #wait(gone: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const next = () => {
        gone.removeEventListener('abort', next);
        this.waiting = this.waiting.filter((one) => one !== next);
        resolve();
      };
      this.waiting.push(next);
      gone.addEventListener('abort', next);
      this.changed();
    });
  }

  finish({ rid }: Running): void {
    this.running.delete(rid);
    this.wake();
  }

  wake(): void {
    const free = this.paused ? 0 : this.switches.maxRunning - this.running.size;
    for (const next of this.waiting.slice(0, Math.max(0, free))) next();
    this.changed();
  }

  abort(running: Running, why: string): void {
    if (running.abort.signal.aborted || (why === 'disconnect' && this.running.get(running.rid) !== running)) return;
    this.aborted.push({ rid: running.rid, why });
    this.totals.aborted++;
    running.abort.abort();
    this.changed();
  }

  abortAll(why: string): void {
    for (const running of this.running.values()) this.abort(running, why);
  }

  /** Puts tokens into the cache; the oldest ones leave it. */
  remember(tokens: readonly Token[]): void {
    const isKnown = this.cache.some(
      (one) => one.length === tokens.length && one.every((id, i) => id === tokens[i]?.id),
    );
    if (!isKnown) this.cache.push(tokens.map(({ id }) => id));
    if (this.cache.length > mostCached) this.cache.shift();
  }

  /** Length of the longest beginning of these tokens that the cache holds. The last token is always read again. */
  cachedPrefix(tokens: readonly Token[]): number {
    let best = 0;
    for (const sequence of this.cache) {
      let length = 0;
      while (length < tokens.length && sequence[length] === tokens[length]?.id) length++;
      best = Math.max(best, length);
    }
    return Math.min(best, Math.max(0, tokens.length - 1));
  }
}

/** Resolves after that long, or when the signal ends it. */
export async function pass(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
