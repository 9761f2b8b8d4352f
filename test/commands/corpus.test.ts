import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readCorpus } from '../../src/corpus/panels.ts';
import { type CliResult, runCli } from '../helpers/cli.ts';
import { openTestHost } from '../helpers/lean.ts';
import { temporaryFolder } from '../storage/temporary.ts';

const dataset = [
  { name: 'b', split: 'valid', formal_statement: 'theorem b (n : Nat) : n = n := by sorry', header: 'open Nat\n' },
  { name: 'a', split: 'valid', formal_statement: 'theorem a : succ 0 = 1 := by sorry', header: 'open Nat\n' },
  { name: 'r', split: 'valid', formal_statement: 'theorem r (x : ℝ) : x = x := by sorry', header: 'import Mathlib\n' },
  { name: 'n', split: 'valid', formal_statement: 'theorem n : 1 + 1 := by sorry' },
  { name: 't', split: 'test', formal_statement: 'theorem t : True := by sorry' },
];

function corpus(words: readonly string[]): Promise<CliResult> {
  return runCli(temporaryFolder(), ['corpus', ...words]);
}

function written(): { readonly folder: string; readonly file: string; readonly out: string } {
  const folder = temporaryFolder();
  const file = join(folder, 'minif2f.jsonl');
  writeFileSync(file, dataset.map((one) => JSON.stringify(one)).join('\n'));
  return { folder, file, out: join(folder, 'out.json') };
}

beforeAll(async () => (await openTestHost()).close());

describe('corpus build', () => {
  test('writes a list that is sorted, has its hash, and can be asked for by it', async () => {
    const { folder, file, out } = written();
    const result = await corpus(['build', file, '--from', 'minif2f', '--out', out, '--json']);
    expect(result).toMatchObject({ code: 0 });
    const { reference, sha256 } = JSON.parse(result.out) as { reference: string; sha256: string };
    expect(reference).toBe(`out@${sha256.slice(0, 12)}`);
    const document = JSON.parse(readFileSync(out, 'utf8')) as { theorems: { name: string }[]; from: unknown };
    expect(document.theorems.map(({ name }) => name)).toEqual(['a', 'b', 'n', 'r']);
    expect(document.from).toMatchObject({ kind: 'minif2f', corpus: 'minif2f.jsonl', split: 'valid' });
    expect(await readCorpus(`${out}@${sha256.slice(0, 12)}`)).toMatchObject({ kind: 'list', sha256 });
    expect(await readCorpus(`${out}@0123456789ab`)).toMatchObject({ kind: 'unreadable' });
    // What is built from it is the same list; a folder that is not there is an error.
    const again = join(folder, 'again.json');
    expect((await corpus(['build', out, '--out', again])).code).toBe(0);
    expect(await readCorpus(again)).toMatchObject({ sha256 });
    expect((await corpus(['build', out, '--out', join(folder, 'nowhere', 'x.json')])).code).toBe(1);
  });

  test('takes a part of another list, and theorems of the environment', async () => {
    const { folder, out } = written();
    const names = join(folder, 'names.txt');
    writeFileSync(names, 'nat_refl\n\n');
    expect((await corpus(['build', 'core_panel', '--from', 'subset', '--names', names, '--out', out])).code).toBe(0);
    expect(await readCorpus(out)).toMatchObject({ theorems: [{ name: 'nat_refl' }] });
    const words = [
      'build',
      'core_panel',
      '--from',
      'subset',
      '--source',
      'minif2f-valid',
      '--match',
      '^amc',
      '--limit',
      '3',
    ];
    expect((await corpus([...words, '--out', out])).out).toMatch(/^3 theorems written to .* \(out@[0-9a-f]{12}\)$/m);
    const environment = [
      'build',
      '--from',
      'environment',
      '--module',
      'Init.Data.Nat.Dvd',
      '--limit',
      '5',
      '--out',
      out,
    ];
    expect((await corpus(environment)).code).toBe(0);
    const read = await readCorpus(out);
    if (read.kind !== 'list') throw new Error(read.message);
    expect(read.theorems).toHaveLength(5);
    expect(
      read.theorems.every(({ statement, source }) => statement.startsWith('⊢ ') && source === 'Init.Data.Nat.Dvd'),
    ).toBe(true);
    // They are started by name, and are what they were printed from.
    const validated = await corpus(['validate', out, '--json']);
    expect(JSON.parse(validated.out)).toMatchObject({ theorems: 5, start: 5, failed: [], notes: [] });
  });

  test.each([
    [['build', 'core_panel'], /--out/],
    [['build', '--out', 'x.json'], /of what\?/],
    [['build', 'core_panel', '--from', 'environment', '--out', 'x.json'], /takes no corpus/],
    [['build', 'core_panel', '--match', '(', '--out', 'x.json'], /--match \(/],
    [['build', 'core_panel', '--match', 'nobody', '--out', 'x.json'], /no theorem is left/],
    [['build', 'core_panel', '--names', '/nowhere', '--out', 'x.json'], /cannot be read/],
  ])('%j is refused', async (words, why) => {
    const result = await corpus(words);
    expect(result.code).toBe(2);
    expect(result.err).toMatch(why);
  });
});

describe('corpus validate', () => {
  test('tells which theorems start, and sorts the others', async () => {
    const { file, folder, out } = written();
    const failed = join(folder, 'failed.json');
    const words = ['validate', file, '--split', 'valid', '--out', out, '--failed', failed, '--json'];
    const result = await corpus(words);
    expect(result).toMatchObject({ code: 0 });
    expect(JSON.parse(result.out)).toMatchObject({
      schema: 'proofdeck.corpus-validate/1',
      theorems: 4,
      start: 2,
      categories: { unknownName: 1, doesNotElaborate: 1 },
    });
    expect(await readCorpus(out)).toMatchObject({ theorems: [{ name: 'a' }, { name: 'b' }] });
    expect(JSON.parse(readFileSync(failed, 'utf8'))).toMatchObject({
      theorems: [
        { name: 'r', category: 'unknownName', message: expect.stringContaining('ℝ') },
        { name: 'n', category: 'doesNotElaborate' },
      ],
    });
    expect((await corpus(['validate', `${file}#test`])).out).toMatch(/^1 of 1 theorems start with Lean 4\.28/);
  });
});

test('corpus show takes a split', async () => {
  const { file } = written();
  const result = await corpus(['show', file, '--split', 'test', '--json']);
  expect(JSON.parse(result.out)).toMatchObject({ theorems: [{ name: 't', source: 'minif2f-test' }] });
});
