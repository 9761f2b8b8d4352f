import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkSearchState } from '../../src/search/check.ts';
import { type InputEvent, isInput, searchEventSchema } from '../../src/search/events.ts';
import { SearchMachine } from '../../src/search/machine.ts';
import { cloneSearchState, emptySearchState, reduceSearch } from '../../src/search/reduce.ts';
import type { SearchRequest } from '../../src/search/request.ts';
import { choicesArbitrary, runRandomSearch, settingsArbitrary } from './random-world.ts';

describe('any search', () => {
  test('keeps a sound tree after every input, whatever the order of answers and wishes', () => {
    fc.assert(
      fc.property(settingsArbitrary, choicesArbitrary, (settings, choices) => {
        runRandomSearch(settings, choices, ({ machine }) => expect(checkSearchState(machine.state)).toEqual([]));
      }),
      { seed: 1, numRuns: 150, endOnFailure: true },
    );
  });

  test('is what its events reduce to, and each event fits its schema', () => {
    fc.assert(
      fc.property(settingsArbitrary, choicesArbitrary, fc.nat(), (settings, choices, cut) => {
        const { machine, events } = runRandomSearch(settings, choices);
        const state = emptySearchState();
        let kept = cloneSearchState(state);
        const at = cut % (events.length + 1);
        events.forEach((event, i) => {
          if (i === at) kept = cloneSearchState(state);
          expect(searchEventSchema.safeParse(event).error).toBeUndefined();
          reduceSearch(state, event);
        });
        expect(state).toEqual(machine.state);
        if (at === events.length) kept = cloneSearchState(state);
        for (const event of events.slice(at)) reduceSearch(kept, event);
        expect(kept).toEqual(machine.state);
      }),
      { seed: 2, numRuns: 100, endOnFailure: true },
    );
  });

  test('gives the same events again for the same inputs', () => {
    fc.assert(
      fc.property(settingsArbitrary, choicesArbitrary, (settings, choices) => {
        const { events } = runRandomSearch(settings, choices);
        const machine = new SearchMachine();
        const again = events.filter(isInput).flatMap((event: InputEvent) => [event, ...machine.input(event).derived]);
        expect(again).toEqual(events);
      }),
      { seed: 3, numRuns: 100, endOnFailure: true },
    );
  });

  test('never waits for an answer that nothing will bring', () => {
    fc.assert(
      fc.property(settingsArbitrary, choicesArbitrary, (settings, choices) => {
        const { machine, pending } = runRandomSearch(settings, choices);
        expect(machine.waiting).toBe(machine.outstanding().length > 0 && machine.state.nodes.length > 0);
        // Nodes are asked for one by one or together; what counts is which.
        const asked = (requests: readonly SearchRequest[]) =>
          requests
            .flatMap((request): readonly unknown[] => (request.kind === 'propose' ? request.nodes : [request]))
            .map((one) => JSON.stringify(one));
        expect(asked(pending)).toEqual(expect.arrayContaining(asked(machine.outstanding())));
      }),
      { seed: 4, numRuns: 100, endOnFailure: true },
    );
  });
});
