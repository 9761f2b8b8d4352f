import { cloneSearchState, emptySearchState, reduceSearch } from '../src/search/reduce.ts';
import type { SearchState } from '../src/search/state.ts';
import type { SearchEvents } from './event-log.ts';

/** Smallest distance between snapshots taken while events come in. */
const snapshotSpacing = 4096;
/** Snapshots left behind when going back far, at these distances before the goal, so that the next steps back are short. */
const trailDistances = [32_768, 4096, 256] as const;
const largestTrail = 6;
const chunkEvents = 2048;

/**
 * Any moment of a search. Keeps snapshots, dense near the newest event and ever sparser behind it, and reduces events
 * from the log from there. Of 500,000 events (100,000 nodes) it keeps some 15 snapshots.
 */
export class Timeline {
  readonly #events: SearchEvents;
  /** By position, ascending; never handed out. */
  #snapshots: SearchState[] = [];
  #trail: SearchState[] = [];
  #cursor: SearchState | null = null;

  constructor(events: SearchEvents) {
    this.#events = events;
  }

  get length(): number {
    return this.#events.length;
  }

  /**
   * Shows the timeline the live state as events come in, so that it can take snapshots; cheap unless it takes one.
   * `remaining` is the number of recorded events still to come, when a session is being reopened.
   */
  observe(state: SearchState, remaining = 0): void {
    const last = this.#snapshots.at(-1)?.events ?? 0;
    if (state.events - last < Math.max(snapshotSpacing, remaining / 2)) return;
    this.#snapshots.push(cloneSearchState(state));
    this.#thin(state.events);
  }

  /** The state after the first `position` events; good until the next call. */
  at(position: number): SearchState {
    const target = Math.max(0, Math.min(position, this.length));
    const cursor = this.#cursor;
    const base = this.#baseFor(target);
    if (cursor !== null && cursor.events <= target && cursor.events >= base.events)
      return this.#advance(cursor, target);
    const state = cloneSearchState(base);
    for (const distance of trailDistances) {
      const stop = target - distance;
      if (stop - state.events < distance) continue;
      this.#advance(state, stop);
      this.#trail = [...this.#trail.slice(1 - largestTrail), cloneSearchState(state)];
    }
    this.#cursor = state;
    return this.#advance(state, target);
  }

  #baseFor(target: number): SearchState {
    let base: SearchState | null = null;
    for (const state of [...this.#snapshots, ...this.#trail])
      if (state.events <= target && state.events >= (base?.events ?? 0)) base = state;
    return base ?? emptySearchState();
  }

  #advance(state: SearchState, target: number): SearchState {
    while (state.events < target) {
      const events = this.#events.read(state.events, Math.min(target, state.events + chunkEvents));
      if (events.length === 0) break;
      for (const event of events) reduceSearch(state, event);
    }
    return state;
  }

  /** Drops snapshots where both neighbours are within half of the distance to the newest event. */
  #thin(head: number): void {
    const kept: SearchState[] = [];
    for (const [i, state] of this.#snapshots.entries()) {
      const before = kept.at(-1)?.events ?? 0;
      const after = this.#snapshots[i + 1]?.events;
      if (after !== undefined && after - before <= Math.max(snapshotSpacing, (head - after) / 2)) continue;
      kept.push(state);
    }
    this.#snapshots = kept;
  }
}
