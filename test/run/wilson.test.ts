import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { rateOf, wilson95 } from '../../src/run/wilson.ts';

// By the formula, to thirty digits.
test.each([
  [15, 244, 0.0376053042, 0.0989394813],
  [76, 244, 0.2566690406, 0.3721259139],
  [5, 10, 0.2365930905, 0.7634069095],
  [0, 20, 0, 0.1611251581],
  [20, 20, 0.8388748419, 1],
])('the interval of %i of %i', (n, of, low, high) => {
  const [l, h] = wilson95(n, of);
  expect(l).toBeCloseTo(low, 9);
  expect(h).toBeCloseTo(high, 9);
});

test('nothing tried says nothing', () => expect(rateOf(0, 0)).toEqual({ n: 0, of: 0, rate: 0, wilson95: [0, 1] }));

test('the interval lies within 0 and 1 and around the rate', () => {
  fc.assert(
    fc.property(fc.nat({ max: 5000 }), fc.nat({ max: 5000 }), (a, b) => {
      const [n, of] = [Math.min(a, b), Math.max(a, b, 1)];
      const [low, high] = wilson95(n, of);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(n / of);
      expect(high).toBeGreaterThanOrEqual(n / of);
      expect(high).toBeLessThanOrEqual(1);
    }),
    { seed: 1 },
  );
});
