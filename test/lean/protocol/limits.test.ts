import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedHost } from '../../../src/lean/embedded/embedded-host.ts';
import type { Transport } from '../../../src/lean/transport.ts';
import { askJson, openTestHost } from '../../helpers/lean.ts';

const HARD = '(List.range 100000).foldl (· + ·) 0 = 1';

describe('limits of a request', () => {
  let host: EmbeddedHost;
  let worker: Transport;
  let stateId: unknown;
  beforeAll(async () => {
    host = await openTestHost();
    worker = host.transport();
    ({ stateId } = await askJson(worker, 'goal.start', { expr: HARD }));
  });
  afterAll(() => host?.close());

  const endless = { tactic: 'decide', heartbeats: 0, recDepth: 100_000 };

  it('stops at its heartbeats', async () => {
    expect(await askJson(worker, 'goal.tactic', { stateId, ...endless, heartbeats: 100 })).toMatchObject({
      error: 'core',
      limit: 'heartbeats',
    });
  });

  it('stops at its recursion depth', async () => {
    expect(await askJson(worker, 'goal.tactic', { stateId, ...endless, recDepth: 100 })).toMatchObject({
      error: 'core',
      limit: 'recDepth',
    });
  });

  it('has the limits of the session when it names none', async () => {
    await askJson(worker, 'proofdeck.limits', { heartbeats: 100, recDepth: 100_000 });
    expect(await askJson(worker, 'goal.tactic', { stateId, tactic: 'decide' })).toMatchObject({
      error: 'core',
      limit: 'heartbeats',
    });
    expect(await askJson(worker, 'proofdeck.limits', { heartbeats: 200_000, recDepth: 512 })).toEqual({
      heartbeats: 200_000,
      recDepth: 512,
    });
  });

  it('is interrupted by the clock, and its state lives on', async () => {
    const limit = { timeoutMs: 200, graceMs: 60_000 };
    expect(await askJson(worker, 'goal.tactic', { stateId, ...endless }, limit)).toEqual({
      error: 'internal',
      desc: 'interrupt',
    });
    expect(await askJson(worker, 'goal.tactic', { stateId, tactic: 'skip' })).toMatchObject({
      goals: [{ target: { pp: expect.any(String) } }],
    });
    expect(worker.generation).toBe(1);
  });
});
