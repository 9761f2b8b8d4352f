import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CommandContext } from '../../commands/context.ts';
import { runCommand } from '../../commands/program.ts';
import { runFile } from '../../src/run/folder.ts';
import { madeUpRun, madeUpRunner, madeUpSupply, toTheEnd } from '../sessions/runs/made-up-run.ts';
import { temporaryFolder } from '../storage/temporary.ts';
import { madeSearch, sql, writeReferenceFile, writeRows } from '../trajectory/made-rows.ts';

let home: string;
let folder: string;
beforeEach(async () => {
  home = temporaryFolder();
  folder = temporaryFolder();
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly notes: string;
}

async function proofdeck(...args: readonly string[]): Promise<Ended> {
  const out: string[] = [];
  const notes: string[] = [];
  const context: CommandContext = {
    out: (text) => out.push(text),
    note: (text) => notes.push(text),
    environment: { PROOFDECK_HOME: home },
    folder,
    readInput: async () => '',
    confirm: async () => false,
    interactive: false,
    signal: new AbortController().signal,
  };
  const code = await runCommand(args, context);
  return { code, out: out.join('\n'), notes: notes.join('\n') };
}

const jsonLines = (text: string): Record<string, unknown>[] =>
  text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);

/** A run of twelve theorems with a noisy series; theorem 3 does not start. */
async function doRun(id = 'adhoc/sample'): Promise<void> {
  const theorems = Array.from({ length: 12 }, (_, i) => ({
    name: `theorem${i}`,
    statement: i === 3 ? 'nonsense' : `P${i}`,
    source: i % 2 === 0 ? 'even, with a longer name' : 'odd',
  }));
  const run = await madeUpRun(home, { id, noisy: 1.3 }, theorems);
  await toTheEnd(run, madeUpRunner(run, madeUpSupply()));
}

describe('of a run', () => {
  beforeEach(() => doRun());

  test('summary counts what its results count', async () => {
    const { code, out } = await proofdeck('summary', 'last', '--json');
    expect(code).toBe(0);
    const summary = JSON.parse(out) as Record<string, unknown>;
    const proofs = jsonLines((await proofdeck('export', 'last', '--table', 'proofs')).out);
    expect(proofs.length).toBeGreaterThan(2);
    const rows = jsonLines((await proofdeck('export', 'last')).out);
    const labelled = (label: string): number => rows.filter((row) => row.label === label).length;
    expect(summary).toMatchObject({
      schema: 'proofdeck.summary/1',
      total_records: rows.length,
      positive_count: labelled('positive'),
      negative_count: labelled('negative'),
      unknown_count: labelled('unknown'),
      unique_theorems: 11,
      proved_theorems: proofs.length,
      repeated_count: 0,
      prove_rate: proofs.length / 11,
      proved_by_level: { V3: proofs.length },
    });
    const text = (await proofdeck('summary', 'last')).out;
    expect(text).toContain(`proved                      ${proofs.length} of 11`);
    expect(text).toContain(`${proofs.length} at V3`);
    expect(text).toContain('adhoc/sample: 10 expansions, heuristic, Lean 4.28.0');
    expect(text).toMatch(/^ {2}even, with a longer name {2}\d of 6$/m);
    expect(text).toMatch(/^ {2}odd {23}\d of 5$/m);
    expect(text).toMatch(/^files {23}\d parts in .*trajectories$/m);
  });

  test('proofs are what their rows lead to', async () => {
    const proofs = jsonLines((await proofdeck('export', 'last', '--table', 'proofs')).out);
    const steps = jsonLines((await proofdeck('export', 'last', '--table', 'proof-paths')).out);
    const tactics = Map.groupBy(steps, ({ theorem }) => theorem as string);
    expect(new Map(proofs.map(({ name, proof }) => [name, proof]))).toEqual(
      new Map([...tactics].map(([name, path]) => [name, path.map(({ tactic }) => tactic)])),
    );
    for (const path of tactics.values()) expect(path.map(({ depth }) => depth)).toEqual(path.map((_, i) => i));
  });

  test('what did not start is listed, and can be tried again', async () => {
    const errors = jsonLines((await proofdeck('export', 'last', '--table', 'errors')).out);
    expect(errors).toMatchObject([
      {
        theorem: 'theorem3',
        statement: 'nonsense',
        source: 'odd',
        stage: 'start',
        search: 't3.1',
        run: 'adhoc/sample',
      },
    ]);
    expect(errors[0]!.message).toContain('nonsense');
    const list = await proofdeck('export', 'last', '--table', 'errors', '--format', 'list', '--out', 'again.json');
    expect(list.code).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, 'again.json'), 'utf8'))).toEqual({
      theorems: [{ name: 'theorem3', statement: 'nonsense', source: 'odd' }],
    });
  });

  test('theorems say how they stand, by source and proved or not', async () => {
    const all = jsonLines((await proofdeck('export', 'last', '--table', 'theorems')).out);
    expect(all).toHaveLength(12);
    const proved = jsonLines((await proofdeck('export', 'last', '--table', 'theorems', '--proved')).out);
    const unproved = jsonLines((await proofdeck('export', 'last', '--table', 'theorems', '--unproved')).out);
    expect([...proved, ...unproved].length).toBe(12);
    expect(proved.every((row) => row.proved === true && row.status === 'proved')).toBe(true);
    const csv = (
      await proofdeck(
        'export',
        'last',
        '--table',
        'theorems',
        '--source',
        'even, with a longer name',
        '--format',
        'csv',
      )
    ).out;
    expect(csv.split('\n')).toHaveLength(7);
    expect(csv).toMatch(/^theorem,statement,source,status,proved,/);
  });

  test('a theorem or source that no run has is named, not an empty table', async () => {
    for (const table of ['trajectories', 'proof-paths', 'proofs', 'theorems', 'errors']) {
      expect(await proofdeck('export', 'last', '--table', table, '--theorem', 'theorem99')).toMatchObject({
        code: 2,
        notes: expect.stringMatching(/no theorem "theorem99" is among the runs; there are theorem/),
      });
      expect(await proofdeck('export', 'last', '--table', table, '--source', 'ood')).toMatchObject({
        code: 2,
        notes: expect.stringContaining('no source "ood" is among the runs; there are odd'),
      });
    }
  });

  test('an empty table is an empty file', async () => {
    const out = join(home, 'none.jsonl');
    await proofdeck('export', 'last', '--table', 'errors', '--theorem', 'theorem0', '--out', out);
    expect(readFileSync(out, 'utf8')).toBe('');
  });

  test('each series is apart, and both are together', async () => {
    const rows = async (...args: string[]): Promise<number> =>
      jsonLines((await proofdeck('export', ...args)).out).length;
    const [main, noisy] = [await rows('last'), await rows('last', '--series', 'noisy')];
    expect([main > 0, noisy > 0]).toEqual([true, true]);
    expect(await rows('last', '--series', 'all')).toBe(main + noisy);
    const whole = runFile(home, 'adhoc/sample');
    expect(await rows(whole, '--series', 'noisy')).toBe(noisy);
    expect(await rows(join(whole, 'trajectories'))).toBe(main);
    expect(await rows(join(whole, 'trajectories', 'noisy-*.parquet'))).toBe(noisy);
    expect((await proofdeck('summary', join(whole, 'trajectories'))).notes).toContain('--series all takes both');
  });

  test('a source chooses rows too', async () => {
    const rows = jsonLines((await proofdeck('export', 'last', '--source', 'odd')).out);
    expect(new Set(rows.map(({ theorem_name }) => theorem_name))).toEqual(
      new Set([1, 5, 7, 9, 11].map((i) => `theorem${i}`)),
    );
    const file = await writeRows(join(folder, 'a.parquet'), madeSearch('T', 1));
    expect(await proofdeck('export', file, '--source', 'odd')).toMatchObject({ code: 2 });
  });

  test('parts become one file, which adds nothing to them', async () => {
    const merged = await proofdeck('export', 'adhoc/sample', '--out', 'all.parquet');
    expect(merged).toMatchObject({ code: 0, out: '' });
    expect(merged.notes).toMatch(/^\d+ rows of \d+ files, as parquet, written to all.parquet$/);
    const [count] = await sql(`SELECT count(*) AS n FROM '${join(folder, 'all.parquet')}'`);
    const both = JSON.parse((await proofdeck('summary', 'all.parquet', '--input', 'last', '--json')).out);
    expect(both).toMatchObject({ total_records: Number(count!.n), repeated_count: Number(count!.n) });
    const arrow = await proofdeck('export', 'all.parquet', '--out', 'all.arrow', '--label', 'positive');
    expect(arrow.code).toBe(0);
    expect(tableFromIPC(readFileSync(join(folder, 'all.arrow'))).numRows).toBe(both.positive_count);
  });

  test('Lean text is what the judge accepted, when the log has it', async () => {
    const { code, out } = await proofdeck('export', 'last', '--table', 'proofs', '--format', 'lean');
    expect(code).toBe(0);
    expect(out).toContain('-- Lean 4.28.0');
    expect(out).toMatch(/^-- V3, run adhoc\/sample, search t\d+\.1$/m);
    rmSync(runFile(home, 'adhoc/sample', 'theorems'), { recursive: true });
    const without = await proofdeck('export', 'last', '--table', 'proofs', '--format', 'lean');
    expect(without.notes).toContain('was left out: the log of its search');
  });

  test('a part that is missing is named', async () => {
    const [part] = readdirSync(runFile(home, 'adhoc/sample', 'trajectories'));
    rmSync(runFile(home, 'adhoc/sample', 'trajectories', part!));
    expect(await proofdeck('summary', 'last', '--series', 'all')).toMatchObject({
      code: 2,
      notes: expect.stringContaining(part!),
    });
  });
});

describe('of files', () => {
  test('text goes to standard output, or to the file, whole', async () => {
    const file = await writeRows(join(folder, 'a.parquet'), madeSearch('q"\n,', 2));
    const csv = (await proofdeck('export', file, '--format', 'csv')).out;
    await proofdeck('export', file, '--out', 'a.csv');
    expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toBe(`${csv}\n`);
    const read = await sql(
      `SELECT theorem_name AS name, parent_state_id AS parent FROM read_csv('${join(folder, 'a.csv')}', header = true)`,
    );
    expect(read.map(({ name, parent }) => [name, parent === null ? null : Number(parent)])).toEqual([
      ['q"\n,', null],
      ['q"\n,', 0],
      ['q"\n,', 1],
      ['q"\n,', 0],
    ]);
    const json = JSON.parse((await proofdeck('export', file, '--json')).out) as { schema: string; rows: unknown[] };
    expect([json.schema, json.rows.length]).toEqual(['proofdeck.trajectories/1', 4]);
    expect(jsonLines((await proofdeck('export', file)).out)).toEqual(json.rows);
    const none = await proofdeck('export', file, '--theorem', 'nobody', '--json');
    expect(JSON.parse(none.out)).toEqual({ schema: 'proofdeck.trajectories/1', rows: [] });
  });

  test('those of the reference give proof paths as it wrote them', async () => {
    const file = await writeReferenceFile(join(folder, 'iter_0.parquet'), { codec: 'snappy' });
    const { out, notes } = await proofdeck('export', file, '--table', 'proof-paths');
    expect(out).toBe(
      '{"state":"⊢ a","tactic":"intro h","theorem":"A","depth":0}\n{"state":"h : a\\n⊢ b","tactic":"exact h","theorem":"A","depth":1}',
    );
    expect(notes).toContain('2 steps of 1 proofs from one file');
    expect((await proofdeck('summary', file)).out).toContain('1 at a level that the file does not say');
  });

  test('none is replaced without --force, and none is left half-written', async () => {
    const file = await writeRows(join(folder, 'a.parquet'), madeSearch('T', 2));
    const before = readFileSync(file);
    const refused = await proofdeck('export', file, '--out', 'a.parquet', '--label', 'negative');
    expect(refused).toMatchObject({ code: 2, notes: expect.stringContaining('a.parquet exists: give --force') });
    expect(readFileSync(file)).toEqual(before);
    expect((await proofdeck('export', file, '--out', 'a.parquet', '--label', 'negative', '--force')).code).toBe(0);
    expect(JSON.parse((await proofdeck('summary', file, '--json')).out)).toMatchObject({ total_records: 1 });
    writeFileSync(join(folder, 'bad.parquet'), before.subarray(0, 200));
    for (const out of ['x.parquet', 'x.arrow', 'x.csv', 'x.jsonl']) {
      const failed = await proofdeck('export', file, 'bad.parquet', '--out', out);
      expect(failed).toMatchObject({ code: 4, notes: expect.stringContaining('bad.parquet') });
      expect(existsSync(join(folder, out))).toBe(false);
    }
    expect(readdirSync(folder).toSorted()).toEqual(['a.parquet', 'bad.parquet']);
    expect(await proofdeck('export', file, '--out', 'no/such/folder.csv')).toMatchObject({ code: 2 });
  });
});

test.each<[readonly string[], string]>([
  [['summary'], 'name at least one'],
  [['summary', 'nobody'], 'there is no file or folder "nobody", and there are no runs in'],
  [['summary', 'none-*.parquet'], 'no file matches none-*.parquet'],
  [['summary', '.'], 'there is no .parquet file in'],
  [['export', 'a.parquet', '--format', 'parquet'], 'parquet is not for a terminal: give --out <file>'],
  [['export', 'a.parquet', '--format', 'lean'], 'trajectories cannot be written as lean'],
  [['export', 'a.parquet', '--table', 'proofs'], 'proofs are kept with runs'],
  [['export', 'a.parquet', '--proved', '--unproved'], 'leave nothing'],
  [['export', 'a.parquet', '--label', 'good'], 'expected one of positive, negative, unknown'],
  [['export', 'a.parquet', '--table', 'proof-paths', '--unproved'], 'proof paths are whole proofs'],
])('%j is refused', async (args, message) => {
  if (args[1]?.endsWith('a.parquet')) await writeRows(join(folder, 'a.parquet'), madeSearch('T', 1));
  const { code, notes } = await proofdeck(...args);
  expect(notes).toContain(message);
  expect(code).toBe(2);
});
