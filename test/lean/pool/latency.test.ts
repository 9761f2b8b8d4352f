import { describe, expect, it } from 'vitest';
import { Latency } from '../../../src/lean/pool/latency.ts';

describe('latency', () => {
  it('counts what ended in the last ten seconds', () => {
    let now = 0;
    const latency = new Latency(() => now);
    expect(latency.perSecond()).toBe(0);
    for (now = 500; now <= 4000; now += 500) latency.add(20);
    now = 4000;
    expect(latency.perSecond()).toBe(2);
    now = 13_000;
    expect(latency.perSecond()).toBeCloseTo(0.2);
    now = 60_000;
    expect(latency.perSecond()).toBe(0);
  });

  it('gives percentiles of the newest values in bounded memory', () => {
    let now = 0;
    const latency = new Latency(() => now);
    expect(latency.quantile(0.5)).toBeNull();
    for (let i = 0; i < 10_000; i++) {
      now += 1;
      latency.add(i % 100);
    }
    expect(latency.quantile(0.5)).toBeCloseTo(50, -1);
    expect(latency.quantile(0.99)).toBeGreaterThanOrEqual(97);
    expect(latency.count).toBe(10_000);
    expect(latency.perSecond()).toBeCloseTo(1000, -2);
  });
});
