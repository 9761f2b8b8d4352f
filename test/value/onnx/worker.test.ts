import { afterAll, beforeAll, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/value/onnx/graph.ts';
import { writeModel } from '../../../src/value/onnx/model-write.ts';
import { openOnnx } from '../../../src/value/onnx/open-worker.ts';
import { float32 } from '../../../src/value/onnx/tensor.ts';
import type { OnnxWorker } from '../../../src/value/onnx/worker.ts';

let worker: OnnxWorker;
let session: number;

beforeAll(async () => {
  const opened = await openOnnx({ device: 'cpu', threads: 1 });
  if (opened.kind !== 'onnx') throw new Error(opened.message);
  worker = opened.worker;
  const builder = new GraphBuilder('sum');
  const sum = builder.op('Add', [builder.input('a', 'float32', ['n']), builder.input('b', 'float32', [])]);
  builder.output('c', sum, 'float32', ['n']);
  const loaded = await worker.load(writeModel(builder.graph()));
  if (loaded.kind !== 'loaded') throw new Error(loaded.message);
  session = loaded.session;
});
afterAll(() => worker.close());

const scalar = (value: number) => float32([], Float32Array.of(value));
const vector = (...values: number[]) => float32([values.length], Float32Array.from(values));

test('runs a graph', async () => {
  const ran = await worker.run({ session, feeds: { a: vector(1, 2), b: scalar(10) }, fetch: ['c'] });
  expect(ran).toMatchObject({ kind: 'ran', outputs: { c: { dims: [2], data: Float32Array.of(11, 12) } } });
});

test('keeps tensors, feeds them again, renames, shares and drops them', async () => {
  await worker.keep('state', vector(0, 1));
  for (let i = 0; i < 3; i++)
    await worker.run({ session, feeds: { a: { kept: 'state' }, b: scalar(1) }, fetch: [], keep: { c: 'state' } });
  expect(await worker.share({ state: 'best' })).toBeNull();
  await worker.run({ session, feeds: { a: { kept: 'state' }, b: scalar(1) }, fetch: [], keep: { c: 'next' } });
  expect(await worker.rename({ next: 'state' })).toBeNull();
  const read = await worker.read(['state', 'best']);
  expect(read).toMatchObject({
    kind: 'read',
    tensors: [{ data: Float32Array.of(4, 5) }, { data: Float32Array.of(3, 4) }],
  });
  await worker.drop(['best']);
  expect(await worker.read(['best'])).toMatchObject({ kind: 'onnxFailed', message: expect.stringContaining('"best"') });
  expect(await worker.read(['next'])).toMatchObject({ kind: 'onnxFailed' });
});

test('a buffer that is handed over is not copied', async () => {
  const given = vector(1, 2, 3);
  await worker.keep('given', given, [given.data.buffer as ArrayBuffer]);
  expect(given.data.length).toBe(0);
  expect(await worker.read(['given'])).toMatchObject({ tensors: [{ data: Float32Array.of(1, 2, 3) }] });
});

test('says what is wrong, and goes on', async () => {
  expect(await worker.load(Uint8Array.of(1, 2, 3))).toMatchObject({ kind: 'onnxFailed', reason: 'badModel' });
  const feeds = { a: float32([2, 2], new Float32Array(4)), b: scalar(1) };
  expect(await worker.run({ session, feeds, fetch: ['c'] })).toMatchObject({ kind: 'onnxFailed', reason: 'failed' });
  expect(await worker.run({ session: 99, feeds, fetch: ['c'] })).toMatchObject({ kind: 'onnxFailed' });
  expect(await worker.run({ session, feeds: { a: vector(1), b: scalar(1) }, fetch: ['c'] })).toMatchObject({
    kind: 'ran',
  });
});

test('requests are done in their order', async () => {
  const kept = worker.keep('order', vector(1));
  const ran = worker.run({ session, feeds: { a: { kept: 'order' }, b: scalar(1) }, fetch: ['c'] });
  const dropped = worker.drop(['order']);
  expect(await ran).toMatchObject({ kind: 'ran' });
  await Promise.all([kept, dropped]);
});

test('CUDA that is not there is refused with the remedy', async () => {
  const opened = await openOnnx({ device: 'cuda' });
  if (opened.kind === 'onnx') return opened.worker.close();
  expect(opened).toMatchObject({ reason: 'unavailable', message: expect.stringContaining('value.device = "cpu"') });
});

test('a closed worker answers', async () => {
  const opened = await openOnnx({ device: 'cpu', threads: 1 });
  if (opened.kind !== 'onnx') throw new Error(opened.message);
  const waiting = opened.worker.load(new Uint8Array(10));
  await opened.worker.close();
  expect(await waiting).toMatchObject({ kind: 'onnxFailed' });
  expect(await opened.worker.read([])).toMatchObject({ kind: 'onnxFailed', reason: 'closed' });
});

test('closed in the middle of a call, it answers at once and ends behind the call', async () => {
  const opened = await openOnnx({ device: 'cpu', threads: 1 });
  if (opened.kind !== 'onnx') throw new Error(opened.message);
  const size = 512;
  const builder = new GraphBuilder('power');
  let value = builder.input('x', 'float32', [size, size]);
  for (let i = 0; i < 10; i++) value = builder.op('MatMul', [value, value]);
  builder.output('y', value, 'float32', [size, size]);
  const loaded = await opened.worker.load(writeModel(builder.graph()));
  if (loaded.kind !== 'loaded') throw new Error(loaded.message);
  const x = float32([size, size], new Float32Array(size * size));
  const asked = { session: loaded.session, feeds: { x }, fetch: ['y'] };
  const answers = [opened.worker.run(asked), opened.worker.run(asked)];
  const closings = [opened.worker.close(), opened.worker.close()];
  for (const answer of answers) expect(await answer).toMatchObject({ kind: 'onnxFailed', reason: 'closed' });
  await Promise.all(closings);
  expect(await opened.worker.run(asked)).toMatchObject({ kind: 'onnxFailed', reason: 'closed' });
});
