import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('./busy-worker.ts', import.meta.url));

/** Ends a process while ONNX Runtime computes; three times, since the moment differs. */
async function leave(how: string) {
  const ends = [];
  for (let i = 0; i < 3; i++)
    ends.push(
      await new Promise((resolve) => {
        const child = execFile(process.execPath, [script, how], (_, out, err) =>
          resolve({ code: child.exitCode, signal: child.signalCode, out, err }),
        );
      }),
    );
  return ends;
}

test('a process that exits while ONNX Runtime computes ends with its own code, not by abort', async () => {
  const end = { code: 143, signal: null, out: '', err: '' };
  expect(await leave('exit')).toEqual([end, end, end]);
});

test('a worker that is closed while ONNX Runtime computes does not take the process with it', async () => {
  const end = { code: 0, signal: null, out: 'onnxFailed onnxFailed\n', err: '' };
  expect(await leave('close')).toEqual([end, end, end]);
});
