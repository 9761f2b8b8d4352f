import type { SearchEvents } from '../../sessions/event-log.ts';
import type { SearchEvent } from '../../src/search/events.ts';
import { emptySearchState, reduceSearch } from '../../src/search/reduce.ts';
import type { SearchState } from '../../src/search/state.ts';
import { runRandomSearch } from '../search/random-world.ts';

/** Events of a made-up search as a log would give them back: what JSON does not keep (-0, undefined) is gone. */
export function recordedSearch(...world: Parameters<typeof runRandomSearch>): readonly SearchEvent[] {
  return JSON.parse(JSON.stringify(runRandomSearch(...world).events)) as SearchEvent[];
}

/** Events as if from the log of a session that holds nothing else. */
export function recordedEvents(events: readonly SearchEvent[]): SearchEvents {
  return { length: events.length, read: (from, to) => events.slice(from, to), seqAt: (position) => position + 2 };
}

export function reduced(events: readonly SearchEvent[]): SearchState {
  return events.reduce(reduceSearch, emptySearchState());
}
