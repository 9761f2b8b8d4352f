import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { liveness, ownIdentity } from '../../src/storage/process-identity.ts';

const identityOf = (pid: number) => ({ pid, host: hostname(), startTicks: null, boot: null });

const read = (pid: number, file: string): string => readFileSync(`/proc/${pid}/${file}`, 'latin1');
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The number of a process that has ended, and for whose end its parent, which became a `sleep`, never asks. */
async function endedProcess(): Promise<number> {
  const parent = spawn('sh', ['-c', 'exec 3<&0; sh -c "read line <&3" & echo $!; exec sleep 600 3<&-'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  while (!read(parent.pid!, 'comm').startsWith('sleep')) await turn();
  parent.stdin.end('end\n');
  const child = Number(line.toString());
  while (read(child, 'stat').split(') ')[1]?.[0] !== 'Z') await turn();
  return child;
}

test('a running process is alive', () => {
  expect(liveness(ownIdentity())).toBe('alive');
});

test.skipIf(process.platform !== 'linux')(
  'a process that has ended is gone, even when nobody has asked for its end',
  async () => {
    expect(liveness(identityOf(await endedProcess()))).toBe('gone');
  },
);
