import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LatencyCounter, latencySchema } from '../../src/run/latency.ts';

test('percentiles are those of the sorted times, to 5 %', () => {
  const times = fc.array(fc.double({ min: 0.002, max: 600_000, noNaN: true }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(times, (ms) => {
      const counter = new LatencyCounter();
      for (const one of ms) counter.add(one);
      const sorted = [...ms].sort((a, b) => a - b);
      const exact = (share: number): number => sorted[Math.min(Math.floor(share * ms.length), ms.length - 1)]!;
      const { calls, p50, p95, p99 } = counter.percentiles()!;
      expect(calls).toBe(ms.length);
      for (const [found, wanted] of [
        [p50, exact(0.5)],
        [p95, exact(0.95)],
        [p99, exact(0.99)],
      ] as const)
        expect(Math.abs(found / wanted - 1)).toBeLessThan(0.05);
    }),
    { seed: 1 },
  );
});

test('counts of several searches add up, and fit their schema', () => {
  const [a, b, both] = [new LatencyCounter(), new LatencyCounter(), new LatencyCounter()];
  for (const ms of [0, 1, 5, 5, 1e12]) {
    a.add(ms);
    both.add(ms);
  }
  for (const ms of [2, 300]) {
    b.add(ms);
    both.add(ms);
  }
  a.merge(b.counts());
  expect(a.counts()).toEqual(both.counts());
  expect(latencySchema.parse(a.counts())).toEqual(a.counts());
});

test('no calls have no percentiles', () => expect(new LatencyCounter().percentiles()).toBeNull());
