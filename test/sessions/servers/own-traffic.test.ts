import { expect, test } from 'vitest';
import { OwnTrafficWatch } from '../../../sessions/servers/own-traffic.ts';
import type { ProviderServer } from '../../../src/policy/provider.ts';

test('tells how long requests have been out without an answer, from the first look on', () => {
  const counts = { inFlight: 0, answered: 3 };
  const server = { watch: () => () => undefined, statistics: () => counts } as unknown as ProviderServer;
  const own = new OwnTrafficWatch(
    server,
    () => 0,
    () => undefined,
  );
  expect(own.unansweredMs(0)).toBeNull();
  counts.inFlight = 2;
  expect(own.unansweredMs(1000)).toBe(0);
  expect(own.unansweredMs(31_000)).toBe(30_000);
  counts.answered = 4;
  expect(own.unansweredMs(32_000)).toBe(0);
  expect(own.unansweredMs(40_000)).toBe(8000);
  counts.inFlight = 0;
  expect(own.unansweredMs(50_000)).toBeNull();
  own.close();
});
