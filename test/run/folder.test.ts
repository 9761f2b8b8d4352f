import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { listRunIds, runFile } from '../../src/run/folder.ts';
import { temporaryFolder } from '../storage/temporary.ts';

test('runs are listed by age, whatever they are called', async () => {
  const home = temporaryFolder();
  expect(await listRunIds(home)).toEqual([]);
  for (const [seconds, id] of [
    [300, 'adhoc/a-name'],
    [100, 'adhoc/zzz'],
    [200, 'other/20260101-000000-0000'],
  ] as const) {
    const manifest = runFile(home, id, 'manifest.json');
    mkdirSync(dirname(manifest), { recursive: true });
    writeFileSync(manifest, '{}');
    utimesSync(manifest, seconds, seconds);
  }
  mkdirSync(join(home, 'runs', 'adhoc', 'half-made'));
  expect(await listRunIds(home)).toEqual(['adhoc/zzz', 'other/20260101-000000-0000', 'adhoc/a-name']);
});
