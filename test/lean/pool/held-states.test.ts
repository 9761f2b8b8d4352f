import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeldStates } from '../../../src/lean/pool/held-states.ts';

describe('held states', () => {
  it('drop what was not used for longest', () => {
    const held = new HeldStates();
    for (const [i, key] of ['a', 'b', 'c', 'd'].entries()) held.hold(1, key, i);
    held.use(1, 'a');
    held.shrinkTo(2);
    expect(['a', 'b', 'c', 'd'].map((key) => held.has(1, key))).toEqual([true, false, false, true]);
    expect(held.takeDropped()).toEqual([1, 2]);
    expect(held.takeDropped()).toEqual([]);
  });

  it('keep problems apart, also with keys that hold slashes', () => {
    const held = new HeldStates();
    held.hold(1, 'x/y', 10);
    held.hold(11, 'x/y', 11);
    held.dropProblem(1);
    expect(held.has(1, 'x/y')).toBe(false);
    expect(held.use(11, 'x/y')).toBe(11);
  });

  it('free each state exactly once', () => {
    const step = fc.record({
      problem: fc.nat(2),
      key: fc.constantFrom('a', 'b', 'c'),
      act: fc.constantFrom('hold', 'drop', 'shrink', 'problem'),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const held = new HeldStates();
        let ids = 0;
        const freed: number[] = [];
        for (const { problem, key, act } of steps) {
          if (act === 'hold') held.hold(problem, key, ids++);
          else if (act === 'drop') held.drop(problem, key);
          else if (act === 'shrink') held.shrinkTo(2);
          else held.dropProblem(problem);
          freed.push(...held.takeDropped());
        }
        expect(new Set(freed).size).toBe(freed.length);
        expect(freed.length + held.size).toBe(ids);
      }),
      { seed: 1 },
    );
  });
});
