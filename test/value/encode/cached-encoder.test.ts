import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { progressLine } from '../../../commands/ebm/encode.ts';
import { type CachedEncoderOptions, openCachedEncoder } from '../../../src/value/encode/cached-encoder.ts';
import { encodeTable } from '../../../src/value/encode/encode-table.ts';
import { encodeTrajectories } from '../../../src/value/encode/encode-trajectories.ts';
import { allVectors, type EncodeEachResult, type StateEncoder } from '../../../src/value/encode/encoder.ts';
import { ngramFeatures, ngramIdentity } from '../../../src/value/encode/ngram/ngram.ts';
import { temporaryFolder } from '../../storage/temporary.ts';
import { tinyDisk } from '../../storage/tiny-disk.ts';
import { madeSearch, writeRows } from '../../trajectory/made-rows.ts';

const { signal } = new AbortController();
const features = ngramFeatures(256);

/** An encoder that counts what it is asked, and fails where a test says so. */
function counting(broken: (asked: number) => boolean = () => false) {
  const asked: string[] = [];
  const encodeEach = async (texts: readonly string[]): Promise<EncodeEachResult> => {
    if (broken(asked.length))
      return { kind: 'encodeFailed', reason: 'server', message: 'the server is gone', retriable: true };
    asked.push(...texts);
    return {
      kind: 'encoded',
      texts: texts.map((text) =>
        text.includes('bad') ? { kind: 'failed', message: 'bad text' } : { kind: 'vector', vector: features(text) },
      ),
    };
  };
  const encoder: StateEncoder = {
    identity: ngramIdentity(256),
    encodeEach,
    encode: async (texts) => allVectors(await encodeEach(texts)),
    close: async () => {},
  };
  return { asked, encoder };
}

async function cached(encoder: StateEncoder, options: CachedEncoderOptions) {
  const opened = await openCachedEncoder(encoder, options);
  if (opened.kind !== 'cached') throw new Error(opened.message);
  onTestFinished(() => opened.encoder.close());
  return opened.encoder;
}

const states = (n: number): readonly string[] => Array.from({ length: n }, (_, i) => `n : Nat\n⊢ n + ${i} = ${i} + n`);

test('no state is encoded twice: not in one request, not in two, not by the next process', async () => {
  const home = temporaryFolder();
  const { asked, encoder } = counting();
  const one = await cached(encoder, { home });
  const texts = [...states(600), ...states(10)];
  const table = await encodeTable(one, texts, { signal });
  if (table.kind !== 'table') throw new Error(table.message);
  for (const i of [0, 299, 599, 605])
    expect([...table.vectors.subarray(i * 256, (i + 1) * 256)]).toEqual([...features(texts[i] as string)]);
  expect(asked).toHaveLength(600);
  await one.encode(states(600), signal);
  const later = await cached(encoder, { home, memoryMb: 0 });
  const again = await later.encode(states(600), signal);
  expect(again.kind === 'vectors' && [...(again.vectors[77] as Float32Array)]).toEqual([
    ...features(states(78)[77] as string),
  ]);
  expect(asked).toHaveLength(600);
  expect(later.statistics()).toMatchObject({
    fromDisk: 600,
    encoded: 0,
    failed: 0,
    storage: null,
    disk: { states: 600 },
  });
});

test('what failed is not kept, and is asked for again', async () => {
  const { asked, encoder } = counting();
  const one = await cached(encoder, { home: temporaryFolder() });
  for (let i = 0; i < 2; i++)
    expect(await one.encode(['⊢ bad'], signal)).toMatchObject({ reason: 'text', message: 'bad text' });
  expect(asked).toHaveLength(2);
  expect(one.statistics()).toMatchObject({ failed: 2, encoded: 0, disk: { states: 0 } });
  const table = await encodeTable(one, ['⊢ p', '⊢ bad'], { signal });
  expect(table).toMatchObject({ kind: 'table', failed: [{ index: 1, message: 'bad text' }] });
});

test('a server that goes away in the middle costs what it was asked last', async () => {
  const home = temporaryFolder();
  const { encoder } = counting((asked) => asked >= 512);
  const one = await cached(encoder, { home });
  const told: number[] = [];
  const onProgress = (done: number) => told.push(done);
  expect(await encodeTable(one, states(1000), { signal, onProgress })).toMatchObject({ message: 'the server is gone' });
  expect(told).toEqual([512]);
  await one.close();
  const { asked, encoder: back } = counting();
  const table = await encodeTable(await cached(back, { home }), states(1000), { signal });
  expect(table.kind).toBe('table');
  expect(asked).toHaveLength(1000 - 512);
});

test('a full disk is told, and vectors are given all the same', async (context) => {
  const home = tinyDisk(400);
  if (home === null) return context.skip('nobody may mount here');
  const { encoder } = counting();
  const one = await cached(encoder, { home });
  const answer = await one.encode(states(1500), signal);
  expect(answer.kind === 'vectors' && answer.vectors).toHaveLength(1500);
  expect(one.statistics().storage).toMatchObject({ kind: 'storageFailed', code: 'noSpace' });
  await one.close();
  // What went to disk before is whole.
  const later = await cached(counting().encoder, { home, memoryMb: 0 });
  await later.encode(states(200), signal);
  expect(later.statistics()).toMatchObject({ fromDisk: 200, encoded: 0, disk: { damaged: 0 } });
});

test('a server that goes away in the middle: what was encoded until then, what had vectors, and no more', async () => {
  const home = temporaryFolder();
  const rows = Array.from({ length: 200 }, (_, i) => madeSearch(`T${i}`, 3)).flat();
  const path = await writeRows(join(home, 'a.parquet'), rows);
  const goes = counting((asked) => asked >= 256);
  const first = await cached(goes.encoder, { home });
  const options = { signal, onProgress: () => {} };
  const half = await encodeTrajectories([path], first, options);
  expect(half).toMatchObject({ states: 600, cached: 0, encoded: 256, failed: 0, ended: { reason: 'server' } });
  const told: string[] = [];
  const whole = await encodeTrajectories([path], await cached(counting().encoder, { home }), {
    signal,
    onProgress: (progress) => told.push(progressLine(progress, 1000)),
  });
  expect(whole).toMatchObject({ states: 600, cached: 256, encoded: 344, failed: 0, ended: null });
  // Of what had a vector nothing follows for what has none: 256 of these 344 in a second, so the other 88 in a third of one.
  expect(told).toEqual([
    '0 of 600 states, 0 encoded, 0 failed',
    '512 of 600 states, 256 encoded, 0 failed, about 0.3 s left',
    '600 of 600 states, 344 encoded, 0 failed',
  ]);
});
