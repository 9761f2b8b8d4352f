import { expect, test } from 'vitest';
import { decodeTrainingEvent, encodeTrainingEvent, type TrainingEvent } from '../../../src/value/train/events.ts';
import { NO_TRAINING, reduceTraining, type TrainingState } from '../../../src/value/train/state.ts';
import { loggedStep, openedTraining } from '../../fixtures/trainings.ts';

const validated = (step: number, rank: number, best: boolean): TrainingEvent => ({
  kind: 'validated',
  step,
  loss: 1,
  contrastive: 1,
  depth: 0,
  gap: 1,
  rank,
  pair: 0.8,
  active: 0.5,
  posEnergy: 0,
  negEnergy: 1,
  std: 1,
  best,
});

const events: readonly TrainingEvent[] = [
  openedTraining(100),
  { kind: 'encode.progress', done: 5, total: 10 },
  loggedStep(10, 100),
  validated(10, 0.3, true),
  { kind: 'checkpoint.saved', step: 10, ms: 3 },
  { kind: 'warning', step: 20, health: 'inverted', message: 'm' },
  loggedStep(20, 100),
  validated(20, 0.4, true),
  loggedStep(30, 100),
];

const stateOf = (all: readonly TrainingEvent[]): TrainingState =>
  all.reduce((state, event, i) => reduceTraining(state, { seq: i + 1, t: i, event }), NO_TRAINING);

test('a line of the log is read as it was written', () => {
  for (const [i, event] of events.entries()) {
    const logged = { seq: i + 1, t: 10 * i, event };
    expect(decodeTrainingEvent(encodeTrainingEvent(logged))).toEqual(logged);
  }
  expect(decodeTrainingEvent('{"seq":1')).toEqual(expect.any(String));
  expect(decodeTrainingEvent('{"seq":1,"t":0,"kind":"other"}')).toEqual(expect.any(String));
});

test('what was logged is what is shown', () => {
  const state = stateOf(events);
  expect(state).toMatchObject({ phase: 'training', checkpoint: 10, best: { step: 20 }, resumed: 0 });
  expect(state.steps.map(({ step }) => step)).toEqual([10, 20, 30]);
  expect(state.warnings).toEqual([{ health: 'inverted', message: 'm', since: 20 }]);
  expect(stateOf([...events, { kind: 'recovered', step: 30, health: 'inverted' }]).warnings).toEqual([]);
});

test('it trains from when every state has its vector, long before a step is logged', () => {
  const encoding = (done: number): TrainingEvent => ({ kind: 'encode.progress', done, total: 50 });
  expect(stateOf([events[0]!, encoding(10)]).phase).toBe('encoding');
  expect(stateOf([events[0]!, encoding(10), encoding(50)])).toMatchObject({ phase: 'training', encoded: { done: 50 } });
});

test('what is done again after a resumption stands once', () => {
  const again: TrainingEvent[] = [
    { kind: 'training.resumed', at: '2026-11-20T21:00:00Z', program: '0.1.0', step: 10 },
    loggedStep(20, 100),
    { kind: 'training.ended', status: 'stopped', reason: 'r', step: 20, best: null, file: null },
  ];
  const state = stateOf([...events, ...again]);
  expect(state.steps.map(({ step }) => step)).toEqual([10, 20]);
  expect(state).toMatchObject({ phase: 'ended', resumed: 1, warnings: [], best: { step: 10 } });
});

test('what was warned of before a resumption holds no longer until it is told again', () => {
  const resumed: TrainingEvent = { kind: 'training.resumed', at: '2026-11-20T21:00:00Z', program: '0.1.0', step: 20 };
  expect(stateOf([...events, resumed]).warnings).toEqual([]);
});
