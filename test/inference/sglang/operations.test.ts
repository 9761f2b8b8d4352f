import { expect, test } from 'vitest';
import { Secret } from '../../../src/inference/http/secret.ts';
import { SglangLooker } from '../../../src/inference/sglang/looker.ts';
import { SglangOperations } from '../../../src/inference/sglang/operations.ts';
import { openCaller, openClient, request, samplesOf } from './opened.ts';

test('releases and resumes memory, when the server can and is idle', async () => {
  const { fake, caller } = await openCaller();
  const operations = new SglangOperations(caller.transport, null);
  expect(await operations.releaseMemory(['kv_cache', 'weights'])).toMatchObject({ kind: 'done' });
  expect(fake.core.weightsLost).toBe(true);
  expect(await operations.resumeMemory(['weights'])).toMatchObject({ kind: 'done' });
  expect(await operations.updateWeights({ path: '/models/4', version: '4' })).toMatchObject({ kind: 'done' });
  expect(await operations.resumeMemory(['kv_cache'])).toMatchObject({ kind: 'done' });
  expect(fake.core.released.size).toBe(0);
  fake.set({ memorySaver: false });
  expect(await operations.releaseMemory(['kv_cache'])).toMatchObject({
    reason: 'badRequest',
    message: expect.stringContaining('--enable-memory-saver'),
  });
});

test('the admin key goes to the routes that need it, and no key is ever told', async () => {
  const { fake, client } = await openClient(
    { apiKey: 'usual-key', adminKey: 'admin-key' },
    { key: new Secret('usual-key'), logProbs: 'raw' },
  );
  samplesOf(await client.generate(request()));
  const { caller } = await openCaller({ apiKey: 'usual-key', adminKey: 'admin-key' }, { key: new Secret('usual-key') });
  const refused = await new SglangOperations(caller.transport, null).continue();
  expect(refused).toMatchObject({ reason: 'unauthorised', status: 403, message: expect.stringContaining('admin key') });
  expect(await new SglangOperations(caller.transport, new Secret('admin-key')).continue()).toMatchObject({
    kind: 'done',
  });
  const wrong = await openClient({ apiKey: 'usual-key' }, { key: new Secret('wrong-key') });
  const failed = await wrong.client.generate(request());
  expect(failed).toMatchObject({ reason: 'unauthorised', status: 401 });
  expect(JSON.stringify([refused, failed, client.statistics()])).not.toMatch(/usual-key|wrong-key|admin-key/);
  expect(fake.core.seen.every(({ authorization }) => authorization === 'Bearer usual-key')).toBe(true);
});

test('reads the panel from the metrics of two ranks, and the hit rate between two looks; an idle server makes no tokens', async () => {
  const { fake, caller } = await openCaller({ complete: () => 'simp' });
  const panel = new SglangLooker(caller.transport);
  fake.core.totals.prompt = 1000;
  fake.core.totals.cached = 100;
  expect(await panel.look()).toMatchObject({
    source: 'metrics',
    identity: { model: 'fake/prover-7b', weightVersion: 'default' },
    gauges: { running: 0, queued: 0, tokensPerSecond: 0, cacheHitRate: 0.1, kvUse: 0, promptTokensTotal: 1000 },
  });
  fake.core.totals.prompt = 1400;
  fake.core.totals.cached = 400;
  fake.core.cache = [Array.from({ length: 12_001 }, (_, i) => i)];
  const second = await panel.look();
  expect(second).toMatchObject({ gauges: { cacheHitRate: 0.75, kvTokens: 12_001 } });
  expect(second.kind === 'look' && second.gauges.kvUse).toBeCloseTo(6001 / 60_000);
  expect(second.kind === 'look' && second.gauges.ranks.map(({ rank }) => rank)).toEqual(['0', '1']);
});

test.each(['late', 'early'] as const)('a look asks a %s server who it is once', async (persona) => {
  const { fake, caller } = await openCaller({ persona });
  const looker = new SglangLooker(caller.transport);
  await looker.look();
  expect(fake.count(persona === 'late' ? '/model_info' : '/get_model_info')).toBe(1);
  await looker.look();
  expect(fake.count('/v1/models')).toBe(1);
});

test.each([
  ['late', 'loads', { running: 0, kvUse: 0 }],
  ['early', 'serverInfo', { running: null, tokensPerSecond: 812.5 }],
] as const)('without metrics the panel of a %s server comes from %s', async (persona, source, gauges) => {
  const { fake, caller } = await openCaller({ persona });
  fake.fail('/metrics', { kind: 'status', status: 404, body: '{"detail":"Not Found"}' });
  expect(await new SglangLooker(caller.transport).look()).toMatchObject({ source, gauges });
});
