import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCorpus } from '../../src/corpus/panels.ts';
import { halfOf, withSplit } from '../../src/corpus/split.ts';
import { temporaryFolder } from '../storage/temporary.ts';

async function names(reference: string, split?: string): Promise<readonly string[] | string> {
  const read = await readCorpus(reference, { split });
  return read.kind === 'list' ? read.theorems.map(({ name }) => name) : read.message;
}

test('any list has two halves, by the hash of each name alone', async () => {
  const [all, train, evaluate] = await Promise.all([
    names('core_panel'),
    names('core_panel#train'),
    names('core_panel', 'evaluate'),
  ]);
  expect([all.length, train.length, evaluate.length]).toEqual([402, 204, 198]);
  expect([...train, ...evaluate].toSorted()).toEqual([...all].toSorted());
  // sha256('a') begins with c, sha256('b') with 3.
  expect([halfOf('a'), halfOf('b')]).toEqual(['evaluate', 'train']);
});

test('a list that names splits keeps to them, and an empty half is said to be', async () => {
  const folder = temporaryFolder();
  const dataset = join(folder, 'd.jsonl');
  writeFileSync(
    dataset,
    `${JSON.stringify({ name: 'a', formal_statement: 'theorem a : True := by sorry', split: 'train' })}\n`,
  );
  expect(await names(`${dataset}#train`)).toEqual(['a']);
  expect(await names(`${dataset}#evaluate`)).toMatch(/has no split "evaluate", only train/);
  const list = join(folder, 'list.json');
  writeFileSync(list, JSON.stringify([{ name: 'a', statement: 'True' }]));
  expect(await names(`${list}#train`)).toMatch(/none of its 1 theorems falls into that half/);
});

test('a split is put into a reference once', () => {
  expect(withSplit('core_panel', 'train')).toBe('core_panel#train');
  expect(withSplit('list.json@3ea4bc2b12ab', 'train')).toBe('list.json#train@3ea4bc2b12ab');
  expect(withSplit('core_panel#train', 'train')).toBe('core_panel#train');
  expect(withSplit('core_panel#train', 'evaluate')).toBeNull();
});
