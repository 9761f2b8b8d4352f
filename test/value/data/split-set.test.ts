import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partOf, splitByTheorem } from '../../../src/value/data/split-set.ts';
import type { TrainingSet } from '../../../src/value/data/training-set.ts';
import { searchOf, setOf } from './made-set.ts';

const theorem = (name: string, root: string, state = `${name} good`) =>
  searchOf(name, 'run', [
    [0, null, root, 'positive'],
    [1, 0, state, 'positive'],
    [2, 0, `${name} sibling`, 'negative'],
    [3, 1, '', 'positive'],
  ]);

const names = ({ examples, theorems }: TrainingSet): ReadonlySet<string> =>
  new Set([...examples.theorem].map((one) => theorems[one] as string));
const states = ({ examples }: TrainingSet): ReadonlySet<number> => new Set(examples.state);

const common = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): readonly T[] => [...a].filter((one) => b.has(one));

describe('splitting', () => {
  test('keeps theorems and statements whole, and no state on both sides', async () => {
    const set = await setOf(
      ...Array.from({ length: 30 }, (_, i) => theorem(`T${i}`, `root ${i % 20}`, `state ${i % 25}`)),
    );
    fc.assert(
      fc.property(fc.nat(1000), fc.double({ min: 0.05, max: 0.9, noNaN: true }), (seed, share) => {
        const { train, validation, groups } = splitByTheorem(set, seed, share);
        expect(groups).toBe(20);
        expect(common(names(train), names(validation))).toEqual([]);
        expect(common(states(train), states(validation))).toEqual([]);
        for (let i = 0; i < 10; i++) expect(names(validation).has(`T${i}`)).toBe(names(validation).has(`T${i + 20}`));
        expect(train.states).toBe(set.states);
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  test('depends on the statements and the seed, not on the order of the files', async () => {
    const files = Array.from({ length: 12 }, (_, i) => theorem(`T${i}`, `root ${i}`));
    const [one, other] = [await setOf(...files), await setOf(...files.toReversed())];
    const held = names(splitByTheorem(one, 4, 0.25).validation);
    expect(held.size).toBe(3);
    expect(names(splitByTheorem(other, 4, 0.25).validation)).toEqual(held);
    expect(names(splitByTheorem(one, 5, 0.25).validation)).not.toEqual(held);
  });

  test('and parts of a set keep choices and lists right', async () => {
    const set = await setOf(theorem('A', 'a'), theorem('B', 'b'));
    const [a, b] = ['A', 'B'].map((name) => {
      const theorem = set.theorems.indexOf(name);
      return partOf(set, (example) => set.examples.theorem[example] === theorem);
    }) as [TrainingSet, TrainingSet];
    for (const [side, name] of [
      [a, 'A'],
      [b, 'B'],
    ] as const) {
      expect(names(side)).toEqual(new Set([name]));
      expect(side.choices.length).toBe(1);
      const children = [...side.choices.example].map((i) => side.states[side.examples.state[i] as number]);
      expect(children).toEqual([`${name} good`, `${name} sibling`]);
      expect(side.eligible.length).toBe(1);
      expect(side.theorems[side.eligible[0] as number]).toBe(name);
      expect(side.counts).toMatchObject({ positives: 2, siblings: 1, withPositives: 1 });
    }
  });
});
