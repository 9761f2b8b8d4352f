import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCorpus } from '../../src/corpus/panels.ts';
import { parseTheoremList, type TheoremList } from '../../src/corpus/theorem-list.ts';
import { temporaryFolder } from '../storage/temporary.ts';

function list(text: string, path = 'x.json', options = {}): TheoremList {
  const read = parseTheoremList(text, path, options);
  if (read.kind === 'unreadable') throw new Error(read.message);
  return read;
}
function refusal(text: string, path = 'x.json', options = {}): string {
  const read = parseTheoremList(text, path, options);
  return read.kind === 'unreadable' ? read.message : '';
}
const lines = (...records: readonly unknown[]): string => records.map((one) => JSON.stringify(one)).join('\n');

describe('a theorem index', () => {
  const theorems = [{ name: 'a', statement: 'succ 0 = 1' }];

  test.each([
    ['open Nat'],
    [['import Mathlib', 'open Nat', 'set_option maxHeartbeats 0']],
    ['open Nat\n-- a remark\n'],
  ])('has its preamble %j applied', (preamble) => {
    const read = list(JSON.stringify({ preamble, theorems }));
    expect(read.theorems).toEqual([{ name: 'a', statement: 'open Nat in succ 0 = 1' }]);
    expect(read.preamble).toEqual(['open Nat']);
    expect(read.imports).toEqual(Array.isArray(preamble) ? ['Mathlib'] : []);
  });

  test('with a preamble that no statement can carry is refused with the line', () => {
    const text = JSON.stringify({ preamble: ['open Nat', 'abbrev N := Nat'], theorems });
    expect(refusal(text)).toMatch(/x\.json has the line "abbrev N := Nat" in its preamble/);
  });

  test('may say a theorem twice, but not two statements under one name', () => {
    const both = (statement: string, source: string) => ({ name: 'a', statement, source });
    expect(list(JSON.stringify([both('True', 'v1'), both('True', 'v2')])).theorems).toHaveLength(1);
    expect(
      refusal(JSON.stringify([both('True', 'v1'), { name: 'b', statement: 'True' }, both('1 = 1', 'v2')])),
    ).toMatch(/"a" stands twice with different statements, at item 1 \(v1\) and at item 3 \(v2\)/);
  });

  test('keeps a hash of its theorems, whatever their order, and is refused when they were changed', () => {
    const a = { name: 'a', statement: 'True' };
    const b = { name: 'b', statement: '1 = 1' };
    const { sha256, revision } = list(JSON.stringify([a, b]));
    expect(list(JSON.stringify([b, a])).sha256).toBe(sha256);
    expect(list(JSON.stringify([b, a])).revision).not.toBe(revision);
    expect(list(JSON.stringify({ theorems: [a, b], sha256 })).sha256).toBe(sha256);
    expect(refusal(JSON.stringify({ theorems: [a], sha256 }))).toMatch(/changed after it was built/);
  });
});

describe('a dataset in JSON lines', () => {
  const header =
    'import Mathlib\nimport Aesop\n\nset_option maxHeartbeats 400000\n\nopen BigOperators Real Nat Topology Rat\n\n';
  const deepSeek = lines(
    {
      name: 'm1',
      split: 'valid',
      informal_prefix: '/-- One. -/',
      formal_statement: 'theorem m1 (x : ℝ) : x = x := by\n',
      goal: '',
      header,
    },
    { name: 'm2', split: 'test', formal_statement: 'theorem m2 : 1 = 1 := by\n', header },
  );

  test('of DeepSeek-Prover has header, statement and splits', () => {
    const opened = 'open BigOperators Real Nat Topology Rat in';
    const read = list(deepSeek, 'data/minif2f.jsonl');
    expect(read.theorems).toEqual([
      { name: 'm1', statement: `${opened} ∀ (x : ℝ), x = x`, source: 'minif2f-valid' },
      { name: 'm2', statement: `${opened} 1 = 1`, source: 'minif2f-test' },
    ]);
    expect(read.imports).toEqual(['Mathlib', 'Aesop']);
    expect(list(deepSeek, 'm.jsonl', { split: 'validation' }).theorems.map(({ name }) => name)).toEqual(['m1']);
    expect(refusal(deepSeek, 'm.jsonl', { split: 'train' })).toMatch(/no split "train", only valid, test/);
  });

  test('of Kimina and Goedel has whole files or bare theorems', () => {
    const code = 'import Mathlib\n\nopen Nat\n\n/-- Text. -/\ntheorem k1 (n : ℕ) : n = n := by sorry';
    const text = lines(
      { problem_id: 'kimina_1', lean4_code: code },
      { problem_id: 7, formal_statement: 'theorem g1 : True := by sorry' },
      { id: 'p', formal_statement: '∀ n : Nat, n = n' },
    );
    expect(list(text, 'd.jsonl').theorems).toEqual([
      { name: 'kimina_1', statement: 'open Nat in ∀ (n : ℕ), n = n' },
      { name: '7', statement: 'True' },
      { name: 'p', statement: '∀ n : Nat, n = n' },
    ]);
  });

  test('with items that hold more than a statement is refused, or read without them', () => {
    const text = lines(
      { name: 'a', formal_statement: 'theorem a : True := by sorry' },
      { name: 'b', lean4_code: 'def f := 1\ntheorem b : f = 1 := rfl' },
    );
    expect(refusal(text, 'd.jsonl')).toMatch(/1 of 2 items.*such as b: line 2.*corpus build --from file d\.jsonl/);
    const read = list(text, 'd.jsonl', { skip: true });
    expect(read.theorems.map(({ name }) => name)).toEqual(['a']);
    expect(read.skipped).toEqual([{ name: 'b', message: expect.stringContaining('def f := 1') }]);
  });

  test.each([
    ['{"name":"a","statement":"True"}\n{"name":', 'd.jsonl', /line 2/],
    ['{"name":"a"}\n{"name":"b"}', 'd.jsonl', /line 1: it has no "statement"/],
    ['{"theorems":[{"statement":"True"}]}', 'd.json', /item 1: it has no "name"/],
    ['nonsense', 'd.json', /no theorem list/],
    ['', 'd.jsonl', /no theorem list/],
  ])('%j is refused', (text, path, why) => expect(refusal(text, path)).toMatch(why));
});

describe('a reference', () => {
  test('names a split behind #, in a file or in the folder of a benchmark', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'MiniF2F'));
    writeFileSync(join(folder, 'MiniF2F', 'Valid.lean'), 'import Mathlib\nopen Nat\ntheorem v : True := by sorry\n');
    writeFileSync(join(folder, 'MiniF2F', 'Test.lean'), 'theorem t : True := by sorry\n');
    const names = async (reference: string) => {
      const read = await readCorpus(reference);
      return read.kind === 'list' ? read.theorems.map(({ name }) => name) : read.message;
    };
    expect(await names(`${folder}#valid`)).toEqual(['v']);
    expect(await names(`${folder}#test`)).toEqual(['t']);
    expect(await names(join(folder, 'MiniF2F', 'Valid.lean#valid'))).toEqual(['v']);
    expect(await names(folder)).toMatch(/is a folder; say which split.*#valid/);
    expect(await names(`${folder}#train`)).toMatch(/no \.lean, \.json or \.jsonl file for the split "train"/);
    expect(await names(join(folder, 'MiniF2F', 'Valid.lean#test'))).toMatch(
      /has no splits, and its name does not say "test"/,
    );
  });
});
