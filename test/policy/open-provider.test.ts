import { expect, onTestFinished, test } from 'vitest';
import type { ProviderProfile } from '../../src/config/models.ts';
import { readProviderProfiles } from '../../src/config/models.ts';
import { configFrom } from '../../src/config/schema.ts';
import type { TacticProvider } from '../../src/policy/provider.ts';
import { openProvider } from '../../src/policy/registry.ts';
import { FakeLeanCopilot } from '../fakes/openai/leancopilot.ts';
import { FakeOpenAi } from '../fakes/openai/server.ts';
import { startFakeSglang } from '../fakes/sglang/server.ts';
import { temporaryFolder } from '../storage/temporary.ts';

interface Opening {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly profiles?: Readonly<Record<string, ProviderProfile>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Opens a provider of the package, or one of these, as a command would. */
async function open(name: string, { settings = {}, profiles = {}, environment = {} }: Opening) {
  const home = temporaryFolder();
  const read = await readProviderProfiles(home, { HOME: home });
  if (read.kind !== 'profiles') throw new Error(read.message);
  const opened = await openProvider(name, {
    availableTactics: async () => new Set(),
    profiles: new Map([...read.profiles, ...Object.entries(profiles)]),
    settings: configFrom(new Map(Object.entries({ 'policy.patience': 0.1, ...settings }))),
    environment,
    home,
    note: () => {},
    signal: new AbortController().signal,
  });
  if (opened.kind === 'provider') onTestFinished(() => opened.provider.close());
  return opened;
}

async function opened(name: string, opening: Opening): Promise<TacticProvider> {
  const result = await open(name, opening);
  if (result.kind !== 'provider') throw new Error(result.message);
  return result.provider;
}

const ask = (provider: TacticProvider, temperature = 1) =>
  provider.propose({
    states: [{ goals: [{ hypotheses: [{ name: 'h', type: 'p' }], target: 'p' }], path: [], depth: 0 }],
    count: 2,
    temperature,
    round: 0,
    seed: 0,
    signal: new AbortController().signal,
  });

test.each(['vllm', 'llama-server', 'ollama', 'sglang', 'transformers'] as const)(
  'a model on %s is asked by its own prompt format, and its tactics come back',
  async (persona) => {
    const model = 'deepseek-ai/DeepSeek-Prover-V2-7B';
    const server = await FakeOpenAi.start({
      persona,
      model,
      say: (_, sample) => ['```lean4\nexact h\n```', 'simp'][sample % 2] as string,
    });
    onTestFinished(() => server.close());
    const settings = {
      'openai.url': `${server.url}/v1`,
      'openai.model': model,
      'policy.prompt': 'deepseek-prover-v2-plain',
    };
    const provider = await opened('openai', { settings });
    expect(provider.identities).toMatchObject([{ url: server.url, prompt: 'deepseek-prover-v2-plain' }]);
    const result = await ask(provider);
    const [proposal] = result.kind === 'proposed' ? result.proposals : [];
    expect(proposal?.candidates.map(({ tactic }) => tactic).toSorted(), JSON.stringify(result)).toEqual([
      'exact h',
      'simp',
    ]);
    for (const { logProb } of proposal?.candidates ?? [])
      expect(persona === 'transformers' ? logProb === null : (logProb ?? 0) < 0).toBe(true);
  },
);

test('ReProver behind the interface of LeanCopilot: beams with scores, and no more of them later', async () => {
  const server = await FakeLeanCopilot.start({
    models: {
      reprover: [
        ['exact <a>h</a>', 0.5],
        ['simp', 0.25],
      ],
    },
  });
  onTestFinished(() => server.close());
  const settings = { 'leancopilot.url': server.url, 'leancopilot.model': 'reprover' };
  const provider = await opened('reprover', { settings });
  expect(await ask(provider)).toMatchObject({
    kind: 'proposed',
    proposals: [
      {
        candidates: [
          { tactic: 'exact h', logProb: expect.closeTo(Math.log(0.5), 3), origin: 'reprover' },
          { tactic: 'simp', logProb: expect.closeTo(Math.log(0.25), 3) },
        ],
        exhausted: true,
      },
    ],
  });
  expect(server.seen[0]?.body).toMatchObject({ input: 'h : p\n⊢ p' });
});

test('the key of a section does not go to the server of a profile that has a place of its own', async () => {
  const server = await FakeOpenAi.start({ persona: 'vllm', model: 'bfs-prover', key: 'k1' });
  onTestFinished(() => server.close());
  const settings = { 'openai.url': server.url, 'openai.api_key_env': 'KEY' };
  const environment = { KEY: 'k1' };
  expect(await open('openai', { settings, environment })).toMatchObject({ kind: 'provider' });
  const profiles = { other: { kind: 'openai', url: server.url } };
  const refused = await open('other', { settings, environment, profiles });
  expect(refused).toMatchObject({ kind: 'providerUnavailable' });
  expect(JSON.stringify(refused)).not.toContain('k1');
  expect(server.seen.every(({ authorization }) => authorization === null || authorization === 'Bearer k1')).toBe(true);
  expect(await open('openai', { settings })).toMatchObject({
    kind: 'providerUnavailable',
    message: expect.stringContaining('KEY'),
  });
});

test('weights that are swapped are noticed with the next answer, and nothing old is used again', async () => {
  await using server = await startFakeSglang({ model: 'bfs-prover', weightVersion: '1', complete: () => 'simp' });
  const provider = await opened('bfs', { settings: { 'sglang.url': server.url } });
  await ask(provider);
  server.set({ weightVersion: '2', complete: () => 'omega' });
  await ask(provider, 0.5);
  expect(provider.identities).toMatchObject([{ weightVersion: '2' }]);
  expect(await ask(provider)).toMatchObject({ proposals: [{ candidates: [{ tactic: 'omega', weights: '2' }, {}] }] });
});

test('a kind or a name that is none is said', async () => {
  expect(await open('nobody', {})).toMatchObject({
    kind: 'unknownProvider',
    message: expect.stringMatching(/no provider "nobody"/),
  });
  expect(await open('odd', { profiles: { odd: { kind: 'oracle' } } })).toMatchObject({
    kind: 'unknownProvider',
    message: expect.stringMatching(/"oracle".*kinds: heuristic, sglang, openai, leancopilot, ranker, mixture, script/),
  });
});
