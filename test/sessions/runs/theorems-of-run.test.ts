import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { theoremsOfRun } from '../../../sessions/runs/theorems-of-run.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

test('a part of a list keeps the hash of the whole, which the name of the list may carry', async () => {
  const path = join(temporaryFolder(), 'list.json');
  const theorems = ['a', 'b', 'c'].map((name) => ({ name, statement: 'True' }));
  writeFileSync(path, JSON.stringify({ theorems }));
  const read = (reference: string, limit: number) => theoremsOfRun({ reference, limit, seed: 0 });
  const [whole, part] = [await read(path, 0), await read(path, 1)];
  if (whole.kind === 'unusable' || part.kind === 'unusable') throw new Error('the list cannot be read');
  expect(part).toMatchObject({ listed: 3, listHash: whole.listHash });
  expect(part.sha256).not.toBe(whole.sha256);
  expect(await read(`${path}@${whole.listHash.slice(0, 12)}`, 1)).toMatchObject({ listHash: whole.listHash });
});
