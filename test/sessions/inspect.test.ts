import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inspectConstant, inspectionOf } from '../../sessions/inspect.ts';
import { openPool } from '../../src/lean/open-pool.ts';
import type { LeanPool } from '../../src/lean/pool/pool.ts';
import { testCacheRoot } from '../helpers/lean.ts';

let pool: LeanPool;
let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'proofdeck-inspect-'));
  const opened = await openPool({ imports: ['Init'], cacheRoot: testCacheRoot(), workers: 1 });
  if (opened.kind !== 'opened') throw new Error(`${opened.message}\n${opened.detail}`);
  pool = opened.pool;
});
afterAll(async () => {
  await pool?.close();
  rmSync(home, { recursive: true, force: true });
});

it('tells statement, kind, module and axioms of a library theorem, and what cannot be seen', async () => {
  const report = await inspectConstant(pool, home, 'Nat.add_comm');
  expect(report).toMatchObject({
    kind: 'found',
    declaration: {
      name: 'Nat.add_comm',
      kind: 'theorem',
      statement: '∀ (n m : Nat), n + m = m + n',
      value: null,
      axiomsBehindLibrary: 'assumed',
    },
  });
  expect(inspectionOf(report)).toMatchObject({ status: 'found', occurrences: [] });
});

it('shows the value of a definition and what it uses', async () => {
  const report = await inspectConstant(pool, home, 'Nat.succ_le');
  expect(report).toMatchObject({ kind: 'found', declaration: { constants: expect.arrayContaining(['LE.le']) } });
  const map = await inspectConstant(pool, home, 'List.map');
  expect(map.kind === 'found' && map.declaration.value).toMatch(/List/);
});

it('names what may have been meant', async () => {
  const report = await inspectConstant(pool, home, 'Nat.ad_comm');
  expect(report).toMatchObject({ kind: 'absent', nearest: expect.arrayContaining(['Nat.add_comm']) });
  expect(inspectionOf(report)).toMatchObject({
    status: 'absent',
    message: expect.stringContaining('did you mean Nat.add_comm'),
  });
});
