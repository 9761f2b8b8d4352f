import { describe, expect, it } from 'vitest';
import { ProgressClock } from '../../../src/lean/embedded/prepare-progress.ts';

describe('ProgressClock', () => {
  it('moves forward with time and with phases, and never reaches the end by time alone', () => {
    let now = 0;
    const clock = new ProgressClock(() => now);
    const fractions: number[] = [];
    const at = (ms: number): void => {
      now = ms;
      fractions.push(clock.progress().fraction);
    };
    at(100);
    at(5000);
    clock.enter('boot');
    at(5000);
    clock.enter('import', 0.5);
    at(6000);
    clock.enter('import', 0.4);
    at(6001);
    clock.enter('elaborate');
    at(100_000);
    clock.enter('save');
    at(200_000);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions[0]).toBeGreaterThan(0);
    expect(fractions.at(-1)).toBeLessThanOrEqual(1);
    expect(clock.progress()).toMatchObject({ phase: 'save', elapsedMs: 200_000 });
  });
});
