import { expect, test } from 'vitest';
import type { GpuGauges } from '../../../src/inference/gpu/gauges.ts';
import { chosenGpus, devicesOf, memoryState, waitForMemory } from '../../../src/inference/serve/gpu-memory.ts';

const GiB = 1024 ** 3;

const gpu = (index: number, usedGiB: number, processes: GpuGauges['processes'] = []): GpuGauges => ({
  index,
  uuid: `GPU-${'abc'[index]}0`,
  name: 'NVIDIA A100',
  utilisation: 0,
  memoryUsedBytes: usedGiB * GiB,
  memoryTotalBytes: 80 * GiB,
  temperatureCelsius: 40,
  processes,
});

test('the GPUs of a server are those that it is given, else the first ones', () => {
  const gpus = [gpu(0, 0), gpu(1, 0), gpu(2, 0)];
  const indices = (text: string | undefined, count = 2) =>
    chosenGpus(gpus, { devices: devicesOf(text), count }).map(({ index }) => index);
  expect(indices(undefined)).toEqual([0, 1]);
  expect(indices('')).toEqual([0, 1]);
  expect(indices('2, 1')).toEqual([1, 2]);
  // A server of one GPU takes the first that it may use.
  expect(indices('2, 1', 1)).toEqual([2]);
  expect(indices('GPU-b')).toEqual([1]);
  expect(indices('7')).toEqual([]);
});

test('tells who is in the way, the largest first', () => {
  const holders = [
    { pid: 7, name: null, memoryBytes: null },
    { pid: 8, name: 'python3', memoryBytes: 30 * GiB },
    { pid: 9, name: 'train', memoryBytes: 31 * GiB },
    { pid: 10, name: 'x', memoryBytes: GiB },
  ];
  const need = { devices: null, count: 1, share: 0.5 };
  expect(memoryState({ kind: 'gpus', gpus: [gpu(0, 40)] }, need).kind).toBe('free');
  expect(memoryState({ kind: 'gpus', gpus: [gpu(0, 63, holders)] }, need)).toMatchObject({
    kind: 'held',
    message:
      'GPU 0 (NVIDIA A100) has 63.0 GiB of 80.0 GiB in use by process 9 (train, 31.0 GiB), process 8 (python3, 30.0 GiB), process 10 (x, 1.0 GiB), and 1 more; 40.0 GiB are needed',
  });
  expect(memoryState({ kind: 'gpus', gpus: [gpu(0, 63)] }, need)).toMatchObject({
    message: expect.stringContaining('by processes that nvidia-smi does not list'),
  });
  expect(memoryState({ kind: 'noTool', message: 'none' }, need)).toEqual({ kind: 'unknown', message: 'none' });
});

test('waits until memory comes back, and says who it waits for once', async () => {
  const holder = { pid: 8, name: 'python3', memoryBytes: 60 * GiB };
  const looks = [gpu(0, 63, [holder]), gpu(0, 62, [holder]), gpu(0, 1)];
  const told: string[] = [];
  const state = await waitForMemory({
    read: async () => ({ kind: 'gpus', gpus: [looks.shift() ?? gpu(0, 1)] }),
    need: { devices: null, count: 1, share: 0.8 },
    patienceMs: 60_000,
    signal: new AbortController().signal,
    onHeld: (message) => told.push(message),
  });
  expect(state.kind).toBe('free');
  expect(told).toEqual([expect.stringContaining('process 8 (python3, 60.0 GiB)')]);
});
