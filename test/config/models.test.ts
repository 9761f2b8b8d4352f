import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findProfile, readProviderProfiles } from '../../src/config/models.ts';
import { temporaryFolder } from '../storage/temporary.ts';

async function profiles(home: string) {
  const read = await readProviderProfiles(home, { HOME: home });
  if (read.kind !== 'profiles') throw new Error(read.message);
  return read.profiles;
}

test('provider profiles of the home join and replace those of the package', async () => {
  const home = temporaryFolder();
  expect([...(await profiles(home)).keys()]).toEqual([
    'heuristic',
    'ranker',
    'sglang',
    'openai',
    'reprover',
    'deepseek',
    'bfs',
    'internlm',
    'goedel',
    'kimina',
    'script',
  ]);
  writeFileSync(
    join(home, 'models.toml'),
    '[again]\nkind = "script"\nurl = "20260101-000000-aaaa"\nsampling = { temperature = 1.2 }\n',
  );
  const both = await profiles(home);
  expect(findProfile(both, 'again')).toMatchObject({
    kind: 'profile',
    profile: { kind: 'script', sampling: { temperature: 1.2 } },
  });
  expect(findProfile(both, 'heurstic')).toMatchObject({
    kind: 'noSuchProfile',
    message: expect.stringContaining('did you mean heuristic?'),
  });
});

test('a bad profile is named with its file and what is wrong', async () => {
  const home = temporaryFolder();
  writeFileSync(join(home, 'models.toml'), '[mine]\nkind = "script"\nmodle = "x"\n');
  const read = await readProviderProfiles(home, { HOME: home });
  expect(read).toMatchObject({ kind: 'badProfiles' });
  expect(read.kind === 'badProfiles' && read.message).toMatch(/models\.toml: provider \[mine\].*modle/s);
});
