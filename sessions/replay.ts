import { emptySearchState, reduceSearch } from '../src/search/reduce.ts';
import type { SearchState } from '../src/search/state.ts';
import type { SearchEvents } from './event-log.ts';
import { type Difference, describeDifference, rerunSearch } from './rerun.ts';
import type { Session } from './session.ts';
import type { SearchSummary } from './workbench.ts';

const chunkEvents = 4096;

export interface ReplayOptions {
  /** Sequence number in the session's log of the last event that counts. @default all events */
  readonly to?: number;
  readonly observe?: (state: SearchState) => void;
}

/** The state of a recorded search after its events up to `to`; needs no Lean and no provider. */
export function replaySearch(events: SearchEvents, { to, observe }: ReplayOptions = {}): SearchState {
  const state = emptySearchState();
  const { length } = events;
  for (let from = 0; from < length; from += chunkEvents) {
    for (const [i, event] of events.read(from, from + chunkEvents).entries()) {
      if (to !== undefined && events.seqAt(from + i) > to) return state;
      reduceSearch(state, event);
      observe?.(state);
    }
  }
  return state;
}

export interface SearchVerification {
  readonly search: string;
  readonly name: string;
  readonly events: number;
  readonly identical: boolean;
  /** Conclusions from the last input that were never written because the process was killed; no fault. */
  readonly unwritten: number;
  readonly difference: (Difference & { readonly message: string }) | null;
}

/** Runs each recorded search again from its inputs and compares what it concludes with the log, event by event. */
export async function verifySession(
  session: Session,
  searches: readonly SearchSummary[],
): Promise<readonly SearchVerification[]> {
  const results: SearchVerification[] = [];
  for (const { search, name } of searches) {
    const events = session.events(search);
    const { difference, unwritten } = await rerunSearch(events);
    results.push({
      search,
      name,
      events: events.length,
      identical: difference === null,
      unwritten: unwritten.length,
      difference: difference && { ...difference, message: describeDifference(difference) },
    });
  }
  return results;
}
