import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TrainingDesk } from '../../../sessions/live/training-desk.ts';
import { selectCurves, selectTrainingFigures } from '../../../sessions/select/training.ts';
import { trainRankerModel } from '../../../sessions/training/train-ranker-model.ts';
import { TrainingReader } from '../../../sessions/training/training-reader.ts';
import { DEFAULT_NET } from '../../../src/policy/ranker/train/train-net.ts';
import { madeProofs } from '../../policy/ranker/train/made-proofs.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const settings = { ...DEFAULT_NET, members: 1, hidden: 8, steps: 10 };

function train(home: string, onProgress: (done: number) => void = () => {}, signal = new AbortController().signal) {
  const name = 'small';
  return trainRankerModel({
    ...{ home, name, settings, signal, onProgress },
    proofs: madeProofs(12),
    inputs: 1,
    tactics: [],
    program: 'test',
  });
}

const folderOf = (home: string): string => join(home, 'models', 'ranker', 'small');

test('a ranker is trained with a log, which the Training screen shows', async () => {
  const home = temporaryFolder();
  const outcome = await train(home);
  expect(outcome).toMatchObject({ kind: 'ended', path: join(folderOf(home), 'model.onnx') });
  const desk = new TrainingDesk(home, () => undefined);
  await desk.act({ kind: 'openTraining', training: 'small' });
  const { training } = desk;
  desk.close();
  expect(desk.trainings).toMatchObject([{ id: 'ranker/small', kind: 'ranker', status: 'done', step: 60, steps: 60 }]);
  expect(desk.trainings?.[0]?.rank).toBe(training?.state.best?.rank);
  expect(training?.state).toMatchObject({ ended: { file: 'model.onnx', step: 60 }, warnings: [] });
  const figures = selectTrainingFigures(training!);
  expect(figures.data.map(({ name, text }) => `${name} ${text}`)).toEqual([
    'theorems 12',
    'proofs 12',
    'states 12',
    'inputs 1',
  ]);
  expect(figures.valid.map(({ name }) => name).slice(0, 2)).toEqual(['first', 'by lot']);
  expect(selectCurves(training!.state).map(({ name }) => name)).toContain('validation rank');
});

test('one that is stopped says so in its log, and the ranker of before stays; the next one is a training of its own', async () => {
  const home = temporaryFolder();
  await train(home);
  const before = readFileSync(join(folderOf(home), 'model.onnx'));
  const stop = new AbortController();
  const stopped = await train(home, (done) => done === 2 && stop.abort(), stop.signal);
  expect(stopped).toEqual({ kind: 'stopped' });
  const reader = new TrainingReader(folderOf(home));
  await reader.refresh();
  expect(reader.state).toMatchObject({ ended: { status: 'stopped', step: 20, file: null }, best: null });
  expect(reader.state.steps.map(({ step }) => step)).toEqual([10, 20]);
  expect(readFileSync(join(folderOf(home), 'model.onnx')).equals(before)).toBe(true);
  expect(await train(home)).toMatchObject({ kind: 'ended' });
  await reader.refresh();
  expect(reader.state.ended?.status).toBe('done');
  expect(reader.state.steps).toHaveLength(6);
});

test('too few theorems leave nothing behind, and another process is left alone', async () => {
  const home = temporaryFolder();
  const few = await trainRankerModel({
    ...{ home, name: 'small', settings, inputs: 1, tactics: [], program: 'test' },
    proofs: madeProofs(4),
    onProgress: () => {},
    signal: new AbortController().signal,
  });
  expect(few).toMatchObject({ kind: 'tooLittle' });
  expect(existsSync(folderOf(home))).toBe(false);
  let second: Promise<unknown> | null = null;
  const first = await train(home, () => {
    second ??= train(home);
  });
  expect(first).toMatchObject({ kind: 'ended' });
  expect(await second).toMatchObject({ kind: 'heldBy', holder: { pid: process.pid } });
});

test('one whose folder another process has taken over ends, and writes no ranker', async () => {
  const home = temporaryFolder();
  const other = { pid: 4711, host: 'elsewhere', startTicks: null, boot: null, nonce: 'theirs', since: '17:20' };
  const lock = join(folderOf(home), 'writer.lock');
  const outcome = await train(home, (done) => {
    if (done !== 2) return;
    writeFileSync(`${lock}.tmp`, JSON.stringify(other));
    renameSync(`${lock}.tmp`, lock);
  });
  expect(outcome).toMatchObject({ kind: 'takenOver' });
  expect('message' in outcome && outcome.message).toContain('process 4711 on elsewhere');
  expect(existsSync(join(folderOf(home), 'model.onnx'))).toBe(false);
  expect(readFileSync(join(folderOf(home), 'events.jsonl'), 'utf8')).not.toContain('training.ended');
});
