import type { Clock } from '../../../src/search/world.ts';

/** A clock that moves when it is told to. */
export class FakeClock implements Clock {
  #now = 0;
  #timers: { readonly atMs: number; readonly callback: () => void }[] = [];
  readonly #watchers = new Set<() => void>();

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { atMs: this.#now + ms, callback };
    this.#timers.push(timer);
    for (const look of [...this.#watchers]) look();
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Times of all that is to come, the next first. */
  get pending(): readonly number[] {
    return this.#timers.map(({ atMs }) => atMs - this.#now).sort((a, b) => a - b);
  }

  /** Resolves when something is to happen within that time. */
  async untilPending(withinMs: number): Promise<void> {
    if (this.pending.some((ms) => ms <= withinMs)) return;
    await new Promise<void>((resolve) => {
      const look = () => {
        if (!this.pending.some((ms) => ms <= withinMs)) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
    });
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.atMs);
      next.callback();
    }
    this.#now = end;
  }
}
