import { spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { EmbeddingCache } from '../../../src/value/encode/cache/embedding-cache.ts';
import { KEY_RECORD_BYTES } from '../../../src/value/encode/cache/key-record.ts';
import { ngramIdentity } from '../../../src/value/encode/ngram/ngram.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const WIDTH = 256;
const identity = ngramIdentity(WIDTH);
const vectorOf = (seed: number): Float32Array =>
  Float32Array.from({ length: WIDTH }, (_, i) => Math.sin(seed * 31 + i));
const entry = (seed: number) => ({ text: `⊢ state ${seed}`, vector: vectorOf(seed) });
const entries = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => entry(from + i));

async function open(home: string): Promise<EmbeddingCache> {
  const opened = await EmbeddingCache.open(home, identity);
  if (opened.kind !== 'cache') throw new Error(opened.message);
  onTestFinished(async () => {
    await opened.cache.close();
  });
  return opened.cache;
}

async function seedsFound(cache: EmbeddingCache, seeds: readonly number[]): Promise<readonly number[]> {
  const read = await cache.read(seeds.map((seed) => entry(seed).text));
  if ('kind' in read) throw new Error(read.message);
  return seeds.filter((seed, i) => {
    const vector = read[i];
    if (vector === null || vector === undefined) return false;
    expect([...vector]).toEqual([...vectorOf(seed)]);
    return true;
  });
}

const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, i) => from + i);
const only = (folder: string, end: string): string =>
  join(folder, readdirSync(folder).find((name) => name.endsWith(end)) as string);

test('gives back what was written, in any order, also to who opens it later', async () => {
  const home = temporaryFolder();
  const cache = await open(home);
  expect(await cache.write(entries(0, 100))).toBeNull();
  expect(await cache.write(entries(50, 150))).toBeNull();
  expect(cache.statistics()).toMatchObject({ states: 150, damaged: 0, segments: 1, bytes: 150 * WIDTH * 4 });
  const mixed = [149, 3, 3, 77, 0, 500];
  expect(await seedsFound(cache, mixed)).toEqual([149, 3, 3, 77, 0]);
  const later = await open(home);
  expect(await seedsFound(later, range(0, 150))).toEqual(range(0, 150));
  expect(statSync(only(cache.folder, '.vectors')).size).toBe(150 * WIDTH * 4);
});

test('two at once: each writes its own file and finds what the other wrote', async () => {
  const home = temporaryFolder();
  const [one, two] = [await open(home), await open(home)];
  await one.write(entries(0, 10));
  await two.write(entries(5, 20));
  await one.refresh();
  await two.refresh();
  for (const cache of [one, two]) expect(await seedsFound(cache, range(0, 20))).toEqual(range(0, 20));
  expect(readdirSync(one.folder).filter((name) => name.endsWith('.keys'))).toHaveLength(2);
});

test('a torn record, a torn vector and what was never written count as not there, and the rest stands', async () => {
  const home = temporaryFolder();
  const cache = await open(home);
  await cache.write(entries(0, 10));
  const [keys, vectors] = [only(cache.folder, '.keys'), only(cache.folder, '.vectors')];
  const tenth = readFileSync(keys).subarray(9 * KEY_RECORD_BYTES);
  truncateSync(keys, 9 * KEY_RECORD_BYTES);
  appendFileSync(keys, tenth.subarray(0, 11));
  expect(await seedsFound(await open(home), range(0, 10))).toEqual(range(0, 9));
  truncateSync(vectors, 8 * WIDTH * 4 + 100);
  const cut = await open(home);
  expect(await seedsFound(cut, range(0, 10))).toEqual(range(0, 8));
  expect(cut.statistics()).toMatchObject({ states: 8, damaged: 1 });
  // What is missing can be written again, to a file of its own.
  expect(await cut.write(entries(0, 10))).toBeNull();
  expect(await seedsFound(await open(home), range(0, 10))).toEqual(range(0, 10));
});

test('changed bytes are found out, in keys and in vectors', async () => {
  const home = temporaryFolder();
  const cache = await open(home);
  await cache.write(entries(0, 10));
  const [keys, vectors] = [only(cache.folder, '.keys'), only(cache.folder, '.vectors')];
  const records = readFileSync(keys);
  records[2 * KEY_RECORD_BYTES + 5]! ^= 1;
  writeFileSync(keys, records);
  const numbers = readFileSync(vectors);
  numbers[7 * WIDTH * 4 + 9]! ^= 1;
  // A hole, as after a power failure.
  numbers.fill(0, 4 * WIDTH * 4, 5 * WIDTH * 4);
  writeFileSync(vectors, numbers);
  const opened = await open(home);
  expect(await seedsFound(opened, range(0, 10))).toEqual([0, 1, 3, 5, 6, 8, 9]);
  expect(opened.statistics().damaged).toBe(3);
});

test('a folder that names another encoder is refused, and so is one that names none', async () => {
  const home = temporaryFolder();
  const cache = await open(home);
  const path = join(cache.folder, 'identity.json');
  for (const text of [readFileSync(path, 'utf8').replace('256', '512'), '{"half":']) {
    writeFileSync(path, text);
    const again = await EmbeddingCache.open(home, identity);
    expect(again).toMatchObject({
      kind: 'storageFailed',
      code: 'damaged',
      message: expect.stringContaining('remove the folder'),
    });
  }
});

test('a writer that is killed loses nothing of what it was told is written', async () => {
  const home = temporaryFolder();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures', 'cache-writer.ts'), home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = 0;
  for await (const piece of child.stdout) {
    told = Math.max(told, ...String(piece).trim().split('\n').map(Number));
    if (told >= 40) child.kill('SIGKILL');
  }
  expect(told).toBeGreaterThanOrEqual(40);
  const cache = await open(home);
  expect(await seedsFound(cache, range(0, told))).toEqual(range(0, told));
});

test('a file of others that cannot be read is no reason to give up ours', async () => {
  const cache = await open(temporaryFolder());
  expect(await cache.write(entries(0, 2))).toBeNull();
  mkdirSync(join(cache.folder, 'zz.keys'));
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000);
  onTestFinished(() => void vi.restoreAllMocks());
  expect(await cache.refreshSoon()).toMatchObject({ kind: 'storageFailed', message: expect.stringContaining('read') });
  expect(await cache.write(entries(2, 4))).toBeNull();
  expect(readdirSync(cache.folder).filter((name) => name.endsWith('.vectors'))).toHaveLength(1);
  expect(await seedsFound(cache, range(0, 4))).toEqual([0, 1, 2, 3]);
});

test('reads at the same moment open a file once: one that nobody closes ends the program', async () => {
  const home = temporaryFolder();
  const writing = await open(home);
  await writing.write(entries(0, 3));
  const cache = await open(home);
  await Promise.all([seedsFound(cache, [0]), seedsFound(cache, [1]), seedsFound(cache, [2])]);
  await cache.close();
  await writing.close();
  const opened = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(join('/proc/self/fd', fd))];
    } catch {
      return [];
    }
  });
  expect(opened.filter((path) => path.startsWith(home))).toEqual([]);
});
