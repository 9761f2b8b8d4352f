import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { readTable, writeArrow } from '../../src/trajectory/arrow.ts';
import type { TrajectoryRow } from '../../src/trajectory/row.ts';
import { temporaryFolder } from '../storage/temporary.ts';
import { madeRow, madeSearch, writeReferenceFile, writeRows } from './made-rows.ts';

const rows: readonly TrajectoryRow[] = [
  ...madeSearch('first', 3),
  ...madeSearch('second', 2, { verdict_level: null, energy: 1.5, origin: 'heuristic:closer', visits: 4_000_000_000 }),
  madeRow({ theorem_name: 'q\n"\0', state_pp: 'é𝒫 '.repeat(1000), state_id: Number.MAX_SAFE_INTEGER }),
];

const plain = (row: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, typeof value === 'bigint' ? Number(value) : value]),
  );

test('a table in memory has the types, the nullability and the values', async () => {
  const path = await writeRows(join(temporaryFolder(), 'rows.parquet'), rows);
  const read = await readTable([path]);
  if (read.kind !== 'table') throw new Error(read.message);
  const { table } = read;
  expect(table.schema.fields.map((field) => `${field.name}: ${field.type}${field.nullable ? '?' : ''}`)).toEqual([
    'theorem_name: Utf8',
    'state_id: Uint64',
    'state_pp: Utf8',
    'tactic_applied: Utf8',
    'parent_state_id: Uint64?',
    'label: Utf8',
    'depth_from_root: Uint32',
    'remaining_depth: Int32',
    'llm_log_prob: Float64',
    'ebm_score: Float64',
    'is_proof_complete: Bool',
    'timestamp_ms: Uint64',
    'q_value: Float64',
    'visits: Uint32',
    'session: Utf8',
    'search: Utf8',
    'origin: Utf8?',
    'verdict_level: Utf8?',
    'reason: Utf8',
    'energy: Float64?',
  ]);
  expect(table.toArray().map((row) => plain(row.toJSON()))).toEqual(rows);
});

test('a file gives the table back, batch by batch, also without rows', async () => {
  const folder = temporaryFolder();
  const [first, second] = [join(folder, 'a.parquet'), join(folder, 'b.parquet')];
  await writeRows(first, rows);
  await writeReferenceFile(second);
  const out = join(folder, 'all.arrow');
  expect(await writeArrow([first, second], out)).toEqual({ kind: 'written', rows: rows.length + 5 });
  const table = tableFromIPC(readFileSync(out));
  expect(table.batches).toHaveLength(2);
  expect(
    table
      .toArray()
      .slice(0, rows.length)
      .map((row) => plain(row.toJSON())),
  ).toEqual(rows);
  expect(await writeArrow([first], out, { proved: true, labels: new Set(['negative']) })).toEqual({
    kind: 'written',
    rows: 1,
  });
  expect(await writeArrow([], out)).toEqual({ kind: 'written', rows: 0 });
  expect(tableFromIPC(readFileSync(out)).schema.fields).toHaveLength(20);
  expect(await writeArrow([join(folder, 'none.parquet')], out)).toMatchObject({
    kind: 'storageFailed',
    code: 'missing',
  });
});

/** A Python with PyArrow: the one that is named, else the system's. */
function pythonWithArrow(): string | null {
  for (const python of [process.env.PROOFDECK_TEST_PYTHON, 'python3']) {
    if (python === undefined) continue;
    try {
      execFileSync(python, ['-c', 'import pyarrow'], { stdio: 'ignore' });
      return python;
    } catch {}
  }
  return null;
}

const python = pythonWithArrow();

describe.skipIf(python === null)('PyArrow (needs PROOFDECK_TEST_PYTHON, or a python3, with pyarrow)', () => {
  test('reads both files, with the same types, and finds the same table in them', async () => {
    const folder = temporaryFolder();
    const parquet = await writeRows(join(folder, 'rows.parquet'), rows);
    const arrow = join(folder, 'rows.arrow');
    await writeArrow([parquet], arrow);
    const script = [
      'import json, sys, pyarrow.parquet as pq, pyarrow.ipc as ipc',
      'p = pq.read_table(sys.argv[1])',
      'a = ipc.open_file(sys.argv[2]).read_all()',
      'a.validate(full=True)',
      'types = [f"{f.name}: {f.type}" + ("?" if f.nullable else "") for f in p.schema]',
      'print(json.dumps({"same": p.equals(a) and p.schema == a.schema, "types": types, "rows": a.to_pylist()}))',
    ].join('\n');
    const printed = execFileSync(python!, ['-c', script, parquet, arrow], { encoding: 'utf8' });
    const seen = JSON.parse(printed) as { same: boolean; types: string[]; rows: unknown };
    expect(seen.same).toBe(true);
    expect(seen.rows).toEqual(rows);
    expect(seen.types).toEqual([
      'theorem_name: string',
      'state_id: uint64',
      'state_pp: string',
      'tactic_applied: string',
      'parent_state_id: uint64?',
      'label: string',
      'depth_from_root: uint32',
      'remaining_depth: int32',
      'llm_log_prob: double',
      'ebm_score: double',
      'is_proof_complete: bool',
      'timestamp_ms: uint64',
      'q_value: double',
      'visits: uint32',
      'session: string',
      'search: string',
      'origin: string?',
      'verdict_level: string?',
      'reason: string',
      'energy: double?',
    ]);
  });
});
