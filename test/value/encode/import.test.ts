import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encode } from '@msgpack/msgpack';
import { expect, onTestFinished, test } from 'vitest';
import { openCachedEncoder } from '../../../src/value/encode/cached-encoder.ts';
import type { EncodeEachResult, StateEncoder } from '../../../src/value/encode/encoder.ts';
import { encoderFingerprint } from '../../../src/value/encode/identity.ts';
import { openImported } from '../../../src/value/encode/imported.ts';
import { readBurnRecord } from '../../../src/value/encode/reference/burn-record.ts';
import { findParts } from '../../../src/value/encode/reference/find-parts.ts';
import { importReference } from '../../../src/value/encode/reference/import-reference.ts';
import { type ReferenceHeadConfig, referenceWeights } from '../../../src/value/encode/reference/reference-head.ts';
import { encoderMismatch, loadHead } from '../../../src/value/head/load.ts';
import { openHeadScorer } from '../../../src/value/head/scorer.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const { signal } = new AbortController();
const EMBEDDINGS = join(import.meta.dirname, 'fixtures', 'embeddings.parquet');
const CONFIG = {
  ...{ d_encoder: 8, d_hidden1: 6, d_hidden2: 5, d_hidden3: 4, dropout: 0.15 },
  ...{ spectral_norm: false, init_log_temperature: -2.3 },
};
const WIDTHS = [8, 6, 5, 4, 1];

const numbers = (n: number, seed: number): readonly number[] =>
  Array.from({ length: n }, (_, i) => Math.fround(Math.sin(seed * 13 + i * 1.7)));

/** A tensor as Burn 0.14 and later write it in named MessagePack. */
const tensor = (values: readonly number[], shape: readonly number[]) => ({
  bytes: new Uint8Array(Float32Array.from(values).buffer),
  shape,
  dtype: 'F32',
});
type TensorWriter = (values: readonly number[], shape: readonly number[]) => unknown;

let ids = 0;
const param = (write: TensorWriter, seed: number, shape: readonly number[]) => ({
  id: `param-${++ids}`,
  param: write(
    numbers(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
    shape,
  ),
});

/** The record of a head of the reference: four layers, constants and dropout without contents, and the temperature. */
function headRecord(write: TensorWriter = tensor) {
  const layer = (i: number) => ({
    weight: param(write, i, [WIDTHS[i + 1] as number, WIDTHS[i] as number]),
    bias: i === 3 ? null : param(write, 10 + i, [WIDTHS[i + 1] as number]),
    n_power_iterations: null,
    eps: null,
  });
  return {
    metadata: {
      float: 'f32',
      int: 'i32',
      format: 'burn_core::record::file::NamedMpkFileRecorder',
      version: '0.16.1',
      settings: 'FullPrecisionSettings',
    },
    item: {
      ...{ sn_linear1: layer(0), sn_linear2: layer(1), sn_linear3: layer(2), sn_linear4: layer(3) },
      ...{ dropout1: { prob: null }, dropout2: { prob: null }, dropout3: { prob: null } },
      log_temperature: param(write, 20, [1]),
    },
  };
}

/** The energy of a vector, computed here. */
function energyOf(x: readonly number[]): number {
  let values = [...x];
  for (let i = 0; i < 4; i++) {
    const [inputs, outputs] = [WIDTHS[i] as number, WIDTHS[i + 1] as number];
    const weight = numbers(inputs * outputs, i);
    const bias = i === 3 ? [0] : numbers(outputs, 10 + i);
    const sums = Array.from({ length: outputs }, (_, o) =>
      values.reduce((sum, one, j) => sum + one * (weight[o * inputs + j] as number), bias[o] as number),
    );
    values = i === 3 ? sums : sums.map((one) => one / (1 + Math.exp(-one)));
  }
  return values[0] as number;
}

function checkpoint(record: unknown = headRecord(), config: unknown = CONFIG): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'final'));
  writeFileSync(join(folder, 'energy_head_config.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'final', 'model.mpk'), encode(record));
  copyFileSync(EMBEDDINGS, join(folder, 'embeddings.parquet'));
  return folder;
}

async function imported(folder: string, encoder: StateEncoder | null = null) {
  const home = temporaryFolder();
  return {
    home,
    report: await importReference({ parts: await findParts(folder), name: 'theirs', home, encoder, signal }),
  };
}

test('a whole checkpoint: its vectors in the cache, its head as one of ours with the same energies', async () => {
  const { home, report } = await imported(checkpoint());
  expect(report.parts.map(({ part, status }) => [part, status])).toEqual([
    ['config', 'read'],
    ['weights', 'read'],
    ['embeddings', 'read'],
  ]);
  expect(report.embeddings).toMatchObject({ rows: 40, zero: 1, notFinite: 1, otherLength: 1, added: 37 });
  const head = await loadHead(report.head?.file ?? '');
  if (head.kind !== 'head') throw new Error(head.message);
  expect(head).toMatchObject({
    head: { variant: 'state', hidden: [6, 5, 4], dropout: 0.15 },
    training: null,
    inputWidth: 8,
  });
  const opened = await openImported('theirs', home);
  if (opened.kind !== 'encoder') throw new Error(opened.message);
  expect(encoderMismatch(head, opened.encoder.identity)).toBeNull();
  const cached = await openCachedEncoder(opened.encoder, { home });
  if (cached.kind !== 'cached') throw new Error(cached.message);
  onTestFinished(() => cached.encoder.close());
  const texts = [0, 39, 3, 99].map((i) => `n : Nat\n⊢ n + ${i} = ${i} + n`);
  const answer = await cached.encoder.encodeEach(texts, signal);
  if (answer.kind !== 'encoded') throw new Error(answer.message);
  expect(answer.texts.map(({ kind }) => kind)).toEqual(['vector', 'vector', 'failed', 'failed']);
  const vector = answer.texts[1]?.kind === 'vector' ? answer.texts[1].vector : new Float32Array();
  expect([...vector]).toEqual(Array.from({ length: 8 }, (_, j) => Math.fround(Math.sin(39 * 31 + j))));
  const scorer = await openHeadScorer(head);
  if (scorer.kind !== 'scorer') throw new Error(scorer.message);
  onTestFinished(() => scorer.scorer.close());
  const energies = await scorer.scorer.energies(Float32Array.from(vector), 1);
  expect(energies.kind === 'energies' && energies.energies[0]).toBeCloseTo(energyOf([...vector]), 4);
});

test.each([
  ['numbers one by one, as before Burn 0.14', (values, shape) => ({ value: values, shape })],
  ['bytes one by one', (values, shape) => ({ ...tensor(values, shape), bytes: [...tensor(values, shape).bytes] })],
  [
    'numbers of 64 bits',
    (values, shape) => ({
      ...tensor(values, shape),
      bytes: new Uint8Array(Float64Array.from(values).buffer),
      dtype: 'F64',
    }),
  ],
] as const satisfies readonly (readonly [string, TensorWriter])[])('a record with %s', async (_, write) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.mpk'), encode(headRecord(write)));
  writeFileSync(join(folder, 'a.mpk.gz'), gzipSync(encode(headRecord(write))));
  for (const name of ['a.mpk', 'a.mpk.gz']) {
    const read = await readBurnRecord(join(folder, name));
    if (read.kind !== 'record') throw new Error(read.message);
    expect(read.version).toBe('0.16.1');
    expect(read.tensors.map(({ name, shape }) => [name, ...shape])).toEqual([
      ...[
        ['sn_linear1.weight', 6, 8],
        ['sn_linear1.bias', 6],
        ['sn_linear2.weight', 5, 6],
        ['sn_linear2.bias', 5],
      ],
      ...[
        ['sn_linear3.weight', 4, 5],
        ['sn_linear3.bias', 4],
        ['sn_linear4.weight', 1, 4],
        ['log_temperature', 1],
      ],
    ]);
    expect([...(read.tensors[0]?.values ?? [])]).toEqual([...numbers(48, 0)]);
  }
});

test.each([
  ['is cut off', () => encode(headRecord()).subarray(0, 300), 'no whole MessagePack file'],
  ['is something else', () => encode({ a: 1 }), 'no record of Burn'],
  [
    'holds other numbers',
    () => encode(headRecord((v, shape) => ({ ...tensor(v, shape), dtype: { QFloat: 'x' } }))),
    'sn_linear1.weight is of the type',
  ],
  ['has a parameter of another size', () => encode(headRecord((v, shape) => tensor(v, [...shape, 2]))), 'asks for 96'],
])('a weights file that %s is said to be so, and the rest is read', async (_, bytes, message) => {
  const folder = checkpoint();
  writeFileSync(join(folder, 'final', 'model.mpk'), bytes());
  const { report } = await imported(folder);
  const weights = report.parts.find(({ part }) => part === 'weights');
  expect(weights).toMatchObject({ status: 'unreadable', message: expect.stringContaining(message) });
  expect(report.head).toBeNull();
  expect(report.embeddings?.added).toBe(37);
});

test('weights of another shape than the configuration says', async () => {
  const { report } = await imported(checkpoint(headRecord(), { ...CONFIG, d_hidden2: 7 }));
  expect(report.noHead).toContain('sn_linear2.weight is 5 × 6, the configuration asks for 7 × 6');
});

test('an old head of three layers with its spectral norm', async () => {
  const record = headRecord();
  const { sn_linear4: _, dropout3: __, ...item } = record.item;
  // The last layer of three has one output.
  item.sn_linear3 = { ...record.item.sn_linear3, weight: param(tensor, 2, [1, 5]), bias: null };
  const { report } = await imported(
    checkpoint({ ...record, item }, { d_encoder: 8, d_hidden1: 6, d_hidden2: 5, dropout: 0.1 }),
  );
  expect(report.noHead).toBeNull();
  const head = await loadHead(report.head?.file ?? '');
  expect(head).toMatchObject({ kind: 'head', head: { hidden: [6, 5], spectralNorm: true } });
});

test('vectors that another encoder made are refused; without the weights they are imported alone', async () => {
  const vector = (text: string, noise: number) => {
    const i = Number(/\d+/.exec(text)?.[0]);
    return Float32Array.from({ length: 8 }, (_, j) => Math.sin(i * 31 + j) + noise * Math.cos(7 * j));
  };
  const encoder = (noise: number): StateEncoder => ({
    identity: {
      kind: 'openai',
      name: 'openai',
      width: 8,
      url: 'u',
      model: 'm',
      weightVersion: null,
      server: 'vllm',
      contextLength: null,
    },
    encode: async (texts) => ({ kind: 'vectors', vectors: texts.map((text) => vector(text, noise)) }),
    encodeEach: async (texts) => ({
      kind: 'encoded',
      texts: texts.map((text) => ({ kind: 'vector', vector: vector(text, noise) })),
    }),
    close: async () => {},
  });
  const refused = (await imported(checkpoint(), encoder(0.5))).report;
  expect(refused.parts[2]).toMatchObject({
    status: 'unreadable',
    message: expect.stringContaining('not those that openai gives'),
  });
  expect(refused.embeddings).toBeNull();
  // A head that takes the vectors of another encoder is none.
  expect(refused).toMatchObject({ head: null, noHead: expect.stringContaining('not those that openai gives') });
  const scaled = { ...encoder(0), encodeEach: twice(encoder(0)) };
  expect((await imported(checkpoint(), scaled)).report.parts[2]).toMatchObject({
    status: 'unreadable',
    message: expect.stringMatching(/not those that openai gives \(cosine 1\.000, length × 0\.500/),
  });
  const mute = { ...encoder(0), encodeEach: async (texts: readonly string[]) => allFailed(texts) };
  expect((await imported(checkpoint(), mute)).report.parts[2]).toMatchObject({
    status: 'unreadable',
    message: expect.stringContaining('cannot be compared with those of openai: too long'),
  });
  const folder = temporaryFolder();
  copyFileSync(EMBEDDINGS, join(folder, 'embeddings.parquet'));
  const { report } = await imported(folder, encoder(0.001));
  expect(report.parts.map(({ status }) => status)).toEqual(['absent', 'absent', 'read']);
  expect(report).toMatchObject({ encoder: { kind: 'openai' }, embeddings: { added: 37 }, head: null });
});

/** The vectors of an encoder before they were brought to length one, say. */
function twice(encoder: StateEncoder): StateEncoder['encodeEach'] {
  return async (texts, end) => {
    const answer = await encoder.encodeEach(texts, end);
    if (answer.kind === 'encodeFailed') return answer;
    return {
      kind: 'encoded',
      texts: answer.texts.map((one) =>
        one.kind === 'vector' ? { kind: 'vector', vector: one.vector.map((value) => value * 2) } : one,
      ),
    };
  };
}

const allFailed = (texts: readonly string[]): EncodeEachResult => ({
  kind: 'encoded',
  texts: texts.map(() => ({ kind: 'failed', message: 'too long' })),
});

test('checkpoints that share their vectors, and other vectors under one name: each head finds its own', async () => {
  const home = temporaryFolder();
  const take = async (folder: string, name: string) => {
    const report = await importReference({ parts: await findParts(folder), name, home, encoder: null, signal });
    const identity = report.encoder;
    if (identity === null) throw new Error('no vectors');
    const opened = await openImported(identity.name.replace('imported:', ''), home);
    if (opened.kind !== 'encoder') throw new Error(opened.message);
    expect(encoderFingerprint(opened.encoder.identity)).toBe(encoderFingerprint(identity));
    return identity;
  };
  const first = await take(checkpoint(), 'step_500');
  expect(encoderFingerprint(await take(checkpoint(), 'final'))).toBe(encoderFingerprint(first));
  const other = checkpoint();
  const bytes = readFileSync(EMBEDDINGS);
  // The same rows in a file of another hash: a byte between the pages and the footer is nobody's.
  const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
  writeFileSync(
    join(other, 'embeddings.parquet'),
    Buffer.concat([bytes.subarray(0, footer), Buffer.from([0]), bytes.subarray(footer)]),
  );
  const second = await take(other, 'step_500');
  expect(encoderFingerprint(second)).not.toBe(encoderFingerprint(first));
  await take(checkpoint(), 'step_500');
  writeFileSync(join(home, 'cache', 'embeddings', 'stray'), '');
  await take(other, 'step_500');
});

test('one who gives up gets no head and no more vectors', async () => {
  const folder = checkpoint();
  const giveUp = AbortSignal.abort();
  const home = temporaryFolder();
  const report = await importReference({
    parts: await findParts(folder),
    name: 'x',
    home,
    encoder: null,
    signal: giveUp,
  });
  expect(report).toMatchObject({ head: null, embeddings: null });
  expect(report.parts[2]?.message).toContain('stopped');
});

test('a weights file of a million boxes in boxes is unreadable, not the end of the program', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'a.mpk');
  // {"item": {"a": {"a": …
  const depth = 200_000;
  const level = Buffer.from([0x81, 0xa1, 0x61]);
  writeFileSync(
    path,
    Buffer.concat([Buffer.from([0x81, 0xa4]), Buffer.from('item'), ...Array(depth).fill(level), Buffer.from([0xc0])]),
  );
  expect(await readBurnRecord(path)).toMatchObject({ kind: 'unreadableRecord' });
});

test('square layers of plain matrices are turned as the others are', () => {
  const config: ReferenceHeadConfig = {
    kind: 'headConfig',
    width: 2,
    head: { variant: 'state', hidden: [2], dropout: 0, spectralNorm: false, logTemperature: 0 },
  };
  const made = (shapes: readonly (readonly number[])[]) =>
    referenceWeights(
      [
        { name: 'linear1.weight', shape: shapes[0] as readonly number[], values: Float32Array.of(1, 2, 3, 4) },
        { name: 'linear1.bias', shape: [2], values: Float32Array.of(0, 0) },
        { name: 'linear2.weight', shape: shapes[1] as readonly number[], values: Float32Array.of(5, 6) },
      ],
      config,
    );
  const weightsOf = (read: ReturnType<typeof made>) => (read.kind === 'weights' ? [...read.weights.values()] : []);
  expect(
    weightsOf(
      made([
        [2, 2],
        [1, 2],
      ]),
    ).map((one) => [...one]),
  ).toContainEqual([1, 2, 3, 4]);
  expect(
    weightsOf(
      made([
        [2, 2],
        [2, 1],
      ]),
    ).map((one) => [...one]),
  ).toContainEqual([1, 3, 2, 4]);
});

test('a head without a word on its encoder is none', async () => {
  const folder = checkpoint();
  const parts = { ...(await findParts(folder)), embeddings: null };
  const report = await importReference({ parts, name: 'x', home: temporaryFolder(), encoder: null, signal });
  expect(report.noHead).toContain('name the encoder with --encoder');
});

test('the newest step is taken where training never ended', async () => {
  const folder = temporaryFolder();
  for (const step of [500, 10_000, 9000]) {
    mkdirSync(join(folder, `step_${step}`));
    writeFileSync(join(folder, `step_${step}`, 'model.mpk'), '');
  }
  writeFileSync(join(folder, 'step_800.mpk'), '');
  expect((await findParts(folder)).weights).toBe(join(folder, 'step_10000', 'model.mpk'));
});
