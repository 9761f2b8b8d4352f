import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EmbeddedHost } from '../../../src/lean/embedded/embedded-host.ts';
import type { AskLimit, Transport } from '../../../src/lean/transport.ts';
import { openFixtureHost } from './fixtures/open-host.ts';

const LONG = { timeoutMs: 30_000 };
const SHORT = { timeoutMs: 300, graceMs: 300 };
const PATIENT = { timeoutMs: 300, graceMs: 30_000 };
const MEMORY_LIMIT = 800e6;

/** True when the process is gone, also when nobody has asked for its exit code yet. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}

async function text(transport: Transport, line: string, limit: AskLimit = LONG): Promise<string> {
  const reply = await transport.ask(line, limit);
  return reply.kind === 'answer' ? reply.text : `lost: ${reply.reason}`;
}

describe('an embedded prover', () => {
  let host: EmbeddedHost;
  let prover: Transport;
  beforeAll(async () => {
    host = await openFixtureHost({ maxMemoryBytes: MEMORY_LIMIT });
    prover = host.transport();
  });
  afterAll(() => host?.close());

  it('starts, answers in order, and says what memory it takes', async () => {
    expect(prover.alive).toBe(false);
    expect(await prover.start()).toMatchObject({ kind: 'ready' });
    expect([prover.alive, prover.generation]).toEqual([true, 1]);
    expect(await Promise.all(['count', '⊢ ∀ x', 'count'].map((line) => text(prover, line)))).toEqual([
      '1',
      'echo ⊢ ∀ x',
      '2',
    ]);
    expect(prover.stats()).toMatchObject({
      pid: host.pid,
      memoryBytes: expect.any(Number),
      rssBytes: expect.any(Number),
    });
    expect(host.pid).not.toBe(process.pid);
  });

  it('takes and gives long texts', async () => {
    const long = 'λ'.repeat(2_000_000);
    expect((await text(prover, long)) === `echo ${long}`).toBe(true);
  });

  it('is stopped by the clock and keeps its states', async () => {
    expect(await prover.ask('wait', PATIENT)).toMatchObject({ kind: 'answer', text: 'cancelled' });
    expect([await text(prover, 'count'), prover.generation]).toEqual(['3', 1]);
  });

  it('is stopped on request and keeps its states', async () => {
    const reply = text(prover, 'wait', { timeoutMs: 60_000, graceMs: 30_000 });
    // The order to stop cannot overtake the request: the host hands that on at once.
    prover.cancel();
    expect(await reply).toBe('cancelled');
    expect([await text(prover, 'count'), prover.generation]).toEqual(['4', 1]);
  });

  it('is killed when it does not stop, and starts again empty', async () => {
    const lost: string[] = [];
    const off = prover.onLost((reason) => lost.push(reason));
    const replies = await Promise.all([prover.ask('spin', SHORT), prover.ask('count', LONG)]);
    expect(replies).toMatchObject([
      { kind: 'lost', reason: 'timeout', detail: expect.stringContaining('was killed') },
      { kind: 'lost', reason: 'timeout', detail: expect.stringContaining('before this request reached Lean') },
    ]);
    expect([prover.alive, lost.length]).toEqual([false, 1]);
    expect([await text(prover, 'count'), prover.generation]).toEqual(['1', 2]);
    off();
  });

  it('is lost and starts again when Lean crashes', async () => {
    expect(await prover.ask('deep', LONG)).toMatchObject({
      kind: 'lost',
      reason: 'crashed',
      detail: expect.stringContaining('deep recursion'),
    });
    expect([await text(prover, 'count'), prover.generation]).toEqual(['1', 3]);
  });

  it('is lost with outOfMemory when it wants more than it may have', async () => {
    expect(await prover.ask('grow', LONG)).toMatchObject({ kind: 'lost', reason: 'outOfMemory' });
    expect([await text(prover, 'count'), prover.generation]).toEqual(['1', 4]);
  });

  it('restarts on request, and its request is lost', async () => {
    const spinning = prover.ask('spin', LONG);
    expect(await prover.start()).toMatchObject({ kind: 'ready' });
    expect(await spinning).toMatchObject({ kind: 'lost', reason: 'closed' });
    expect(prover.generation).toBe(5);
  });

  it('outlives its host process', async () => {
    const spinning = prover.ask('spin', LONG);
    const { pid } = host;
    process.kill(pid!, 'SIGKILL');
    expect(await spinning).toMatchObject({
      kind: 'lost',
      reason: 'crashed',
      detail: expect.stringContaining('SIGKILL'),
    });
    expect([await text(prover, 'count'), prover.generation]).toEqual(['1', 6]);
    expect(host.pid).not.toBe(pid);
  });

  it('answers lost: closed after close, and leaves its neighbour alone', async () => {
    const other = host.transport();
    expect(await other.start()).toMatchObject({ kind: 'ready' });
    const spinning = other.ask('spin', LONG);
    await other.close();
    expect(await spinning).toMatchObject({ kind: 'lost', reason: 'closed' });
    expect(await other.ask('count', LONG)).toMatchObject({ kind: 'lost', reason: 'closed' });
    expect(await text(prover, 'count')).toBe('2');
    expect(prover.generation).toBe(6);
  });
});

describe('a host process', () => {
  it('ends a prover that has grown beyond the limit and starts it anew', async () => {
    const host = await openFixtureHost({ recycleBytes: 1 });
    try {
      const prover = host.transport();
      await prover.start();
      const recycled = new Promise<string>((resolve) => prover.onLost(resolve));
      await text(prover, 'count');
      expect(await recycled).toContain('recycled');
      await prover.start();
      expect(prover.generation).toBeGreaterThan(1);
    } finally {
      await host.close();
    }
  });

  it('ends with close', async () => {
    const host = await openFixtureHost();
    const prover = host.transport();
    const spinning = prover.ask('spin', LONG);
    await vi.waitFor(() => expect(prover.alive).toBe(true), { timeout: 60_000 });
    const { pid } = host;
    await host.close();
    expect(await spinning).toMatchObject({ kind: 'lost', reason: 'closed' });
    expect(isGone(pid!)).toBe(true);
    expect(await prover.start()).toMatchObject({ kind: 'startFailed', category: 'closed' });
  });

  it('ends when its parent dies', async () => {
    const parent = fork(join(import.meta.dirname, 'fixtures', 'parent-process.ts'));
    const pid = await new Promise<number>((resolve, reject) => {
      parent.once('message', (message) => resolve(Number(message)));
      parent.once('exit', (code) => reject(new Error(`the parent ended with ${code}`)));
    });
    expect(isGone(pid)).toBe(false);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isGone(pid)).toBe(true), { timeout: 60_000 });
  });
});
