import { expect, test } from 'vitest';
import { RunningTime } from '../../src/search/running-time.ts';
import type { Clock } from '../../src/search/world.ts';

/** A clock that the test moves. */
class FakeClock implements Clock {
  #now = 0;
  #timers = new Map<() => void, number>();

  now = () => this.#now;
  after = (ms: number, callback: () => void) => {
    this.#timers.set(callback, this.#now + ms);
    return () => void this.#timers.delete(callback);
  };

  advance(ms: number): void {
    this.#now += ms;
    for (const [callback, at] of [...this.#timers]) {
      if (at > this.#now) continue;
      this.#timers.delete(callback);
      callback();
    }
  }
}

function setUp() {
  const clock = new FakeClock();
  const alarms: number[] = [];
  return { clock, alarms, time: new RunningTime(clock, 0, (ms) => alarms.push(ms)) };
}

test('counts what runs, not what pauses, up to the limit', () => {
  const { clock, alarms, time } = setUp();
  time.start(100);
  clock.advance(60);
  time.pause();
  clock.advance(1000);
  expect(time.ms).toBe(60);
  time.start(100);
  clock.advance(39);
  expect(alarms).toEqual([]);
  clock.advance(1);
  expect(alarms).toEqual([100]);
  clock.advance(1000);
  expect(time.ms).toBe(100);
});

test('a new limit takes effect while it runs', () => {
  const { clock, alarms, time } = setUp();
  time.start(100);
  clock.advance(50);
  time.start(200);
  clock.advance(149);
  expect(alarms).toEqual([]);
  time.start(180);
  clock.advance(0);
  expect(alarms).toEqual([199]);
});

test('the alarm goes off once while it counts on, and again after a pause', () => {
  const { clock, alarms, time } = setUp();
  for (let i = 0; i < 5; i++) {
    time.start(100);
    clock.advance(60);
  }
  expect(alarms).toEqual([120]);
  expect(time.ms).toBe(300);
  expect(time.pause()).toBe(true);
  time.start(100);
  clock.advance(0);
  expect(alarms).toEqual([120, 300]);
});

test('no limit means no alarm, and a reset starts over', () => {
  const { clock, alarms, time } = setUp();
  time.start(0);
  clock.advance(1e9);
  expect(alarms).toEqual([]);
  time.reset();
  time.start(10);
  clock.advance(10);
  expect(alarms).toEqual([10]);
});

test('goes on from the time that a recorded search has run', () => {
  const clock = new FakeClock();
  const alarms: number[] = [];
  const time = new RunningTime(clock, 70, (ms) => alarms.push(ms));
  expect(time.ms).toBe(70);
  time.start(100);
  clock.advance(30);
  expect(alarms).toEqual([100]);
});
