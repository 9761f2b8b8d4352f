import { describe, expect, test } from 'vitest';
import { rootsOf, statesOf, TIER_EASY, TIER_HARD, TIER_MEDIUM, TIER_NONE } from '../../../src/value/data/batch.ts';
import { Rng } from '../../../src/value/data/rng.ts';
import { Sampler, tierCounts } from '../../../src/value/data/sample.ts';
import { trainingConfigSchema } from '../../../src/value/train/config.ts';
import { searchOf, setOf } from './made-set.ts';

const defaults = trainingConfigSchema.parse({});

const theorem = (name: string) =>
  searchOf(name, 'run', [
    [0, null, `${name} root`, 'positive'],
    [1, 0, `${name} good`, 'positive'],
    [2, 0, `${name} sibling`, 'negative'],
    [3, 0, `${name} other sibling`, 'negative'],
    [4, 2, `${name} deep`, 'negative'],
    [5, 1, '', 'positive'],
  ]);
const unproved = searchOf('U', 'run', [
  [0, null, 'U root', 'unknown'],
  [1, 0, 'U state', 'unknown'],
]);

describe('drawing samples', () => {
  test('shares are rounded, and the rest is easy', () => {
    expect(tierCounts(defaults)).toEqual([4, 2, 1]);
    expect(tierCounts({ ...defaults, hard: 0.3, medium: 0.4 })).toEqual([2, 3, 2]);
    expect(tierCounts({ ...defaults, hard: 1, medium: 1 })).toEqual([7, 0, 0]);
  });

  test('each negative is of its tier', async () => {
    const set = await setOf(theorem('A'), theorem('B'), theorem('C'));
    const sampler = new Sampler(set, defaults);
    const batch = sampler.sample(Rng.seeded(1), 50);
    const { examples } = set;
    for (let row = 0; row < batch.size; row++) {
      const at = row * 8;
      const own = examples.theorem[batch.examples[at] as number];
      expect(set.positives.values).toContain(batch.examples[at]);
      expect([...batch.tiers.subarray(at, at + 8)]).toEqual([0, 1, 1, 1, 1, 2, 2, 3]);
      for (let k = 1; k < 8; k++) {
        const example = batch.examples[at + k] as number;
        const list = { [TIER_HARD]: set.siblings, [TIER_MEDIUM]: set.sameTheorem }[batch.tiers[at + k] as 1 | 2];
        if (list) expect(list.values).toContain(example);
        expect(examples.theorem[example] === own).toBe(batch.tiers[at + k] !== TIER_EASY);
      }
    }
    expect(statesOf(set, batch).length).toBe(400);
    expect([...rootsOf(set, batch)].every((root) => set.states[root]?.endsWith('root'))).toBe(true);
  });

  test('the same state of the generator gives the same samples, also in the middle', async () => {
    const set = await setOf(theorem('A'), theorem('B'));
    const sampler = new Sampler(set, defaults);
    const rng = Rng.seeded(7);
    sampler.sample(rng, 3);
    const kept = JSON.parse(JSON.stringify(rng.state));
    const next = sampler.sample(rng, 20);
    expect(new Sampler(set, defaults).sample(new Rng(kept), 20)).toEqual(next);
    expect(sampler.sample(Rng.seeded(8), 20).examples).not.toEqual(next.examples);
  });

  test('theorems are drawn evenly, however many states they have', async () => {
    const rich = searchOf(
      'R',
      'run',
      Array.from({ length: 40 }, (_, i) => [i, i === 0 ? null : i - 1, `R ${i}`, 'positive'] as const),
    );
    const set = await setOf(theorem('A'), rich);
    const { examples } = new Sampler(set, defaults).sample(Rng.seeded(3), 2000);
    const ofRich = Array.from({ length: 2000 }, (_, row) => set.examples.theorem[examples[row * 8] as number]).filter(
      (one) => set.theorems[one as number] === 'R',
    );
    expect(ofRich.length / 2000).toBeCloseTo(0.5, 1);
  });

  test('a tier that has nothing gives its share to the next; states without a proof are easy where that is wished', async () => {
    const bare = searchOf('E', 'run', [
      [0, null, 'E root', 'positive'],
      [1, 0, '', 'positive'],
    ]);
    const set = await setOf(theorem('A'), bare, unproved);
    const sampler = new Sampler(set, defaults);
    const batch = sampler.sample(Rng.seeded(1), 100);
    for (let row = 0; row < 100; row++) {
      const isBare = set.theorems[set.examples.theorem[batch.examples[row * 8] as number] as number] === 'E';
      const expected = isBare ? [0, 3, 3, 3, 3, 3, 3, 3] : [0, 1, 1, 1, 1, 2, 2];
      // The theorem with negatives is alone with them: what was to be easy is hard.
      expect([...batch.tiers.subarray(row * 8, row * 8 + expected.length)]).toEqual(expected);
      if (!isBare) expect(batch.tiers[row * 8 + 7]).toBe(TIER_HARD);
    }
    const weak = new Sampler(set, { ...defaults, unprovedAsEasy: true }).sample(Rng.seeded(1), 100);
    const easy = weak.examples.filter((_, i) => weak.tiers[i] === TIER_EASY);
    expect([...easy].some((i) => set.theorems[set.examples.theorem[i] as number] === 'U')).toBe(true);
  });

  test('nothing can be drawn without a negative', async () => {
    const set = await setOf(searchOf('E', 'run', [[0, null, 'E root', 'positive']]), unproved);
    expect(new Sampler(set, defaults).canSample).toBe(false);
    expect(new Sampler(set, { ...defaults, unprovedAsEasy: true }).canSample).toBe(true);
  });

  test('a group is a choice: the child on the proof, and each sibling once', async () => {
    const set = await setOf(theorem('A'));
    const sampler = new Sampler(set, defaults);
    expect(sampler.groups).toBe(1);
    const { examples, tiers } = sampler.sampleGroups(Rng.seeded(1), 1);
    const texts = [...examples].map((i) => set.states[set.examples.state[i] as number]);
    expect(texts[0]).toBe('A good');
    expect(texts.slice(1, 3).toSorted()).toEqual(['A other sibling', 'A sibling']);
    expect([...tiers]).toEqual([0, 1, 1, ...Array(5).fill(TIER_NONE)]);
  });
});

test('a theorem with nothing to hold against its proofs is not drawn', async () => {
  // A was proved without a state beside its proof; nobody knows of the one that another search of it found.
  const set = await setOf(
    searchOf('A', 'one', [
      [0, null, 'root', 'positive'],
      [1, 0, 'good', 'positive'],
      [2, 1, '', 'positive'],
    ]),
    searchOf('A', 'two', [
      [0, null, 'root', 'unknown'],
      [1, 0, 'open', 'unknown'],
    ]),
  );
  expect(set.eligible.length).toBe(1);
  const sampler = new Sampler(set, { negatives: 2, hard: 0.5, medium: 0.5, unprovedAsEasy: true });
  expect(sampler.canSample).toBe(false);
});
