import { describe, expect, test } from 'vitest';
import type { Measures } from '../../../src/value/train/events.ts';
import { type HealthFacts, healthWarnings } from '../../../src/value/train/health.ts';
import { measureLosses, measureRanking } from '../../../src/value/train/measures.ts';
import { learningRate, warmupSteps } from '../../../src/value/train/schedule.ts';
import { doubles, energiesOf, lossOf, smallProblem } from './small-problem.ts';

const group = (...energies: number[]) => Float32Array.from(energies);

describe('the ranking of a batch', () => {
  test('counts pairs, groups and the margin', () => {
    const measured = measureRanking({
      energies: group(-1, 0.5, -2, 0, 2, 3),
      negatives: 2,
      present: new Float32Array(6).fill(1),
      margin: 2,
    });
    expect(measured.posEnergy).toBe(-0.5);
    expect(measured.negEnergy).toBe((0.5 - 2 + 2 + 3) / 4);
    expect(measured.gap).toBe(measured.negEnergy - measured.posEnergy);
    expect(measured).toMatchObject({ rank: 0.5, pair: 0.75, active: 0.5 });
    const mean = 2.5 / 6;
    const variance = [-1, 0.5, -2, 0, 2, 3].reduce((sum, e) => sum + (e - mean) ** 2, 0) / 6;
    expect(measured.std).toBeCloseTo(Math.sqrt(variance), 12);
  });

  test('leaves out places where nobody is, and takes a tie for no rank', () => {
    const present = Float32Array.of(1, 0, 1, 1, 1, 0);
    const measured = measureRanking({ energies: group(0, -5, 1, 2, 2, -9), negatives: 2, present, margin: 1 });
    expect(measured).toMatchObject({ posEnergy: 1, negEnergy: 1.5, rank: 0.5, pair: 0.5 });
  });
});

test.each([
  { infoNce: 1, marginRanking: 0, depthRegression: 0 },
  { infoNce: 0, marginRanking: 1, depthRegression: 0.3 },
  { infoNce: 0.5, marginRanking: 0.5, depthRegression: 1 },
])('losses of validation are those of training: %j', (weights) => {
  const problem = smallProblem({ losses: weights, gaps: true, head: { logTemperature: -0.7 } });
  const numbers = doubles(problem);
  const measured = measureLosses({
    energies: Float32Array.from(energiesOf(problem, numbers, [])),
    negatives: problem.negatives,
    present: problem.present,
    margin: 1,
    remaining: problem.remaining,
    logTemperature: -0.7,
    weights,
  });
  expect(measured.loss).toBeCloseTo(lossOf(problem, numbers, []), 5);
  expect(measured.contrastive + measured.depth).toBeCloseTo(measured.loss, 10);
});

test('the learning rate rises along a line and falls along a cosine', () => {
  const config = { steps: 1000, warmup: null, lr: 1 };
  expect(warmupSteps(config)).toBe(100);
  expect(warmupSteps({ steps: 50_000, warmup: null })).toBe(1000);
  expect(learningRate(config, 0)).toBeCloseTo(0.01);
  expect(learningRate(config, 99)).toBe(1);
  expect(learningRate(config, 550)).toBeCloseTo(0.5);
  expect(learningRate(config, 999)).toBeLessThan(1e-5);
  expect(learningRate({ ...config, warmup: 0 }, 0)).toBe(1);
});

describe('health', () => {
  const good: Measures = {
    loss: 0.4,
    contrastive: 0.4,
    depth: 0,
    gap: 1,
    rank: 0.6,
    pair: 0.9,
    active: 0.4,
    posEnergy: -1,
    negEnergy: 0,
    std: 1,
  };
  const facts: HealthFacts = { ...good, usesMargin: true, gradNorm: 1, skippedShare: 0, skippedLimit: 0.1 };
  const kindsOf = (changes: Partial<HealthFacts>): readonly string[] =>
    healthWarnings({ ...facts, ...changes }).map(({ health }) => health);

  test('nothing is said of a training that goes well', () => expect(kindsOf({})).toEqual([]));

  test.each<[string, Partial<HealthFacts>]>([
    ['modeCollapse', { std: 0.09 }],
    ['inverted', { gap: -0.1 }],
    ['negativesTooEasy', { rank: 0.96, contrastive: 0.6 }],
    ['polarity', { posEnergy: 0.1, negEnergy: -0.1 }],
    ['diverged', { loss: Number.NaN }],
    ['diverged', { gradNorm: Number.POSITIVE_INFINITY }],
    ['deadGradient', { active: 0.009 }],
    ['skipped', { skippedShare: 0.11 }],
  ])('%s: %o', (health, changes) => expect(kindsOf(changes)).toEqual([health]));

  test('InfoNCE learns from pairs beyond the margin too', () =>
    expect(kindsOf({ active: 0, usesMargin: false })).toEqual([]));
});
