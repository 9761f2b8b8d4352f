import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { leanName, leanSource } from '../../src/corpus/olean/lean-source.ts';
import { readCompilerOutput } from '../../src/corpus/olean/native.ts';
import { type CompileError, selectCompiling } from '../../src/corpus/olean/select.ts';
import { packageRoot } from '../../src/storage/paths.ts';
import { runCli } from '../helpers/cli.ts';
import { openTestHost } from '../helpers/lean.ts';
import { temporaryFolder } from '../storage/temporary.ts';

const theorems = [
  { name: 'good', statement: '∀ n : Nat, n + 0 = n' },
  { name: 'real', statement: '∀ x : ℝ, x = x' },
  { name: 'broken', statement: '∀ n : Nat, (n = n' },
  { name: 'Nat.add_comm', statement: 'True' },
  { name: 'odd name.x', statement: '1 = 1 -- a remark' },
  { name: 'goal', statement: 'α : Type u_1\nx : α\n⊢ x = x' },
];

/** A project folder, and a PATH with a `lake` whose `lean` is the embedded one. */
function fakeProject(): { readonly project: string; readonly PATH: string } {
  const folder = temporaryFolder();
  const project = join(folder, 'project');
  const bin = join(folder, 'bin');
  mkdirSync(project);
  mkdirSync(bin);
  writeFileSync(join(project, 'lakefile.toml'), 'name = "demo"\n');
  const compiler = join(packageRoot(), 'test', 'fakes', 'lean-compiler.ts');
  const lake = `#!/bin/sh
shift
case "$1" in
  printenv) echo "${folder}/packages/other/.lake/build/lib/lean:${project}/.lake/build/lib/lean" ;;
  lean) shift
    if [ "$1" = --version ]; then echo "Lean (version 4.28.0, x86_64-unknown-linux-gnu, commit 0, Release)"; exit; fi
    PROOFDECK_CACHE="${process.env.PROOFDECK_CACHE ?? ''}" exec "${process.execPath}" "${compiler}" "$@" ;;
esac
`;
  writeFileSync(join(bin, 'lake'), lake);
  chmodSync(join(bin, 'lake'), 0o755);
  return { project, PATH: `${bin}:${process.env.PATH}` };
}

beforeAll(async () => (await openTestHost()).close());

describe('corpus build --olean', () => {
  test('compiles what compiles, and lists the rest with category and message', async () => {
    const { project, PATH } = fakeProject();
    const list = join(temporaryFolder(), 'list.json');
    writeFileSync(list, JSON.stringify(theorems));
    const words = ['corpus', 'build', list, '--olean', '--name', 'BenchTest', '--lean-project', project, '--json'];
    const result = await runCli(temporaryFolder(), words, { environment: { PATH } });
    expect(result).toMatchObject({ code: 0 });
    const document: unknown = JSON.parse(result.out);
    const olean = join(project, '.lake', 'build', 'lib', 'lean', 'BenchTest.olean');
    const skipped = [
      { name: 'real', category: 'unknownName' },
      { name: 'broken', category: 'doesNotParse' },
      { name: 'Nat.add_comm', category: 'nameExists' },
    ];
    expect(document).toMatchObject({
      schema: 'proofdeck.corpus-olean/1',
      theorems: 3,
      total: 6,
      rounds: 2,
      toolchain: 'Lean 4.28.0',
      files: [join(project, 'BenchTest.lean'), olean, join(project, 'BenchTest.skipped.json')],
    });
    expect(JSON.parse(readFileSync(join(project, 'BenchTest.skipped.json'), 'utf8'))).toMatchObject({
      theorems: expect.arrayContaining(skipped.map((one) => expect.objectContaining(one))),
    });
    expect(existsSync(olean)).toBe(true);
    const source = readFileSync(join(project, 'BenchTest.lean'), 'utf8');
    expect(source).toContain(
      'import Init\n\nset_option autoImplicit false\n\ntheorem good :\n    ∀ n : Nat, n + 0 = n\n    := by sorry\n',
    );
    expect(source).not.toContain('real');
    // The embedded Lean alone comes to the same selection.
    const embedded = await runCli(temporaryFolder(), [
      ...['corpus', 'build', list, '--olean', '--name', 'BenchTest', '--lean', 'embedded', '--json'],
    ]);
    expect(JSON.parse(embedded.out)).toMatchObject({
      theorems: 3,
      skipped: expect.arrayContaining(skipped.map((one) => expect.objectContaining(one))),
    });
  });

  test.each([
    [['--olean', '--name', 'bench'], 2, /module name/],
    [['--olean', '--name', 'Bench'], 2, /--lean-project/],
    [['--olean', '--name', 'Bench', '--lean-project', '/nowhere'], 5, /does not exist/],
  ])('core_panel %j exits with %i', async (words, code, message) => {
    const result = await runCli(temporaryFolder(), ['corpus', 'build', 'core_panel', ...words]);
    expect(result.code).toBe(code);
    expect(result.err).toMatch(message);
  });
});

test('a name is written so that Lean reads it back', () => {
  expect(['a.b', 'odd name.x', '«is quoted».y', '7up'].map(leanName)).toEqual([
    'a.b',
    '«odd name».x',
    '«is quoted».y',
    '«7up»',
  ]);
});

test('errors are blamed on the theorem that they are about', async () => {
  const rounds: (readonly string[])[] = [];
  const compile = async ({ text }: { readonly text: string }) => {
    rounds.push(text.match(/theorem \S+/g) ?? []);
    const at = text.split('\n').findIndex((line) => line.startsWith('theorem real')) + 1;
    // An unfinished statement is noticed at the next theorem.
    const errors: CompileError[] =
      at === 0 ? [] : [{ line: at, column: 0, message: "unexpected token 'theorem'; expected ')'" }];
    return { kind: 'compiled', errors } as const;
  };
  const selection = await selectCompiling(theorems.slice(0, 2), ['Init'], compile);
  expect(selection).toMatchObject({ kind: 'failed', message: expect.stringContaining('unexpected token') });
  expect(leanSource(theorems.slice(0, 2), []).places.map(({ first, last }) => [first, last])).toEqual([
    [4, 6],
    [8, 10],
  ]);
  expect(rounds).toEqual([['theorem good', 'theorem real'], ['theorem real']]);
});

test('reads the report of Lean', () => {
  const report =
    "B.lean:3:8: warning: declaration uses 'sorry'\nB.lean:7:4: error(lean.unknownIdentifier): Unknown identifier `ℝ`\n\nHint: more\nB.lean:9:0: error: unexpected end of input\n";
  expect(readCompilerOutput(report, '', 1)).toEqual({
    kind: 'compiled',
    errors: [
      { line: 7, column: 4, message: 'Unknown identifier `ℝ`\nHint: more' },
      { line: 9, column: 0, message: 'unexpected end of input' },
    ],
  });
  expect(readCompilerOutput('', 'lake: no such toolchain', 1)).toMatchObject({
    kind: 'failed',
    message: expect.stringContaining('no such toolchain'),
  });
  expect(readCompilerOutput('', '', 0)).toEqual({ kind: 'compiled', errors: [] });
});
