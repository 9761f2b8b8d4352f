import { describe, expect, test } from 'vitest';
import type { TrainingSet } from '../../../src/value/data/training-set.ts';
import { calibrationOf } from '../../../src/value/probe/calibration.ts';
import { childChoice } from '../../../src/value/probe/child-choice.ts';
import { searchOf, setOf } from '../data/made-set.ts';

const scale = { energy: { mean: 0, std: 1 }, logProb: { mean: 0, std: 1 } };
/** Energies by the text of the state. */
const energiesOf = (set: TrainingSet, byText: Readonly<Record<string, number>>): Float64Array =>
  Float64Array.from(set.examples.state, (state) => byText[set.states[state] as string] ?? 0);

const choiceSet = (): Promise<TrainingSet> =>
  setOf(
    searchOf('A', 'run', [
      [0, null, 'root', 'positive'],
      [1, 0, 'right', 'positive', -3],
      [2, 0, 'wrong', 'negative', -1],
      [3, 0, 'worse', 'negative', -5],
      [4, 0, 'unjudged', 'unknown', -4],
      [5, 1, 'next', 'positive', -1],
      [6, 1, 'aside', 'negative', -2],
      [7, 5, '', 'positive'],
      [8, 5, 'too late', 'negative'],
    ]),
  );

describe('child choice', () => {
  test('takes the lowest energy at each state on the proof that leaves a choice', async () => {
    const set = await choiceSet();
    const { proof, anyProof } = childChoice(set, energiesOf(set, { right: -1, wrong: 0, unjudged: 1, next: 1 }), scale);
    // The last state's one child is the end: nothing to choose there.
    expect(proof.energy).toMatchObject({ n: 1, of: 2 });
    expect(proof.logProb).toMatchObject({ n: 1, of: 2 });
    expect(proof.chance).toBeCloseTo((1 / 4 + 1 / 2) / 2);
    expect(proof.children).toBe(3);
    expect(anyProof.chance).toBeCloseTo((1 / 3 + 1 / 2) / 2);
  });

  test('splits ties', async () => {
    const set = await choiceSet();
    const { proof, anyProof } = childChoice(set, energiesOf(set, {}), scale);
    expect(proof.energy.n).toBeCloseTo(1 / 4 + 1 / 2);
    expect(anyProof.energy.n).toBeCloseTo(1 / 3 + 1 / 2);
    expect(proof.energy.rate).toBeCloseTo(proof.chance);
  });

  test('weighs log-prob and energy on one scale', async () => {
    const set = await choiceSet();
    // At the root the log-prob prefers `wrong` by 2, and the energy `right` by more than that.
    const [little, much] = [1, 5].map((lead) => energiesOf(set, { right: -lead, wrong: 0, worse: 0, next: -9 }));
    expect(childChoice(set, little as Float64Array, scale).proof.combined.n).toBe(1);
    expect(childChoice(set, much as Float64Array, scale).proof.combined.n).toBe(2);
    const wide = { ...scale, energy: { mean: 0, std: 10 } };
    expect(childChoice(set, much as Float64Array, wide).proof.combined.n).toBe(1);
  });

  test('tells depths apart, and leaves choices out that have a child without an energy', async () => {
    const set = await choiceSet();
    const energies = energiesOf(set, { right: -1 });
    expect(childChoice(set, energies, scale, 0).proof.energy).toMatchObject({ n: 1, of: 1 });
    expect(childChoice(set, energies, scale, 1).proof.energy.of).toBe(1);
    expect(childChoice(set, energiesOf(set, { wrong: Number.NaN }), scale).proof.energy.of).toBe(1);
  });
});

test('calibration: bins of equal size against the curve', async () => {
  const many = await setOf(
    searchOf('A', 'run', [
      [0, null, 's0', 'positive'],
      ...Array.from({ length: 99 }, (_, i) => [i + 1, i, `s${i + 1}`, i < 49 ? 'positive' : 'negative'] as const),
    ]),
  );
  const energies = Float64Array.from(many.examples.state, (state) => Number(many.states[state]?.slice(1)) / 10);
  const calibration = calibrationOf(many, energies);
  expect(calibration?.bins.map(({ n }) => n)).toEqual(Array(10).fill(10));
  expect(calibration?.bins.map(({ positive }) => positive)).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
  expect(calibration?.ece).toBeLessThan(0.05);
  expect(calibrationOf(many, energies.fill(Number.NaN))).toBeNull();
});
