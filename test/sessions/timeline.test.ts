import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeSearchEvents } from '../../sessions/bench-search.ts';
import { Timeline } from '../../sessions/timeline.ts';
import { UndoableState } from '../../sessions/undo.ts';
import { cloneSearchState, emptySearchState, reduceSearch } from '../../src/search/reduce.ts';
import type { SearchState } from '../../src/search/state.ts';
import { choicesArbitrary, settingsArbitrary } from '../search/random-world.ts';
import { recordedEvents, recordedSearch, reduced } from './recorded-events.ts';

describe('going through a search in time', () => {
  test('shows, at any moment and in any order of moments, what reducing the events up to it gives', () => {
    const jumps = fc.array(fc.nat(), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(settingsArbitrary, choicesArbitrary, jumps, (settings, choices, moments) => {
        const events = recordedSearch(settings, choices);
        const timeline = new Timeline(recordedEvents(events));
        for (const moment of moments) {
          const position = moment % (events.length + 1);
          expect(timeline.at(position)).toEqual(reduced(events.slice(0, position)));
        }
      }),
      { seed: 7, numRuns: 40 },
    );
  });

  test('uses snapshots of a long search and is as exact with them', () => {
    const events = makeSearchEvents(4000);
    const timeline = new Timeline(recordedEvents(events));
    const live = emptySearchState();
    const wanted = [0, 1, 5000, 5001, 9000, 8999, 4096, 20_000, 19_999, 30_000, 17_000, events.length];
    const kept = new Map<number, SearchState>([[0, emptySearchState()]]);
    for (const event of events) {
      reduceSearch(live, event);
      timeline.observe(live);
      if (wanted.includes(live.events)) kept.set(live.events, cloneSearchState(live));
    }
    for (const position of wanted) expect(timeline.at(position)).toEqual(kept.get(position));
    for (let position = events.length; position > events.length - 2500; position -= 1) timeline.at(position);
    expect(timeline.at(20_000)).toEqual(kept.get(20_000));
  });

  test('beyond the ends shows the ends', () => {
    const events = recordedSearch({}, [1, 2, 3, 4, 5, 6, 7, 8]);
    const timeline = new Timeline(recordedEvents(events));
    expect(timeline.at(-5).events).toBe(0);
    expect(timeline.at(1e9).events).toBe(events.length);
  });
});

test('events that are taken back leave no trace, in whatever order they are applied and taken back', () => {
  fc.assert(
    fc.property(
      settingsArbitrary,
      choicesArbitrary,
      fc.array(fc.integer({ min: 1, max: 40 })),
      (settings, choices, runs) => {
        const events = recordedSearch(settings, choices);
        const undoable = new UndoableState(emptySearchState(), 1000);
        for (const [i, run] of runs.entries()) {
          for (let n = 0; n < run; n += 1) {
            const next = events[undoable.state.events];
            if (i % 2 === 0 && next) undoable.apply(next);
            else if (i % 2 === 1 && undoable.depth > 0) undoable.back();
          }
          expect(undoable.state).toEqual(reduced(events.slice(0, undoable.state.events)));
        }
      },
    ),
    { seed: 8, numRuns: 40 },
  );
});
