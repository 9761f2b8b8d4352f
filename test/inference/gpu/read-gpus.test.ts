import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseGauges } from '../../../src/inference/gpu/gauges.ts';
import { readGpus } from '../../../src/inference/gpu/read-gpus.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const MiB = 1024 * 1024;

test('reads two GPUs and who holds memory of each', () => {
  const gpus =
    '0, GPU-a, 97, 131072, 143771, 61, NVIDIA H200\n1, GPU-b, [N/A], 4, 143771, [Not Supported], NVIDIA H200, revised\n';
  const processes = 'GPU-a, 4711, 130000, /usr/bin/python3\nGPU-a, 12, [N/A], [Not Found]\n';
  expect(parseGauges(gpus, processes)).toEqual({
    kind: 'gauges',
    gpus: [
      {
        index: 0,
        uuid: 'GPU-a',
        name: 'NVIDIA H200',
        utilisation: 97,
        memoryUsedBytes: 131072 * MiB,
        memoryTotalBytes: 143771 * MiB,
        temperatureCelsius: 61,
        processes: [
          { pid: 4711, name: '/usr/bin/python3', memoryBytes: 130000 * MiB },
          { pid: 12, name: null, memoryBytes: null },
        ],
      },
      {
        index: 1,
        uuid: 'GPU-b',
        name: 'NVIDIA H200, revised',
        utilisation: null,
        memoryUsedBytes: 4 * MiB,
        memoryTotalBytes: 143771 * MiB,
        temperatureCelsius: null,
        processes: [],
      },
    ],
  });
});

test('names the line that it cannot read', () => {
  expect(parseGauges('0, GPU-a, many, 1, 2, 3, x\n', '')).toEqual({
    kind: 'unreadable',
    line: '0, GPU-a, many, 1, 2, 3, x',
  });
});

/** A PATH with a program that ends with the code after it has said the text. */
function pathWith(text: string, code: number): string {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'nvidia-smi'), `#!/bin/sh\n/bin/cat <<'EOF'\n${text}\nEOF\nexit ${code}\n`, {
    mode: 0o755,
  });
  return folder;
}

test('without the tool, without GPUs and with a driver that fails it says which', async () => {
  expect(await readGpus({ environment: { PATH: temporaryFolder() } })).toMatchObject({ kind: 'noTool' });
  expect(await readGpus({ environment: { PATH: pathWith('No devices were found', 0) } })).toEqual({
    kind: 'gpus',
    gpus: [],
  });
  expect(
    await readGpus({
      environment: { PATH: pathWith('Failed to initialize NVML: Driver/library version mismatch', 18) },
    }),
  ).toMatchObject({ kind: 'gpusUnreadable', message: expect.stringContaining('ended with 18: Failed to initialize') });
});
