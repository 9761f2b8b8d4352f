import { expect, onTestFinished, test } from 'vitest';
import { openLooker } from '../../../src/inference/panel/open-looker.ts';
import { FakeLeanCopilot } from '../../fakes/openai/leancopilot.ts';
import type { PersonaName } from '../../fakes/openai/persona.ts';
import { FakeOpenAi, type FakeOptions } from '../../fakes/openai/server.ts';
import { addressOf } from '../address-of.ts';

async function lookerOf(persona: PersonaName, options: Partial<FakeOptions> = {}) {
  const fake = await FakeOpenAi.start({ persona, ...options });
  const address = addressOf(`${fake.url}/v1`);
  const looker = await openLooker({ protocol: 'openai', address, key: null, model: null });
  onTestFinished(async () => {
    await looker.close();
    await fake.close();
  });
  return { fake, looker };
}

const VLLM = `# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="m"} 7.0
vllm:num_requests_running{engine="1",model_name="m"} 3.0
vllm:num_requests_waiting{engine="0",model_name="m"} 2.0
vllm:kv_cache_usage_perc{engine="0",model_name="m"} 0.25
vllm:kv_cache_usage_perc{engine="1",model_name="m"} 0.5
vllm:prefix_cache_queries_total{engine="0"} 1000
vllm:prefix_cache_hits_total{engine="0"} 600
vllm:generation_tokens_total{engine="0"} 5000
`;

test('the figures of a vLLM, over its engines, and rates between two looks', async () => {
  const { fake, looker } = await lookerOf('vllm');
  fake.metrics = VLLM;
  expect(await looker.look()).toMatchObject({
    kind: 'look',
    source: 'metrics',
    identity: { server: 'vllm', model: 'fake-prover', contextLength: 4096 },
    gauges: { running: 10, queued: 2, kvUse: 0.5, cacheHitRate: 0.6, tokensPerSecond: null },
  });
  fake.metrics = VLLM.replace('600', '690').replace('1000', '1100').replace('5000', '6000');
  const second = await looker.look();
  expect(second).toMatchObject({ gauges: { cacheHitRate: 0.9 } });
  expect(second.kind === 'look' && second.gauges.tokensPerSecond).toBeGreaterThan(0);
});

test('the figures of a llama-server, and its model being read', async () => {
  const { fake, looker } = await lookerOf('llama-server');
  fake.loading = true;
  expect(await looker.look()).toMatchObject({ kind: 'serverFailed', reason: 'overloaded' });
  fake.loading = false;
  fake.metrics =
    'llamacpp:requests_processing 2\nllamacpp:requests_deferred 1\nllamacpp:predicted_tokens_seconds 31.5\n';
  expect(await looker.look()).toMatchObject({
    identity: { server: 'llama-server' },
    gauges: { running: 2, queued: 1, tokensPerSecond: 31.5, kvUse: null },
  });
});

test.each(['vllm', 'ollama', 'tgi', 'transformers', 'plain'] as const)(
  'a server without metrics (%s) has its identity and how soon it answers',
  async (persona) => {
    const { looker } = await lookerOf(persona, persona === 'transformers' ? { model: 'named' } : {});
    const look = await looker.look();
    if (persona === 'transformers') expect(look).toMatchObject({ kind: 'serverFailed' });
    else expect(look).toMatchObject({ kind: 'look', source: 'none', gauges: { running: null } });
    expect(await looker.health()).toMatchObject({ kind: 'answer' });
  },
);

test.each(['vllm', 'llama-server', 'ollama', 'plain'] as const)(
  'a look asks a %s for nothing twice',
  async (persona) => {
    const { fake, looker } = await lookerOf(persona);
    await looker.look();
    fake.paths.length = 0;
    await looker.look();
    expect(fake.paths.toSorted()).toEqual([...new Set(fake.paths)].toSorted());
  },
);

test('a LeanCopilot server has what it tells', async () => {
  const fake = await FakeLeanCopilot.start({ models: {} });
  const address = addressOf(fake.url);
  const looker = await openLooker({ protocol: 'leancopilot', address, key: null, model: null });
  onTestFinished(async () => {
    await looker.close();
    await fake.close();
  });
  expect(await looker.look()).toMatchObject({ kind: 'look', identity: { server: 'leancopilot' }, source: 'none' });
});
