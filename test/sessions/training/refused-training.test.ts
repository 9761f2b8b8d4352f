import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeBeginning } from '../../../sessions/training/model-folder.ts';
import { trainModel } from '../../../sessions/training/train-model.ts';
import { headConfigSchema } from '../../../src/value/head/config.ts';
import { trainingConfigSchema } from '../../../src/value/train/config.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

/** A training on a file that is no Parquet. */
async function refused(folder: string) {
  const path = join(temporaryFolder(), 'rows.parquet');
  writeFileSync(path, 'no rows');
  return trainModel({
    name: 'refused',
    folder,
    wish: {
      head: headConfigSchema.parse({}),
      config: trainingConfigSchema.parse({}),
      encoder: 'ngram',
      paths: [path],
      configuration: {},
    },
    argv: [],
    program: 'test',
    threads: 1,
    device: 'cpu',
    encoders: { home: temporaryFolder() } as never,
    onEvent: () => {},
    signal: new AbortController().signal,
  });
}

test('a training that cannot begin leaves no folder behind', async () => {
  const folder = join(temporaryFolder(), 'model');
  expect(await refused(folder)).toMatchObject({ kind: 'storageFailed' });
  expect(existsSync(folder)).toBe(false);
});

test('a folder in which anything else stands is left as it was', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'thesis.tex'), 'years of work');
  mkdirSync(join(folder, 'data'));
  expect(await refused(folder)).toMatchObject({ kind: 'storageFailed' });
  expect(readdirSync(folder).sort()).toEqual(['data', 'thesis.tex']);
  expect(readFileSync(join(folder, 'thesis.tex'), 'utf8')).toBe('years of work');
});

test('a log that somebody wrote is not removed', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'events.jsonl'), '{}\n');
  await removeBeginning(folder);
  expect(readdirSync(folder)).toEqual(['events.jsonl']);
});
