import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fisherExact, mcnemarExact } from '../../src/run/significance.ts';

// In exact rational arithmetic.
test.each([
  [2, 10, 0.03857422],
  [0, 0, 1],
  [5, 5, 1],
  [0, 6, 0.03125],
  [6, 0, 0.03125],
  [12, 30, 0.0079158973],
  [90, 110, 0.1789640395],
])('McNemar: %i against %i', (b, c, p) => expect(mcnemarExact(b, c)).toBeCloseTo(p, 8));

// The lady tasting tea, and the twins of Fisher's table; the others in exact rational arithmetic.
test.each([
  [3, 4, 1, 4, 0.4857143],
  [10, 13, 2, 17, 0.0005367241],
  [1, 10, 1, 10, 1],
  [0, 5, 5, 5, 0.007936508],
  [43, 244, 39, 200, 0.624902216],
])('Fisher: %i of %i against %i of %i', (n1, of1, n2, of2, p) =>
  expect(fisherExact(n1, of1, n2, of2)).toBeCloseTo(p, 6),
);

test('both are symmetric, lie between 0 and 1, and stand thousands', () => {
  fc.assert(
    fc.property(fc.nat({ max: 3000 }), fc.nat({ max: 3000 }), fc.nat({ max: 3000 }), (a, b, of) => {
      expect(mcnemarExact(a, b)).toBe(mcnemarExact(b, a));
      const [n1, n2] = [Math.min(a, of), Math.min(b, of)];
      const p = fisherExact(n1, of, n2, of);
      expect(p).toBeGreaterThanOrEqual(0);
      expect(p).toBeLessThanOrEqual(1);
      expect(fisherExact(n2, of, n1, of)).toBeCloseTo(p, 9);
    }),
    { seed: 1, numRuns: 50 },
  );
});
