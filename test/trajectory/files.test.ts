import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowAt } from '../../src/trajectory/batch.ts';
import { TrajectoryFile } from '../../src/trajectory/reader.ts';
import type { TrajectoryRow } from '../../src/trajectory/row.ts';
import { rowsOfFile } from '../../src/trajectory/rows-of-file.ts';
import { readSummary, readTheoremNames } from '../../src/trajectory/summary.ts';
import { writePart } from '../../src/trajectory/writer.ts';
import { temporaryFolder } from '../storage/temporary.ts';
import { madeRow, madeSearch, referenceColumns, sql, writeReferenceFile, writeRows } from './made-rows.ts';

const file = (name = 'rows.parquet'): string => join(temporaryFolder(), name);

describe('a file of ours', () => {
  test('gives back what was written', async () => {
    const rows = [
      ...madeSearch('first', 3),
      ...madeSearch('second', 2, { verdict_level: null, energy: 1.25, ebm_score: -1.25, origin: 'heuristic:closer' }),
    ];
    expect(await rowsOfFile(await writeRows(file(), rows))).toEqual(rows);
  });

  test('gives back any rows', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 30 });
    const rowArbitrary: fc.Arbitrary<TrajectoryRow> = fc.record({
      theorem_name: text,
      state_id: fc.maxSafeNat(),
      state_pp: text,
      tactic_applied: text,
      parent_state_id: fc.option(fc.maxSafeNat()),
      label: fc.constantFrom('positive', 'negative', 'unknown'),
      depth_from_root: fc.nat({ max: 2 ** 32 - 1 }),
      remaining_depth: fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }),
      llm_log_prob: fc.double(),
      ebm_score: fc.double(),
      is_proof_complete: fc.boolean(),
      timestamp_ms: fc.maxSafeNat(),
      q_value: fc.double(),
      visits: fc.nat({ max: 2 ** 32 - 1 }),
      session: text,
      search: text,
      origin: fc.option(text),
      verdict_level: fc.option(fc.constantFrom('V0', 'V3')),
      reason: text,
      energy: fc.option(fc.double()),
    });
    const path = file();
    await fc.assert(
      fc.asyncProperty(fc.array(rowArbitrary, { maxLength: 40 }), async (rows) => {
        expect(await rowsOfFile(await writeRows(path, rows))).toEqual(rows);
      }),
      { seed: 21, numRuns: 60 },
    );
  });

  test('without rows has its schema', async () => {
    const path = await writeRows(file(), []);
    expect(await rowsOfFile(path)).toEqual([]);
    expect(await sql(`SELECT count(*) AS n FROM '${path}'`)).toEqual([{ n: 0n }]);
    expect(await readSummary([path])).toMatchObject({ summary: { rows: 0, theorems: 0, proved: 0, steps: null } });
  });

  test('has the types of the specification, and null only where it may be', async () => {
    const path = await writeRows(file(), madeSearch('T', 2));
    const types = await sql(`SELECT column_name AS name, column_type AS type FROM (DESCRIBE SELECT * FROM '${path}')`);
    expect(Object.fromEntries(types.map(({ name, type }) => [name, type]))).toEqual({
      theorem_name: 'VARCHAR',
      state_id: 'UBIGINT',
      state_pp: 'VARCHAR',
      tactic_applied: 'VARCHAR',
      parent_state_id: 'UBIGINT',
      label: 'VARCHAR',
      depth_from_root: 'UINTEGER',
      remaining_depth: 'INTEGER',
      llm_log_prob: 'DOUBLE',
      ebm_score: 'DOUBLE',
      is_proof_complete: 'BOOLEAN',
      timestamp_ms: 'UBIGINT',
      q_value: 'DOUBLE',
      visits: 'UINTEGER',
      session: 'VARCHAR',
      search: 'VARCHAR',
      origin: 'VARCHAR',
      verdict_level: 'VARCHAR',
      reason: 'VARCHAR',
      energy: 'DOUBLE',
    });
    const optional = await sql(`SELECT name FROM parquet_schema('${path}') WHERE repetition_type = 'OPTIONAL'`);
    expect(optional.map(({ name }) => name)).toEqual(['parent_state_id', 'origin', 'verdict_level', 'energy']);
    expect(await sql(`SELECT DISTINCT compression FROM parquet_metadata('${path}')`)).toEqual([
      { compression: 'ZSTD' },
    ]);
  });

  test('is read by DuckDB value for value', async () => {
    const rows = madeSearch('T', 2, { energy: 0.5, visits: 4_000_000_000 });
    const path = await writeRows(file(), rows);
    const read = await sql(`SELECT * FROM '${path}'`);
    expect(
      read.map((row) =>
        Object.fromEntries(Object.entries(row).map(([k, v]) => [k, typeof v === 'bigint' ? Number(v) : v])),
      ),
    ).toEqual(rows);
  });

  test('replaces an older one as a whole, and leaves nothing else behind', async () => {
    const path = file();
    await writeRows(path, madeSearch('old', 2));
    await writeRows(path, madeSearch('new', 1));
    expect((await rowsOfFile(path)).every(({ theorem_name }) => theorem_name === 'new')).toBe(true);
    expect(readdirSync(join(path, '..'))).toEqual(['rows.parquet']);
  });

  test('stays as it was when the new one cannot be written', async () => {
    const path = await writeRows(file(), madeSearch('old', 2));
    const before = readFileSync(path);
    function* failing(): Generator<TrajectoryRow> {
      yield madeRow();
      throw Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' });
    }
    expect(await writePart(path, failing())).toMatchObject({ kind: 'storageFailed', code: 'noSpace' });
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(join(path, '..'))).toEqual(['rows.parquet']);
    expect(await writePart(join(path, 'below', 'x.parquet'), [])).toMatchObject({
      kind: 'storageFailed',
      code: 'notAFolder',
    });
  });

  test('is divided into row groups by rows and by text', async () => {
    const many = await writeRows(
      file(),
      Array.from({ length: 70_000 }, (_, i) => madeRow({ state_id: i })),
    );
    const groups = 'SELECT DISTINCT row_group_id AS id, row_group_num_rows AS n FROM parquet_metadata';
    expect((await sql(`${groups}('${many}') ORDER BY id`)).map(({ n }) => n)).toEqual([30_000n, 30_000n, 10_000n]);
    const large = await writeRows(
      file(),
      Array.from({ length: 70 }, (_, i) => madeRow({ state_id: i, state_pp: String(i).repeat(500_000) })),
    );
    expect((await sql(`${groups}('${large}') ORDER BY id`)).length).toBeGreaterThan(1);
    expect((await rowsOfFile(large)).map(({ state_pp }) => state_pp.length)[69]).toBe(1_000_000);
  });
});

describe('hostile text', () => {
  const texts = [
    'null \0 bell \u0007 escape \u001b[2J',
    'line\nbreaks\r\nand\ttabs, "quotes", commas',
    '\u202eright to left\u202c \u{1d4ab} é',
    "'; DROP TABLE t; --",
    '../../etc/passwd',
    ' ',
    '',
  ];
  test('comes back as it was, in names, states and tactics', async () => {
    const rows = texts.map((text, i) =>
      madeRow({ theorem_name: text, state_pp: text, tactic_applied: text, search: text, reason: text, state_id: i }),
    );
    const path = await writeRows(file(), rows);
    expect(await rowsOfFile(path)).toEqual(rows);
    expect((await sql(`SELECT state_pp FROM '${path}' ORDER BY state_id`)).map((row) => row.state_pp)).toEqual(texts);
    expect(await readTheoremNames(path)).toMatchObject({ names: new Set(texts), rows: texts.length });
  });

  test('with halves of surrogate pairs is written as valid text', async () => {
    const path = await writeRows(file(), [madeRow({ state_pp: 'a\ud800b', theorem_name: 'x\udc00' })]);
    expect(await rowsOfFile(path)).toMatchObject([{ state_pp: 'a\ufffdb', theorem_name: 'x\ufffd' }]);
    expect(await sql(`SELECT state_pp FROM '${path}'`)).toEqual([{ state_pp: 'a\ufffdb' }]);
  });

  test('may stand in the name of the file', async () => {
    const path = await writeRows(file("it's [1]*?.parquet"), madeSearch('T', 1));
    expect(await rowsOfFile(path)).toHaveLength(3);
  });
});

describe('a file of the reference', () => {
  test.each(['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli'])('with codec %s is read', async (codec) => {
    const path = await writeReferenceFile(file(), { codec });
    const rows = await rowsOfFile(path);
    expect(rows[1]).toEqual(
      madeRow({
        theorem_name: 'A',
        state_id: 9,
        state_pp: 'h : a\n⊢ b',
        tactic_applied: 'intro h',
        parent_state_id: 7,
        label: 'positive',
        depth_from_root: 1,
        remaining_depth: 1,
        llm_log_prob: -0.5,
        ebm_score: -0.2,
        timestamp_ms: 1_771_000_000_000,
        session: '',
        search: '',
        reason: '',
      }),
    );
    expect(rows).toHaveLength(5);
  });

  test('of its second version keeps the two columns more', async () => {
    const more = ', q_value DOUBLE NOT NULL, visits UINTEGER NOT NULL';
    const rows = await rowsOfFile(await writeReferenceFile(file(), { more, moreValues: ', 0.75, 3' }));
    expect(rows.map(({ q_value, visits }) => [q_value, visits])).toEqual(Array(5).fill([0.75, 3]));
  });

  test('may have columns in another order, other columns, and other types of numbers', async () => {
    const select = `[1, 2] AS embedding, {'a': 1} AS nested, timestamp_ms::BIGINT AS timestamp_ms, * REPLACE (
      state_id::INTEGER AS state_id, parent_state_id::DOUBLE AS parent_state_id, depth_from_root::SMALLINT AS depth_from_root,
      llm_log_prob::FLOAT AS llm_log_prob, remaining_depth::BIGINT AS remaining_depth) EXCLUDE (timestamp_ms)`;
    const rows = await rowsOfFile(
      await writeReferenceFile(file(), {
        select: select
          .replace('* REPLACE', '* EXCLUDE (timestamp_ms) REPLACE')
          .replace(') EXCLUDE (timestamp_ms)', ')'),
      }),
    );
    expect(
      rows.map(({ state_id, parent_state_id, timestamp_ms }) => [state_id, parent_state_id, timestamp_ms]),
    ).toEqual([
      [7, null, 1_771_000_000_000],
      [9, 7, 1_771_000_000_000],
      [8, 7, 1_771_000_000_000],
      [12, 9, 1_771_000_000_000],
      [7, null, 1_771_000_005_000],
    ]);
  });

  test('counts as the reference counts', async () => {
    expect(await readSummary([await writeReferenceFile(file())])).toMatchObject({
      kind: 'summary',
      summary: {
        rows: 5,
        positive: 3,
        negative: 2,
        unknown: 0,
        theorems: 2,
        proved: 1,
        levels: [{ level: null, proved: 1 }],
        steps: { least: 2, mean: 2, most: 2 },
      },
    });
  });

  test('with one large row group is read in windows', async () => {
    const path = file();
    await sql(
      `CREATE TABLE t (${referenceColumns})`,
      `INSERT INTO t SELECT 'T' || (i // 100), i, repeat('⊢ goal ', 20) || i, 'tac', NULL, 'other', 0, -1, 0, 0, false, 5
       FROM range(120000) r(i)`,
      `COPY t TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 200000)`,
    );
    const opened = await TrajectoryFile.open(path);
    const sizes: number[] = [];
    let last: TrajectoryRow | null = null;
    for await (const batch of opened.batches()) {
      sizes.push(batch.length);
      last = rowAt(batch, batch.length - 1);
    }
    await opened.close();
    expect(sizes).toEqual([40_000, 40_000, 40_000]);
    expect(last).toMatchObject({ state_id: 119_999, state_pp: `${'⊢ goal '.repeat(20)}119999` });
    expect(await readSummary([path])).toMatchObject({ summary: { unknown: 120_000, theorems: 1200 } });
  });
});

describe('what is no trajectory file', () => {
  const message = async (path: string): Promise<string> => {
    const result = await readSummary([path]);
    if (result.kind !== 'storageFailed') throw new Error('it was read');
    return result.message;
  };

  test('is named, wherever it was cut', async () => {
    const whole = readFileSync(await writeRows(file(), madeSearch('T', 30)));
    const path = file('torn.parquet');
    for (const length of [0, 3, 4, 11, 12, 100, whole.length - 9, whole.length - 8, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, length));
      expect(await message(path), `${length} bytes`).toContain(`${path} cannot be read as trajectories: `);
    }
  });

  test('is named when bytes in its middle were changed', async () => {
    const whole = readFileSync(await writeRows(file(), madeSearch('T', 30)));
    const path = file('changed.parquet');
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, 40, 400);
    writeFileSync(path, damaged);
    expect(await message(path)).toContain(path);
  });

  test('is named with what is missing', async () => {
    const path = file('other.parquet');
    await sql(`COPY (SELECT 1 AS a) TO '${path}' (FORMAT parquet)`);
    expect(await message(path)).toBe(
      `${path} cannot be read as trajectories: no trajectory file: it has no column "theorem_name"`,
    );
    writeFileSync(path, 'theorem,state\n');
    expect(await message(path)).toContain('no Parquet file');
    expect(await message(join(path, '..'))).toContain('it is a folder, a file is needed');
    expect(await message(`${path}.none`)).toContain('there is no such file');
  });

  test('is named with the value that does not fit', async () => {
    const path = await writeReferenceFile(file(), { select: '* REPLACE (state_id::BIGINT - 100 AS state_id)' });
    expect(await message(path)).toContain(
      'column "state_id" holds -93 where a whole number that is not negative belongs',
    );
  });

  test('among good files is the one that is named', async () => {
    const good = await writeRows(file(), madeSearch('T', 2));
    const bad = file('bad.parquet');
    writeFileSync(bad, readFileSync(good).subarray(0, statSync(good).size - 4));
    expect(await readSummary([good, bad])).toMatchObject({ kind: 'storageFailed', code: 'damaged', path: bad });
  });
});
