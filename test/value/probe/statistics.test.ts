import { describe, expect, test } from 'vitest';
import { Rng } from '../../../src/value/data/rng.ts';
import { logisticFit, shareBelow, spreadOf } from '../../../src/value/probe/statistics.ts';

const floats = (...values: readonly number[]): Float64Array => Float64Array.from(values);

describe('figures of a probe', () => {
  test('the share of pairs in order is the area under the ROC curve, ties half', () => {
    expect(shareBelow(floats(0, 1), floats(2, 3))).toBe(1);
    expect(shareBelow(floats(2, 3), floats(0, 1))).toBe(0);
    expect(shareBelow(floats(1, 1), floats(1, 1))).toBe(0.5);
    expect(shareBelow(floats(0, 2), floats(1, 2))).toBe((2 + 0.5) / 4);
    expect(shareBelow(floats(), floats(1))).toBeNull();
  });

  test('it is what counting pairs gives', () => {
    const rng = Rng.seeded(5);
    const draw = (n: number) => Float64Array.from({ length: n }, () => rng.below(20));
    const [low, high] = [draw(40), draw(60)];
    let wins = 0;
    for (const a of low) for (const b of high) wins += a < b ? 1 : a === b ? 0.5 : 0;
    expect(shareBelow(low, high)).toBeCloseTo(wins / (40 * 60), 12);
  });

  test('a logistic curve is found again', () => {
    const rng = Rng.seeded(9);
    const x = Float64Array.from({ length: 20_000 }, () => rng.below(1000) / 100 - 5);
    const y = Uint8Array.from(x, (value) => (rng.below(1e6) / 1e6 < 1 / (1 + Math.exp(-(1 - 2 * value))) ? 1 : 0));
    const fit = logisticFit(x, y);
    expect(fit.a).toBeCloseTo(1, 0);
    expect(fit.b).toBeCloseTo(-2, 0);
    expect(fit.at(0.5)).toBeCloseTo(0.5, 1);
  });

  test('kinds that can be told apart wholly do not make it run away', () => {
    const fit = logisticFit(floats(0, 1, 2, 3), Uint8Array.from([1, 1, 0, 0]));
    expect(Number.isFinite(fit.b)).toBe(true);
    expect(fit.at(0)).toBeGreaterThan(0.9);
  });

  test('spread of nothing is nothing', () => expect(spreadOf(floats())).toEqual({ mean: 0, std: 0 }));
});
