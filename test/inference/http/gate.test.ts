import { expect, test } from 'vitest';
import type { BreakerState } from '../../../src/inference/client-state.ts';
import { Breaker } from '../../../src/inference/http/breaker.ts';
import { Gate, type Place } from '../../../src/inference/http/gate.ts';
import { FakeClock } from './fake-clock.ts';

const signal = new AbortController().signal;

function openGate(maxInFlight: number, patienceMs = 60_000) {
  const clock = new FakeClock();
  const states: string[] = [];
  const breaker: Breaker = new Breaker({
    clock,
    onChange: ({ kind }) => {
      states.push(kind);
      gate.update();
    },
  });
  const gate: Gate = new Gate({ clock, maxInFlight, patienceMs, breaker: (): BreakerState => breaker.state });
  return { clock, breaker, gate, states };
}

/** Lets everything that is ready run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('serves lanes in turn, however many wait in one', async () => {
  const { gate } = openGate(1);
  const order: string[] = [];
  const places: Place[] = [];
  const enter = async (lane: string) => {
    const place = await gate.enter(lane, signal, false);
    order.push(lane);
    if (place) places.push(place);
  };
  for (const lane of ['a', 'a', 'a', 'a', 'b', 'b', 'c']) void enter(lane);
  await settle();
  while (places.length > 0) {
    places.shift()?.release();
    await settle();
  }
  expect(order).toEqual(['a', 'a', 'b', 'c', 'a', 'b', 'a']);
  expect(gate).toMatchObject({ inFlight: 0, queued: 0 });
});

test('one that comes back goes before the others of its lane', async () => {
  const { gate } = openGate(1);
  const order: string[] = [];
  const first = await gate.enter('a', signal, false);
  void gate.enter('a', signal, false).then((place) => {
    order.push('new');
    place?.release();
  });
  void gate.enter('a', signal, true).then((place) => {
    order.push('again');
    place?.release();
  });
  first?.release();
  await settle();
  expect(order).toEqual(['again', 'new']);
});

test('one that gives up leaves the queue', async () => {
  const { gate } = openGate(1);
  const place = await gate.enter('a', signal, false);
  const giveUp = new AbortController();
  const waiting = gate.enter('b', giveUp.signal, false);
  expect(gate.queued).toBe(1);
  giveUp.abort();
  expect(await waiting).toBeNull();
  expect(gate.queued).toBe(0);
  place?.release();
  expect(await gate.enter('b', AbortSignal.abort(), false)).toBeNull();
});

test('halves what is in flight when the server has too much, once for those sent together, and recovers', async () => {
  const { clock, gate } = openGate(8);
  const places = await Promise.all(Array.from({ length: 8 }, () => gate.enter('', signal, false)));
  clock.advance(10);
  for (let i = 0; i < 8; i++) gate.overloaded(0);
  expect(gate.limit).toBe(4);
  clock.advance(10);
  gate.overloaded(15);
  expect(gate.limit).toBe(2);
  for (const place of places) place?.release();
  for (let i = 0; i < 40; i++) gate.answered();
  expect(gate.limit).toBe(8);
});

test('three failures in a row open the breaker, and one trial at a time closes it', async () => {
  const { clock, breaker, gate, states } = openGate(4);
  breaker.failed('x');
  breaker.answered();
  for (let i = 0; i < 3; i++) breaker.failed('gone');
  expect(breaker.state).toMatchObject({ kind: 'open', message: 'gone', nextProbeMs: 1000 });
  let entered = 0;
  const places: Place[] = [];
  for (let i = 0; i < 3; i++)
    void gate.enter('', signal, false).then((place) => {
      entered++;
      if (place) places.push(place);
    });
  await settle();
  expect(entered).toBe(0);
  clock.advance(1000);
  await settle();
  expect(entered).toBe(1);
  breaker.failed('still gone');
  places.shift()?.release();
  clock.advance(1999);
  await settle();
  expect(entered).toBe(1);
  clock.advance(1);
  await settle();
  expect(entered).toBe(2);
  breaker.answered();
  await settle();
  expect(entered).toBe(3);
  expect(states).toEqual(['open', 'probing', 'open', 'probing', 'closed']);
});

test('requests that hang in a dead server do not keep the trial out', async () => {
  const { clock, breaker, gate } = openGate(1);
  await gate.enter('', signal, false);
  for (let i = 0; i < 3; i++) breaker.failed('gone');
  const trial = gate.enter('', signal, false);
  clock.advance(1000);
  expect(await trial).not.toBeNull();
});

test('pauses between trials grow to fifteen seconds', () => {
  const { clock, breaker } = openGate(1);
  for (let i = 0; i < 3; i++) breaker.failed('gone');
  const pauses = [clock.pending[0]];
  for (let i = 0; i < 6; i++) {
    clock.advance(clock.pending[0] as number);
    breaker.failed('gone');
    pauses.push(clock.pending[0]);
  }
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
});

test('who has no patience left is sent away at that moment, also while a trial hangs', async () => {
  const { clock, breaker, gate } = openGate(2, 2500);
  for (let i = 0; i < 3; i++) breaker.failed('gone');
  const trial = gate.enter('', signal, false);
  const patient = gate.enter('', signal, false);
  clock.advance(1000);
  expect(await trial).not.toBeNull();
  const newcomer = gate.enter('', signal, false);
  clock.advance(1499);
  expect(gate.queued).toBe(2);
  clock.advance(1);
  expect(await patient).toBeNull();
  expect(gate.queued).toBe(1);
  clock.advance(1000);
  expect(await newcomer).toBeNull();
  expect(clock.pending).toEqual([]);
});

test('without patience nobody waits for a server that is gone', async () => {
  const { breaker, gate } = openGate(1, 0);
  const place = await gate.enter('', signal, false);
  const waiting = gate.enter('', signal, false);
  for (let i = 0; i < 3; i++) breaker.failed('gone');
  expect(await waiting).toBeNull();
  expect(await gate.enter('', signal, false)).toBeNull();
  place?.release();
});
