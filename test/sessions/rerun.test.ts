import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rerunSearch } from '../../sessions/rerun.ts';
import { isInput } from '../../src/search/events.ts';
import { choicesArbitrary, settingsArbitrary } from '../search/random-world.ts';
import { recordedEvents, recordedSearch, reduced } from './recorded-events.ts';

interface Place {
  readonly owner: Record<string, unknown>;
  readonly key: string;
}

/** Every log-prob inside a value. */
function logProbsIn(value: unknown): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const owner = value as Record<string, unknown>;
  return Object.entries(owner).flatMap(([key, member]) =>
    /logProb/i.test(key) && key !== 'unknown_log_prob' ? [{ owner, key }] : logProbsIn(member),
  );
}

describe('running a recorded search again', () => {
  test('gives what was recorded, also when the log was cut at any event', async () => {
    await fc.assert(
      fc.asyncProperty(settingsArbitrary, choicesArbitrary, fc.nat(), async (settings, choices, n) => {
        const events = recordedSearch(settings, choices);
        const whole = await rerunSearch(recordedEvents(events));
        expect(whole.difference).toBeNull();
        expect(whole.unwritten).toEqual([]);
        expect(whole.machine.state).toEqual(reduced(events));
        const cut = 1 + (n % events.length);
        const part = await rerunSearch(recordedEvents(events.slice(0, cut)));
        expect(part.difference).toBeNull();
        const missing = events.slice(cut);
        const nextInput = missing.findIndex(isInput);
        expect(part.unwritten).toEqual(missing.slice(0, nextInput === -1 ? missing.length : nextInput));
      }),
      { seed: 5, numRuns: 40 },
    );
  });

  test('finds any single log-prob that was changed', async () => {
    await fc.assert(
      fc.asyncProperty(settingsArbitrary, choicesArbitrary, fc.nat(), async (settings, choices, n) => {
        const changed = recordedSearch(settings, choices);
        const places = changed.flatMap(logProbsIn);
        fc.pre(places.length > 0);
        const { owner, key } = places[n % places.length] as Place;
        owner[key] = typeof owner[key] === 'number' ? owner[key] - 0.25 : -0.25;
        expect((await rerunSearch(recordedEvents(changed))).difference).not.toBeNull();
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  test('names the first event that differs, with what was expected and what was found', async () => {
    const events = recordedSearch(
      {},
      Array.from({ length: 120 }, (_, i) => i * 7919),
    );
    const position = events.findIndex((event) => event.kind === 'node.queued');
    const changed = events.map((event, i) =>
      i === position && event.kind === 'node.queued' ? { ...event, score: 99 } : event,
    );
    const { difference } = await rerunSearch(recordedEvents(changed));
    expect(difference?.seq).toBe(position + 2);
    expect(difference?.found).toContain('"score":99');
    expect(difference?.expected).toContain('"kind":"node.queued"');
  });

  test('finds an event that was taken out, doubled or moved', async () => {
    const events = recordedSearch(
      {},
      Array.from({ length: 150 }, (_, i) => i * 104_729),
    );
    const derived = events.flatMap((event, i) => (isInput(event) ? [] : [i]));
    for (const i of derived) {
      const event = events[i] as (typeof events)[number];
      const without = [...events.slice(0, i), ...events.slice(i + 1)];
      const doubled = [...events.slice(0, i), event, ...events.slice(i)];
      if (i < events.length - 1) expect((await rerunSearch(recordedEvents(without))).difference).not.toBeNull();
      expect((await rerunSearch(recordedEvents(doubled))).difference).not.toBeNull();
    }
  });
});
