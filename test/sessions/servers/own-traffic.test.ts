import { expect, test } from 'vitest';
import { OwnTrafficWatch } from '../../../sessions/servers/own-traffic.ts';
import type { ClientEvent } from '../../../src/inference/client-state.ts';
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

test('the last trouble is one until a request is answered, and that the server has too much to do is one longer', () => {
  let answered = 3;
  const listeners: ((event: ClientEvent) => void)[] = [];
  const server = {
    watch: (listener: (event: ClientEvent) => void) => {
      listeners.push(listener);
      return () => undefined;
    },
    statistics: () => ({ inFlight: 0, answered }),
  } as unknown as ProviderServer;
  const own = new OwnTrafficWatch(
    server,
    () => 5,
    () => undefined,
  );
  const tell = (event: ClientEvent) => {
    for (const listener of listeners) listener(event);
  };
  expect(own.trouble).toBeNull();
  tell({ kind: 'failed', reason: 'badAnswer', message: 'broken JSON' });
  expect(own.trouble).toMatchObject({ reason: 'badAnswer', message: 'broken JSON', atMs: 5 });
  answered = 4;
  expect(own.trouble).toBeNull();
  tell({ kind: 'retry', reason: 'overloaded', message: '503', attempt: 1, waitMs: 10 });
  answered = 5;
  expect(own.trouble).toMatchObject({ reason: 'overloaded' });
  tell({ kind: 'back', awayMs: 10 });
  expect(own.trouble).toBeNull();
});
