import { describe, expect, it } from 'vitest';
import { atLeast, atMost, figure, keepsBudget } from '../../sessions/bench/measurement.ts';

describe('figure', () => {
  it('gives median and spread, and quantiles only where there are enough values', () => {
    expect(figure('a', 'ms', [3, 1, 2, 4])).toEqual({ name: 'a', unit: 'ms', median: 2.5, min: 1, max: 4, n: 4 });
    const hundred = Array.from({ length: 101 }, (_, i) => i);
    expect(figure('b', 'ms', hundred)).toMatchObject({ median: 50, p95: 95, p99: 99 });
    expect(figure('c', 'ms', hundred.slice(0, 20))).not.toHaveProperty('p99');
  });

  it('refuses to make a figure of nothing', () => {
    expect(() => figure('a', 'ms', [])).toThrow('has no values');
  });
});

describe('keepsBudget', () => {
  it('holds the value named by the budget against its limit', () => {
    expect(keepsBudget(figure('a', 'ms', [1, 2, 9], atMost(2)))).toBe(true);
    expect(keepsBudget(figure('a', 'ms', [1, 2, 9], atMost(2, 'max')))).toBe(false);
    // Too few values for p95: the largest counts.
    expect(keepsBudget(figure('a', 'ms', [1, 2, 9], atMost(2, 'p95')))).toBe(false);
    expect(keepsBudget(figure('a', 'ratio', [0.95], atLeast(0.9)))).toBe(true);
    expect(keepsBudget(figure('a', 'ratio', [0.8], atLeast(0.9)))).toBe(false);
    expect(keepsBudget(figure('a', 'ms', [1]))).toBeNull();
  });
});
