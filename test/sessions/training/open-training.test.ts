import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holdModel } from '../../../sessions/training/model-folder.ts';
import { openTraining } from '../../../sessions/training/open-training.ts';
import type { TrainingWish } from '../../../sessions/training/training-wish.ts';
import { headConfigSchema } from '../../../src/value/head/config.ts';
import { trainingConfigSchema } from '../../../src/value/train/config.ts';
import { writeLearnable } from '../../fixtures/learnable-trajectories.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

/** Threads and device of a training that is begun, or gone on with where there is no wish. */
async function opened(folder: string, wish: TrainingWish | null, threads: number | null) {
  const held = await holdModel(folder);
  if (held.kind !== 'held') throw new Error(held.kind);
  const training = await openTraining(held, {
    ...{ name: 'mine', folder, wish, argv: [], program: 'test', threads, device: wish === null ? null : 'cpu' },
    encoders: { home: temporaryFolder(), note: () => {} } as never,
    onEvent: () => {},
    signal: new AbortController().signal,
  });
  if (training.kind !== 'training') throw new Error(JSON.stringify(training));
  const { worker, encoder, log } = training;
  const works = { threads: worker.threads, device: worker.device };
  log.close();
  await worker.close();
  await encoder.close();
  held.lock.release();
  return works;
}

test('a training is gone on with as many threads as it began with, unless others are asked for', async () => {
  const folder = join(temporaryFolder(), 'model');
  const wish: TrainingWish = {
    head: headConfigSchema.parse({ hidden: [8] }),
    config: trainingConfigSchema.parse({}),
    encoder: 'ngram:256',
    paths: [await writeLearnable(join(temporaryFolder(), 'rows.parquet'))],
    configuration: {},
  };
  expect(await opened(folder, wish, 97)).toEqual({ threads: 97, device: 'cpu' });
  expect(await opened(folder, null, null)).toEqual({ threads: 97, device: 'cpu' });
  expect(await opened(folder, null, 1)).toEqual({ threads: 1, device: 'cpu' });
});
