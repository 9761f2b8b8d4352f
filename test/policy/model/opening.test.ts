import { expect, test } from 'vitest';
import type { ProviderProfile } from '../../../src/config/models.ts';
import { configFrom } from '../../../src/config/schema.ts';
import type { ServerFailed } from '../../../src/inference/server-failure.ts';
import type { ServerIdentity } from '../../../src/inference/server-identity.ts';
import { openMixture } from '../../../src/policy/mixture/open-mixture.ts';
import { awaitServer } from '../../../src/policy/model/await-server.ts';
import { formatFor } from '../../../src/policy/model/format.ts';
import { shorterLength } from '../../../src/policy/model/shorten.ts';
import type { TacticProvider } from '../../../src/policy/provider.ts';
import { addressOf } from '../../../src/policy/provider-address.ts';
import type { OpenProviderResult, ProviderSource } from '../../../src/policy/provider-source.ts';
import { FakeClient, failure, IDENTITY, says } from './fake-client.ts';

const signal = new AbortController().signal;

/** A clock on which waiting takes no time. */
function fakeClock() {
  let now = 0;
  return {
    now: () => now,
    after: (ms: number, callback: () => void) => {
      const timer = setImmediate(() => {
        now += ms;
        callback();
      });
      return () => clearImmediate(timer);
    },
  };
}

function clientThat(...identities: readonly (ServerIdentity | ServerFailed)[]): FakeClient {
  const client = new FakeClient(says('simp'));
  let asked = 0;
  client.identity = async () => identities[Math.min(asked++, identities.length - 1)] as ServerIdentity | ServerFailed;
  return client;
}

test('a server that is not there yet is waited for, said once, and no longer than patience lasts', async () => {
  const said: string[] = [];
  const waiting = () => ({ patienceMs: 2000, signal, note: (text: string) => said.push(text), clock: fakeClock() });
  const down = failure('serverDown');
  expect(await awaitServer(clientThat(down, failure('overloaded'), IDENTITY), waiting())).toEqual(IDENTITY);
  expect(said).toEqual(['waiting up to 2 s for http://fake:30000: it is serverDown']);
  expect(await awaitServer(clientThat(down), waiting())).toEqual(down);
  expect(said).toHaveLength(2);
});

test('what no waiting can mend is not waited for', async () => {
  for (const reason of ['unauthorised', 'wrongMode', 'badAnswer'] as const) {
    const failed = failure(reason, { retriable: false });
    const note = (text: string) => expect.fail(text);
    expect(await awaitServer(clientThat(failed), { patienceMs: 2000, signal, note })).toEqual(failed);
  }
});

test.each([
  [{ profile: { kind: 'sglang', prompt: 'kimina' }, prompt: 'bfs-prover' }, 'kimina'],
  [{ prompt: 'bfs-prover', base: 'deepseek-ai/DeepSeek-Prover-V2-7B' }, 'bfs-prover'],
  [{ base: 'deepseek-ai/DeepSeek-Prover-V2-7B', model: '/models/iter_3' }, 'deepseek-prover-v2-tactic'],
  [{ model: 'ByteDance-Seed/BFS-Prover-V2-7B' }, 'bfs-prover'],
  [{ profile: { kind: 'sglang', template: { text: '{state}' } }, model: 'x' }, 'mine'],
] as const)('the prompt format of %j is %s', (sources, name) => {
  const found = formatFor({ name: 'mine', profile: { kind: 'sglang' }, prompt: '', base: '', model: '', ...sources });
  expect(found).toMatchObject({ kind: 'format', format: { name } });
});

test('what to do about a name that tells nothing comes before the list of formats', () => {
  const found = formatFor({ name: 'mine', profile: { kind: 'sglang' }, prompt: '', base: '', model: '/models/iter_3' });
  expect(found).toMatchObject({
    kind: 'noFormat',
    message: expect.stringMatching(
      /^cannot tell from the name "\/models\/iter_3" .*policy\.prompt.*policy\.base.*formats: bfs-prover/,
    ),
  });
});

test('a base model that tells nothing is said, even where the served name would tell', () => {
  const sources = { name: 'mine', profile: { kind: 'sglang' }, prompt: '', base: 'what', model: 'BFS-Prover-V2-7B' };
  expect(formatFor(sources)).toMatchObject({ kind: 'noFormat', message: expect.stringContaining('"what"') });
});

test('a prompt that is too long is cut in proportion where the server told by how much, else in half', () => {
  const prompt = { kind: 'text', text: 'x'.repeat(1000) } as const;
  expect(shorterLength(prompt, { tokens: 400, limit: 300 }, 100)).toBe(450);
  expect(shorterLength(prompt, { tokens: null, limit: 300 }, 100)).toBe(500);
  expect(shorterLength(prompt, null, 100)).toBe(500);
  expect(shorterLength(prompt, { tokens: 101, limit: 100 }, 200)).toBe(500);
});

test('where a provider is: the profile says, else the settings', () => {
  const settings = configFrom(new Map<string, unknown>([['openai.model', 'm']]));
  expect(addressOf({ kind: 'sglang' }, settings)).toEqual({ url: 'http://127.0.0.1:30000', model: null });
  expect(addressOf({ kind: 'openai', url: 'http://one:1' }, settings)).toEqual({ url: 'http://one:1', model: 'm' });
  expect(addressOf({ kind: 'heuristic' }, settings)).toEqual({ url: null, model: null });
});

test('a mixture opens with all its members or not at all', async () => {
  const closed: string[] = [];
  const member = (name: string): TacticProvider => ({
    name,
    kind: 'sglang',
    propose: async () => ({ kind: 'proposed', proposals: [] }),
    close: async () => void closed.push(name),
  });
  const profiles = new Map<string, ProviderProfile>([
    ['one', { kind: 'sglang' }],
    ['gone', { kind: 'sglang' }],
    ['nested', { kind: 'mixture' }],
  ]);
  const source = { profiles } as unknown as ProviderSource;
  const open = (...names: readonly string[]): Promise<OpenProviderResult> =>
    openMixture(
      'both',
      { kind: 'mixture', members: names.map((provider) => ({ provider, quota: 1 })) },
      source,
      async (name) =>
        name === 'gone'
          ? { kind: 'providerUnavailable', message: 'no server' }
          : { kind: 'provider', provider: member(name) },
    );
  expect(await open('one')).toMatchObject({ kind: 'provider' });
  expect(await open('one', 'gone')).toEqual({ kind: 'providerUnavailable', message: 'mixture both: no server' });
  expect(closed).toEqual(['one']);
  expect(await open('nested')).toMatchObject({ kind: 'unknownProvider', message: expect.stringContaining('nested') });
  expect(await open('nobody')).toMatchObject({ kind: 'unknownProvider', message: expect.stringContaining('nobody') });
  const none = async (): Promise<OpenProviderResult> => ({ kind: 'unknownProvider', message: 'not asked' });
  expect(await openMixture('both', { kind: 'mixture' }, source, none)).toMatchObject({
    message: expect.stringContaining('it has no members'),
  });
});
