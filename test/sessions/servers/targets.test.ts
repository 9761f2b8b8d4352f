import { expect, test } from 'vitest';
import { serversOfRun, tacticServers, vectorServers } from '../../../sessions/servers/targets.ts';
import type { ProviderProfile } from '../../../src/config/models.ts';
import { configFrom } from '../../../src/config/schema.ts';

const profiles = new Map<string, ProviderProfile>([
  ['heuristic', { kind: 'heuristic' }],
  ['deepseek', { kind: 'sglang', url: 'http://gpu-box:30000', api_key_env: 'DEEPSEEK_KEY' }],
  ['local', { kind: 'openai' }],
  ['sglang', { kind: 'sglang' }],
  [
    'both',
    {
      kind: 'mixture',
      members: ['deepseek', 'local', 'heuristic', 'both'].map((provider) => ({ provider, quota: 1 })),
    },
  ],
]);
const settings = configFrom(new Map());
const named = (targets: readonly { readonly profile: string; readonly role: string }[]) =>
  targets.map(({ profile, role }) => `${profile} ${role}`);

test('the servers of a provider are its own, or those of the members of a mixture', () => {
  expect(named(tacticServers(profiles, 'deepseek'))).toEqual(['deepseek tactics']);
  expect(named(tacticServers(profiles, 'both'))).toEqual(['deepseek tactics', 'local tactics']);
  expect(tacticServers(profiles, 'heuristic')).toEqual([]);
  expect(tacticServers(profiles, 'nobody')).toEqual([]);
});

test('a run from elsewhere has its server looked at without our keys', () => {
  const run = (url: string) => ({ provider: { name: 'deepseek', kind: 'sglang', url, model: null } });
  expect(serversOfRun(profiles, run('http://gpu-box:30000'), settings)).toMatchObject([
    { profile: 'deepseek', settings: { api_key_env: 'DEEPSEEK_KEY' } },
  ]);
  expect(serversOfRun(profiles, run('http://stranger:30000'), settings)).toEqual([
    {
      profile: 'deepseek',
      kind: 'sglang',
      role: 'tactics',
      settings: { kind: 'sglang', url: 'http://stranger:30000' },
    },
  ]);
  const heuristic = { provider: { name: 'heuristic', kind: 'heuristic', url: null, model: null } };
  expect(serversOfRun(profiles, heuristic, settings)).toEqual([]);
});

test('the server that embeds for a value model is one too', () => {
  const about = (kind: string, name: string) => ({
    about: {
      encoder: { kind, name, width: 8, fingerprint: 'f' },
      head: { variant: 'state', hidden: [] },
      scale: { energy: null, logProb: null },
    },
  });
  expect(named(vectorServers(profiles, about('sglang', 'sglang')))).toEqual(['sglang vectors']);
  expect(vectorServers(profiles, about('ngram', 'ngram'))).toEqual([]);
  expect(vectorServers(profiles, null)).toEqual([]);
});
