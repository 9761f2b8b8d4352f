import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RowFilter } from '../../src/trajectory/filter.ts';
import { mergeTrajectories } from '../../src/trajectory/merge.ts';
import { readSummary } from '../../src/trajectory/summary.ts';
import { temporaryFolder } from '../storage/temporary.ts';
import { madeRow, madeSearch, sql, writeReferenceFile, writeRows } from './made-rows.ts';

interface Files {
  readonly folder: string;
  readonly first: string;
  readonly second: string;
  readonly out: string;
}

async function twoFiles(): Promise<Files> {
  const folder = temporaryFolder();
  const first = await writeRows(join(folder, 'a.parquet'), [
    ...madeSearch('long', 4),
    ...madeSearch('open', 2, { verdict_level: null }),
  ]);
  const second = await writeRows(join(folder, 'b.parquet'), madeSearch('short', 1));
  return { folder, first, second, out: join(folder, 'out.parquet') };
}

describe('merging', () => {
  test('keeps all rows of all files in order, with their types', async () => {
    const { folder, first, second, out } = await twoFiles();
    const reference = await writeReferenceFile(join(folder, 'ref.parquet'), { codec: 'snappy' });
    expect(await mergeTrajectories([first, reference, second], out)).toEqual({
      kind: 'merged',
      rows: 6 + 4 + 5 + 3,
      repeated: 0,
      read: 18,
    });
    const names = await sql(`SELECT DISTINCT ON (theorem_name) theorem_name AS name FROM '${out}'`);
    expect(new Set(names.map(({ name }) => name))).toEqual(new Set(['long', 'open', 'A', 'B', 'short']));
    const same = `SELECT count(*) AS n FROM (SELECT * FROM '${first}' EXCEPT SELECT * FROM '${out}')`;
    expect(await sql(same)).toEqual([{ n: 0n }]);
    const kinds = (path: string) => `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '${path}')`;
    expect(await sql(kinds(out))).toEqual(await sql(kinds(first)));
  });

  test('takes a row of ours once, and rows of the reference as often as they come', async () => {
    const { folder, first, out } = await twoFiles();
    const copy = join(folder, 'copy.parquet');
    copyFileSync(first, copy);
    const reference = await writeReferenceFile(join(folder, 'ref.parquet'));
    const again = join(folder, 'again.parquet');
    copyFileSync(reference, again);
    expect(await mergeTrajectories([first, copy, reference, again], out)).toMatchObject({
      rows: 10 + 5 + 5,
      repeated: 10,
    });
    expect(await readSummary([first, copy])).toMatchObject({ summary: { rows: 10, repeated: 10 } });
  });

  test('tells rows apart by run, search and state, however large the numbers', async () => {
    const folder = temporaryFolder();
    const huge = Number.MAX_SAFE_INTEGER;
    const path = await writeRows(join(folder, 'a.parquet'), [
      madeRow({ state_id: huge }),
      madeRow({ state_id: huge }),
      madeRow({ state_id: huge - 1 }),
      madeRow({ state_id: 0, session: 'a', search: 'b' }),
      madeRow({ state_id: 0, session: 'a', search: 'b' }),
      madeRow({ state_id: 0, session: 'b', search: 'b' }),
      madeRow({ state_id: 200 }),
      madeRow({ state_id: 200 }),
    ]);
    expect(await mergeTrajectories([path], join(folder, 'out.parquet'))).toMatchObject({ rows: 5, repeated: 3 });
  });

  test('keeps the rows of two runs of one name: of other theorems, or searched at another time', async () => {
    const folder = temporaryFolder();
    const search = { session: 'adhoc/night', search: 't0.1' };
    const one = await writeRows(join(folder, 'one.parquet'), madeSearch('left', 3, search));
    const other = await writeRows(join(folder, 'other.parquet'), madeSearch('right', 3, search));
    const later = await writeRows(
      join(folder, 'later.parquet'),
      madeSearch('left', 3, { ...search, timestamp_ms: 1_700_000_000_001 }),
    );
    expect(await mergeTrajectories([one, other, later, one], join(folder, 'out.parquet'))).toMatchObject({
      rows: 15,
      repeated: 5,
    });
  });

  test('may replace one of the files that it reads', async () => {
    const { folder, first, second } = await twoFiles();
    expect(await mergeTrajectories([first, second], first)).toMatchObject({ rows: 13 });
    expect(await readSummary([first])).toMatchObject({ summary: { rows: 13, theorems: 3, proved: 2 } });
    expect(readdirSync(folder).toSorted()).toEqual(['a.parquet', 'b.parquet']);
  });

  test('leaves the old file alone when one of the others is broken', async () => {
    const { folder, first, second } = await twoFiles();
    const bad = join(folder, 'bad.parquet');
    writeFileSync(bad, readFileSync(second).subarray(0, 300));
    const before = readFileSync(first);
    expect(await mergeTrajectories([first, bad], first)).toMatchObject({ kind: 'storageFailed', path: bad });
    expect(readFileSync(first)).toEqual(before);
    expect(readdirSync(folder).toSorted()).toEqual(['a.parquet', 'b.parquet', 'bad.parquet']);
    expect(await mergeTrajectories([first], join(bad, 'x.parquet'))).toMatchObject({ code: 'notAFolder' });
  });

  test('gathers small files into row groups, and makes none too large', async () => {
    const folder = temporaryFolder();
    const sizes = [100, 29_000, 29_000, 100, 100];
    const paths: string[] = [];
    for (const [file, size] of sizes.entries()) {
      const rows = Array.from({ length: size }, (_, i) => madeRow({ state_id: i, search: `t${file}.1` }));
      paths.push(await writeRows(join(folder, `${file}.parquet`), rows));
    }
    const out = join(folder, 'out.parquet');
    expect(await mergeTrajectories(paths, out)).toMatchObject({ rows: 58_300 });
    const groups = await sql(
      `SELECT DISTINCT row_group_id AS id, row_group_num_rows AS n FROM parquet_metadata('${out}') ORDER BY id`,
    );
    expect(groups.map(({ n }) => Number(n))).toEqual([29_100, 29_200]);
  });

  test('of nothing is a file without rows', async () => {
    const { out } = await twoFiles();
    expect(await mergeTrajectories([], out)).toMatchObject({ rows: 0 });
    expect(await readSummary([out])).toMatchObject({ summary: { rows: 0 } });
  });
});

test('a merge that has to be left leaves its target as it was, and nothing beside it', async () => {
  const { first, second, out } = await twoFiles();
  await mergeTrajectories([first], out);
  const before = await readSummary([out]);
  const there = readdirSync(dirname(out)).toSorted();
  expect(await mergeTrajectories([out, second], out, {}, AbortSignal.abort())).toEqual({ kind: 'left' });
  expect(await readSummary([out])).toEqual(before);
  expect(readdirSync(dirname(out)).toSorted()).toEqual(there);
});

describe('filters', () => {
  const kept = async (filter: RowFilter): Promise<Record<string, number>> => {
    const { first, second, out } = await twoFiles();
    const merged = await mergeTrajectories([first, second], out, filter);
    if (merged.kind !== 'merged') throw new Error(merged.kind);
    const rows = await sql(`SELECT theorem_name AS name, count(*) AS n FROM '${out}' GROUP BY ALL`);
    return Object.fromEntries(rows.map(({ name, n }) => [name, Number(n)]));
  };

  test.each<[string, RowFilter, Record<string, number>]>([
    ['none', {}, { long: 6, open: 4, short: 3 }],
    ['theorems', { theorems: new Set(['open', 'nobody']) }, { open: 4 }],
    ['proved', { proved: true }, { long: 6, short: 3 }],
    ['not proved', { proved: false }, { open: 4 }],
    ['steps', { minSteps: 2 }, { long: 6 }],
    ['labels', { labels: new Set(['negative', 'unknown']) }, { long: 1, open: 4, short: 1 }],
    ['depth', { maxDepth: 1 }, { long: 3, open: 3, short: 3 }],
    ['several', { proved: true, labels: new Set(['positive']), maxDepth: 0 }, { long: 1, short: 1 }],
    ['nothing left', { theorems: new Set() }, {}],
  ])('%s', async (_, filter, expected) => expect(await kept(filter)).toEqual(expected));

  test('finds a proof that comes behind the other rows of its theorem, in another file', async () => {
    const folder = temporaryFolder();
    const first = await writeRows(
      join(folder, 'a.parquet'),
      madeSearch('T', 2, { verdict_level: null, search: 'one' }),
    );
    const second = await writeRows(join(folder, 'b.parquet'), madeSearch('T', 3, { search: 'two' }));
    const merged = await mergeTrajectories([first, second], join(folder, 'out.parquet'), { proved: true, minSteps: 3 });
    expect(merged).toMatchObject({ rows: 4 + 5 });
  });

  test('takes any other label for unknown', async () => {
    const folder = temporaryFolder();
    const path = await writeReferenceFile(join(folder, 'a.parquet'), { select: "* REPLACE ('maybe' AS label)" });
    const merged = await mergeTrajectories([path], join(folder, 'o.parquet'), { labels: new Set(['unknown']) });
    expect(merged).toMatchObject({ rows: 5 });
  });
});
