import { expect, test } from 'vitest';
import { halfOf } from '../../../src/corpus/split.ts';
import { splitByTheorem } from '../../../src/value/data/split-set.ts';
import { markTheorems } from '../../../src/value/data/theorem-marks.ts';
import type { TrainingSet } from '../../../src/value/data/training-set.ts';
import type { HeadTraining } from '../../../src/value/head/loaded-head.ts';
import { heldOutOf } from '../../../src/value/probe/held-out.ts';
import { trainingConfigSchema } from '../../../src/value/train/config.ts';
import { type MadeState, searchOf, setOf } from '../data/made-set.ts';

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

/** Theorems that a set's examples are of. */
const namesIn = ({ examples, theorems }: TrainingSet): ReadonlySet<string> =>
  new Set([...examples.theorem].map((one) => theorems[one] as string));

test('a copy of what it was trained on is known by its theorems, whatever else is in the files', async () => {
  const set = await madeSet();
  const { train, validation } = splitByTheorem(set, 3, 0.25);
  const training = { ...trainingOf(set), theorems: markTheorems(train) };
  const tree = (i: number): readonly MadeState[] => [
    [0, null, `root ${i}`, 'positive'],
    [1, 0, `other ${i}`, 'positive'],
    [2, 1, '', 'positive'],
  ];
  const trained = [...namesIn(train)].map((name) => Number(name.slice(1)));
  const [first = 0, second = 0] = trained;
  const merged = await setOf(
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13].flatMap((i) => searchOf(`T${i}`, 'again', tree(i))),
    // The statement of one under another name, and the name of one over a statement that is printed otherwise.
    [
      ...searchOf('renamed', 'again', tree(first)),
      ...searchOf(`T${second}`, 'newer', [[0, null, 'root, anew', 'positive']]),
    ],
  );
  const held = heldOutOf(merged, training, null, ['bar']);
  expect(namesIn(held.set)).toEqual(new Set([...namesIn(validation), 'T12', 'T13']));
  expect(held).toMatchObject({ mayBeTrainedOn: false, leftOut: { n: trained.length + 1, of: 15 } });
  expect(heldOutOf(merged, training, 'train', []).leftOut?.of).toBe(
    [...namesIn(merged)].filter((name) => halfOf(name) === 'train').length,
  );
});

test('a model that does not say what it was trained on leaves nothing out', async () => {
  const set = await madeSet();
  expect(heldOutOf(set, { ...trainingOf(set), dataHash: 'else' }, null, ['bar'])).toMatchObject({ set, leftOut: null });
  expect(heldOutOf(set, null, null, ['bar'])).toMatchObject({ set, leftOut: null });
});

test('the marks of ten thousand theorems are a few hundred kilobytes', () => {
  const theorems = Array.from({ length: 10_000 }, (_, i) => `Some.Theorem.number${i}`);
  const numbers = Int32Array.from(theorems.keys());
  const set = { theorems, states: theorems.map((name) => `⊢ ${name}`), roots: numbers, examples: { theorem: numbers } };
  expect(markTheorems(set as never).length).toBeLessThan(250_000);
});

test('a half is that of the names', async () => {
  const set = await madeSet();
  const held = heldOutOf(set, null, 'evaluate', []);
  const names = new Set([...held.set.examples.theorem].map((one) => set.theorems[one] as string));
  expect([...names].every((name) => halfOf(name) === 'evaluate')).toBe(true);
  expect(names.size).toBe(set.theorems.filter((name) => halfOf(name) === 'evaluate').length);
});
