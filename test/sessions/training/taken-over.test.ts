import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { trainModel } from '../../../sessions/training/train-model.ts';
import { headConfigSchema } from '../../../src/value/head/config.ts';
import { trainingConfigSchema } from '../../../src/value/train/config.ts';
import type { TrainingEvent } from '../../../src/value/train/events.ts';
import { writeLearnable } from '../../fixtures/learnable-trajectories.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const other = { pid: 4711, host: 'elsewhere', startTicks: null, boot: null, nonce: 'theirs', since: '17:20' };

/** Takes a lock as another machine does that has not heard of its holder for a minute. */
function takeOver(folder: string): void {
  writeFileSync(join(folder, 'other.tmp'), JSON.stringify(other));
  renameSync(join(folder, 'other.tmp'), join(folder, 'writer.lock'));
}

interface Watch {
  readonly folder: string;
  readonly onEvent: (event: TrainingEvent) => void;
}

async function train({ folder, onEvent }: Watch) {
  return trainModel({
    name: 'mine',
    folder,
    wish: {
      head: headConfigSchema.parse({ hidden: [8] }),
      config: trainingConfigSchema.parse({
        steps: 60,
        batchSize: 8,
        logEvery: 10,
        validateEvery: 20,
        checkpointEvery: 20,
        validationBatches: 1,
        finalValidationBatches: 1,
      }),
      encoder: 'ngram:256',
      paths: [await writeLearnable(join(temporaryFolder(), 'rows.parquet'))],
      configuration: {},
    },
    argv: [],
    program: 'test',
    threads: 1,
    device: 'cpu',
    encoders: { home: temporaryFolder(), note: () => {} } as never,
    onEvent,
    signal: new AbortController().signal,
  });
}

const moments: readonly [string, (event: TrainingEvent) => boolean, number][] = [
  ['while states are encoded', ({ kind }) => kind === 'encode.progress', 0],
  ['between two checkpoints', (event) => event.kind === 'step.logged' && event.step === 30, 20],
  ['before its last validation', (event) => event.kind === 'checkpoint.saved' && event.step === 60, 60],
  ['before its head is written', (event) => event.kind === 'validated' && event.final === true, 60],
];

test.each(moments)('a training that is taken over %s writes nothing more and says by whom', async (_, when, newest) => {
  const folder = join(temporaryFolder(), 'model');
  let log: string | null = null;
  let told = 0;
  const outcome = await train({
    folder,
    onEvent: (event) => {
      if (log !== null) told += 1;
      if (log !== null || !when(event)) return;
      takeOver(folder);
      log = readFileSync(join(folder, 'events.jsonl'), 'utf8');
    },
  });
  expect(outcome).toMatchObject({ kind: 'takenOver' });
  expect('message' in outcome && outcome.message).toContain('process 4711 on elsewhere, since 17:20');
  expect(log).not.toBeNull();
  expect(readFileSync(join(folder, 'events.jsonl'), 'utf8')).toBe(log);
  expect(told).toBe(0);
  const checkpoints = join(folder, 'checkpoints');
  const steps = existsSync(checkpoints) ? readdirSync(checkpoints).filter((name) => name.startsWith('step-')) : [];
  expect(Math.max(0, ...steps.map((name) => Number(name.slice(5))))).toBe(newest);
  expect(existsSync(join(folder, 'model.onnx'))).toBe(false);
  expect(JSON.parse(readFileSync(join(folder, 'writer.lock'), 'utf8'))).toMatchObject({ nonce: 'theirs' });
});
