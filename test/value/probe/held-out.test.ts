import { expect, test } from 'vitest';
import { halfOf } from '../../../src/corpus/split.ts';
import { splitByTheorem } from '../../../src/value/data/split-set.ts';
import type { TrainingSet } from '../../../src/value/data/training-set.ts';
import type { HeadTraining } from '../../../src/value/head/loaded-head.ts';
import { heldOutOf } from '../../../src/value/probe/held-out.ts';
import { trainingConfigSchema } from '../../../src/value/train/config.ts';
import { searchOf, setOf } from '../data/made-set.ts';

const madeSet = (): Promise<TrainingSet> =>
  setOf(
    ...Array.from({ length: 12 }, (_, i) =>
      searchOf(`T${i}`, 'run', [
        [0, null, `root ${i}`, 'positive'],
        [1, 0, `good ${i}`, 'positive'],
        [2, 0, `bad ${i}`, 'negative'],
        [3, 1, '', 'positive'],
      ]),
    ),
  );
const trainingOf = (set: TrainingSet): HeadTraining => ({
  seed: 3,
  step: 10,
  steps: 10,
  dataHash: set.hash,
  dataFiles: [{ name: 'a.parquet', sha256: 'f00' }],
  trainTheorems: 9,
  validationTheorems: 3,
  config: trainingConfigSchema.parse({ seed: 3, validationShare: 0.25 }),
  program: '0.0.0',
});

test('of the data of its own training a model is probed on the validation side', async () => {
  const set = await madeSet();
  const training = trainingOf(set);
  const held = heldOutOf(set, training, null, ['f00']);
  expect(held.mayBeTrainedOn).toBe(false);
  expect(held.set.examples.theorem).toEqual(splitByTheorem(set, 3, 0.25).validation.examples.theorem);
  expect(held.set.eligible.length).toBe(3);
});

test('of other data on all of it, with a warning where files are shared', async () => {
  const set = await madeSet();
  const training = trainingOf(set);
  const other = { ...training, dataHash: 'else' };
  expect(heldOutOf(set, other, null, ['bar'])).toMatchObject({ mayBeTrainedOn: false, set });
  expect(heldOutOf(set, other, null, ['bar', 'f00']).mayBeTrainedOn).toBe(true);
  expect(heldOutOf(set, null, null, ['bar'])).toMatchObject({ mayBeTrainedOn: false, set });
});

test('a half is that of the names', async () => {
  const set = await madeSet();
  const held = heldOutOf(set, null, 'evaluate', []);
  const names = new Set([...held.set.examples.theorem].map((one) => set.theorems[one] as string));
  expect([...names].every((name) => halfOf(name) === 'evaluate')).toBe(true);
  expect(names.size).toBe(set.theorems.filter((name) => halfOf(name) === 'evaluate').length);
});
