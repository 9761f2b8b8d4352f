import { open, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTrainingSet } from '../../../src/value/data/read-set.ts';
import { splitByTheorem } from '../../../src/value/data/split-set.ts';
import type { TrainingSet } from '../../../src/value/data/training-set.ts';
import { ngramEncoder } from '../../../src/value/encode/ngram/ngram.ts';
import { type HeadConfig, headConfigSchema } from '../../../src/value/head/config.ts';
import type { OnnxWorker } from '../../../src/value/onnx/worker.ts';
import { listCheckpoints, loadCheckpoint, saveCheckpoint } from '../../../src/value/train/checkpoint.ts';
import { type TrainingConfig, trainingConfigSchema } from '../../../src/value/train/config.ts';
import type { TrainingEvent } from '../../../src/value/train/events.ts';
import { type TrainRequest, trainHead } from '../../../src/value/train/train-head.ts';
import { encodeVectors, withoutUnknown } from '../../../src/value/train/vector-table.ts';
import { writeLearnable } from '../../fixtures/learnable-trajectories.ts';
import { temporaryFolder } from '../../storage/temporary.ts';
import { openTestWorker } from '../onnx/test-worker.ts';

const width = 256;
const encoder = ngramEncoder(width, `ngram:${width}`);
const never = new AbortController().signal;
let worker: OnnxWorker;

beforeAll(async () => {
  worker = await openTestWorker();
});
afterAll(() => worker.close());

async function learnable(folder: string): Promise<{ readonly train: TrainingSet; readonly validation: TrainingSet }> {
  const read = await readTrainingSet([await writeLearnable(join(folder, 'rows.parquet'))]);
  if (read.kind !== 'trainingSet') throw new Error(read.message);
  return splitByTheorem(withoutUnknown(read.set), 0, 0.2);
}

interface Given {
  readonly folder: string;
  readonly sets: { readonly train: TrainingSet; readonly validation: TrainingSet };
  readonly head?: Partial<HeadConfig>;
  readonly config?: Partial<TrainingConfig>;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TrainingEvent) => void;
  readonly resumeAt?: number;
  /** Changes vectors before they are used. */
  readonly spoil?: (vectors: Float32Array) => void;
}

async function requestOf(given: Given): Promise<TrainRequest> {
  const head = headConfigSchema.parse({ hidden: [24, 12], ...given.head });
  const { train, validation } = given.sets;
  const table = await encodeVectors(encoder, [train, validation], head.variant, {
    signal: never,
    onProgress: () => {},
  });
  if (table.kind !== 'vectorTable') throw new Error(table.message);
  given.spoil?.(table.vectors);
  const resume = given.resumeAt === undefined ? null : await loadCheckpoint(given.folder, given.resumeAt);
  if (resume?.kind === 'storageFailed') throw new Error(resume.message);
  return {
    worker,
    head,
    config: trainingConfigSchema.parse({
      steps: 60,
      batchSize: 8,
      lr: 3e-3,
      logEvery: 10,
      validateEvery: 20,
      checkpointEvery: 30,
      validationBatches: 2,
      finalValidationBatches: 3,
      ...given.config,
    }),
    table,
    train,
    validation,
    checkpoints: given.folder,
    fingerprint: 'f',
    resume,
    onEvent: given.onEvent ?? (() => {}),
    signal: given.signal ?? never,
    mayWrite: () => true,
  };
}

async function trained(given: Given) {
  const result = await trainHead(await requestOf(given));
  if (result.kind !== 'trained') throw new Error(JSON.stringify(result));
  return result;
}

test('a head learns to tell states on proofs from those beside them', async () => {
  const sets = await learnable(temporaryFolder());
  const events: TrainingEvent[] = [];
  const result = await trained({ folder: temporaryFolder(), sets, onEvent: (event) => events.push(event) });
  expect(result.status).toBe('done');
  const last = events.findLast((event) => event.kind === 'validated');
  expect(last).toMatchObject({ final: true });
  expect(last?.rank).toBeGreaterThan(0.9);
  expect(last?.choice?.right).toBeGreaterThan(0.9);
  expect(last?.choice?.chance).toBe(0.5);
  expect(events.filter((event) => event.kind === 'step.logged').map(({ step }) => step)).toEqual([
    10, 20, 30, 40, 50, 60,
  ]);
  expect(events.filter((event) => event.kind === 'checkpoint.saved').map(({ step }) => step)).toEqual([30, 60]);
});

const kinds: readonly [string, Partial<HeadConfig>, Partial<TrainingConfig>][] = [
  ['a plain head', {}, {}],
  ['a goal-conditioned head with spectral norm', { variant: 'goal', spectralNorm: true }, {}],
  [
    'a head that looks at tactics, by InfoNCE with a temperature',
    { variant: 'tactic' },
    { infoNce: 1, marginRanking: 0 },
  ],
];

test.each(kinds)('the same seed gives the same weights, interrupted or not: %s', async (_, head, config) => {
  const sets = await learnable(temporaryFolder());
  const given = { sets, head, config };
  const whole = await trained({ ...given, folder: temporaryFolder() });
  const stop = new AbortController();
  const folder = temporaryFolder();
  const stopAt = (event: TrainingEvent): void => {
    if (event.kind === 'step.logged' && event.step === 40) stop.abort();
  };
  const part = await trained({ ...given, folder, signal: stop.signal, onEvent: stopAt });
  expect(part.status).toBe('stopped');
  expect(part.step).toBe(40);
  const resumed = await trained({ ...given, folder, resumeAt: 40 });
  expect(resumed.status).toBe('done');
  expect(resumed.weights).toEqual(whole.weights);
  expect(resumed.best).toEqual(whole.best);
  const other = await trained({ sets, head, config: { ...config, seed: 1 }, folder: temporaryFolder() });
  expect(other.weights).not.toEqual(whole.weights);
});

test('steps whose loss is no number are left out and counted', async () => {
  const sets = await learnable(temporaryFolder());
  const events: TrainingEvent[] = [];
  const spoil = (vectors: Float32Array): void => {
    vectors[5 * width] = Number.NaN;
  };
  const result = await trained({
    folder: temporaryFolder(),
    sets,
    spoil,
    config: { batchSize: 1, skippedError: 0.95, skippedWarning: 0.01 },
    onEvent: (event) => events.push(event),
  });
  const last = events.findLast((event) => event.kind === 'step.logged');
  expect(last?.skipped).toBeGreaterThan(0);
  expect(last?.skipped).toBeLessThan(60);
  expect(events.some((event) => event.kind === 'warning' && event.health === 'skipped')).toBe(true);
  for (const block of result.weights.values()) expect(block.every(Number.isFinite)).toBe(true);
});

test('a training that diverges ends with a remedy', async () => {
  const sets = await learnable(temporaryFolder());
  const spoil = (vectors: Float32Array): void => void vectors.fill(Number.NaN);
  const result = await trainHead(await requestOf({ folder: temporaryFolder(), sets, spoil }));
  expect(result).toMatchObject({ kind: 'trainFailed', reason: 'diverged' });
  expect('message' in result && result.message).toContain('--lr');
});

test('it stops when validation ranks no better', async () => {
  const sets = await learnable(temporaryFolder());
  const config = { steps: 400, validateEvery: 8, patience: 2, lr: 1e-2 };
  const result = await trained({ folder: temporaryFolder(), sets, config });
  expect(result.status).toBe('stoppedEarly');
  expect(result.step).toBe((result.best?.step ?? 0) + 2 * 8);
});

test('without a proof there is nothing to learn', async () => {
  const { train, validation } = await learnable(temporaryFolder());
  const sets = { train: { ...train, eligible: new Int32Array() }, validation };
  const result = await trainHead(await requestOf({ folder: temporaryFolder(), sets }));
  expect(result).toMatchObject({ kind: 'trainFailed', reason: 'noData' });
});

test('of checkpoints the last two stay, each with the best weights that it names; a damaged one is told', async () => {
  const sets = await learnable(temporaryFolder());
  const folder = temporaryFolder();
  await trained({ folder, sets, config: { checkpointEvery: 10 } });
  expect(await listCheckpoints(folder)).toEqual([60, 50]);
  const names = await readdir(folder);
  expect(names.filter((name) => name.startsWith('.'))).toEqual([]);
  for (const step of [60, 50]) {
    const loaded = await loadCheckpoint(folder, step);
    expect(loaded).toMatchObject({ kind: 'checkpoint', progress: { step } });
    expect(loaded.kind === 'checkpoint' && loaded.best).toBeTruthy();
  }
  await writeFile(join(folder, 'step-60', 'blocks.bin'), 'cut');
  expect(await loadCheckpoint(folder, 60)).toMatchObject({ kind: 'storageFailed', code: 'damaged' });
});

test('a checkpoint does not write again what the one before depends on', async () => {
  const folder = temporaryFolder();
  const best = new Map([['weight0', Float32Array.of(1, 2)]]);
  const parts = (step: number) => ({
    fingerprint: 'f',
    progress: { step, done: step, best: { step: 10, rank: 0.5, gap: 1 }, waited: 0 },
    blocks: best,
    best,
  });
  expect(await saveCheckpoint(folder, parts(20), () => true)).toBeNull();
  const before = await open(join(folder, 'best-10.bin'));
  expect(await saveCheckpoint(folder, parts(30), () => true)).toBeNull();
  // A file that is open is as a crash would have left it.
  expect((await before.stat()).ino).not.toBe((await stat(join(folder, 'best-10.bin'))).ino);
  expect((await before.readFile()).length).toBe(8);
  await before.close();
  expect(await loadCheckpoint(folder, 20)).toMatchObject({ kind: 'checkpoint', best });
  expect((await readdir(folder)).sort()).toEqual(['best-10.bin', 'step-20', 'step-30']);
});

test('a training that goes on counts the steps that were left out before', async () => {
  const sets = await learnable(temporaryFolder());
  const spoil = (vectors: Float32Array): void => {
    vectors[5 * width] = Number.NaN;
  };
  const given = { sets, spoil, config: { batchSize: 1, skippedError: 0.95 } };
  const skippedOf = async (folder: string, resumeAt?: number, stopAt?: number): Promise<number> => {
    const stop = new AbortController();
    let skipped = 0;
    await trained({
      ...given,
      folder,
      ...(resumeAt !== undefined && { resumeAt }),
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind !== 'step.logged') return;
        skipped = event.skipped;
        if (event.step === stopAt) stop.abort();
      },
    });
    return skipped;
  };
  const whole = await skippedOf(temporaryFolder());
  const folder = temporaryFolder();
  expect(await skippedOf(folder, undefined, 40)).toBeGreaterThan(0);
  const [step = 0] = (await listCheckpoints(folder)) as readonly number[];
  expect(await skippedOf(folder, step)).toBe(whole);
});

test('a validation whose energies are no numbers is warned of, and nothing is taken for the best', async () => {
  const sets = await learnable(temporaryFolder());
  const events: TrainingEvent[] = [];
  const folder = temporaryFolder();
  const request = await requestOf({ folder, sets, onEvent: (event) => events.push(event) });
  const { vectors, rows } = request.table;
  for (const state of sets.validation.examples.state) {
    const row = rows.state[state] as number;
    vectors.fill(Number.NaN, row * width, (row + 1) * width);
  }
  const result = await trainHead(request);
  expect(result).toMatchObject({ kind: 'trained', status: 'done', best: null });
  expect(events.some(({ kind }) => kind === 'validated')).toBe(false);
  expect(events).toContainEqual(expect.objectContaining({ kind: 'warning', health: 'diverged' }));
  expect(events.some((event) => event.kind === 'step.logged' && event.skipped > 0)).toBe(false);
  expect(await loadCheckpoint(folder, 60)).toMatchObject({ kind: 'checkpoint', progress: { best: null } });
});

test('a training that is stopped where a checkpoint stands writes no other', async () => {
  const sets = await learnable(temporaryFolder());
  const events: TrainingEvent[] = [];
  const stop = new AbortController();
  const onEvent = (event: TrainingEvent): void => {
    events.push(event);
    if (event.kind === 'checkpoint.saved') stop.abort();
  };
  const folder = temporaryFolder();
  expect(await trained({ folder, sets, signal: stop.signal, onEvent })).toMatchObject({ status: 'stopped', step: 30 });
  expect(await trained({ folder, sets, signal: stop.signal, onEvent, resumeAt: 30 })).toMatchObject({ step: 30 });
  expect(events.filter(({ kind }) => kind === 'checkpoint.saved')).toHaveLength(1);
});
