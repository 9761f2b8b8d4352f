import type { Clock } from '../../search/world.ts';
import type { BreakerState, ClientEvent } from '../client-state.ts';

/** Tells those who watch what happens to a connection; of a server that is gone once, and once that it is back. */
export class Announcer {
  readonly #clock: Clock;
  readonly #listeners = new Set<(event: ClientEvent) => void>();
  #lostMs: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  announce(event: ClientEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Calls back at each event until the returned function is called. */
  watch(listener: (event: ClientEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  breakerChanged(state: BreakerState): void {
    const now = this.#clock.now();
    if (state.kind === 'closed') {
      const awayMs = now - (this.#lostMs ?? now);
      this.#lostMs = null;
      this.announce({ kind: 'back', awayMs });
    } else if (this.#lostMs === null) {
      this.#lostMs = now;
      this.announce({ kind: 'lost', message: state.message });
    }
  }
}
