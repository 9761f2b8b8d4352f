import { cloneSearchState, emptySearchState } from '../src/search/reduce.ts';
import type { SearchState } from '../src/search/state.ts';
import type { SearchEvents } from './event-log.ts';
import { UndoableState } from './undo.ts';

/** Smallest distance between snapshots. */
const snapshotSpacing = 4096;
/** Events that the state shown can take back one by one, before it is made anew from a snapshot. */
const undoDepth = 1024;
/** Where snapshots are far apart, one is left this far before the moment shown, so that going on back is quick. */
const trailDistance = 16_384;
const largestTrail = 4;
const chunkEvents = 2048;

/**
 * Any moment of a search. Keeps snapshots, dense near the newest event and ever sparser behind it, and reduces events
 * from the log from there; around the moment shown, events are taken back and applied one by one. Of 800,000 events
 * (100,000 nodes) it keeps about 15 snapshots.
 */
export class Timeline {
  readonly #events: SearchEvents;
  /** By position, ascending; never handed out. */
  #snapshots: SearchState[] = [];
  #trail: SearchState[] = [];
  #shown: UndoableState | null = null;

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

  /** The state after the first `position` events; good until the next call, which may change it in place. */
  at(position: number): SearchState {
    const target = Math.max(0, Math.min(position, this.length));
    let shown = this.#shown;
    const base = this.#baseFor(target);
    const stands = shown?.state.events ?? 0;
    const usable = shown !== null && (target < stands ? stands - target <= shown.depth : stands >= base.events);
    if (shown === null || !usable) shown = new UndoableState(cloneSearchState(base), undoDepth);
    this.#shown = shown;
    while (shown.state.events > target) shown.back();
    if (target - shown.state.events > 2 * trailDistance) {
      this.#advance(shown, target - trailDistance, target);
      this.#trail = [...this.#trail.slice(1 - largestTrail), cloneSearchState(shown.state)];
    }
    return this.#advance(shown, target, target);
  }

  #baseFor(target: number): SearchState {
    let base: SearchState | null = null;
    for (const state of [...this.#snapshots, ...this.#trail])
      if (state.events <= target && state.events >= (base?.events ?? 0)) base = state;
    return base ?? emptySearchState();
  }

  /** Applies events up to `to`; those within reach of `target` so that they can be taken back. */
  #advance(shown: UndoableState, to: number, target: number): SearchState {
    const { state } = shown;
    while (state.events < to) {
      const events = this.#events.read(state.events, Math.min(to, state.events + chunkEvents));
      if (events.length === 0) break;
      for (const event of events) {
        if (target - state.events > undoDepth) shown.applyForGood(event);
        else shown.apply(event);
      }
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
