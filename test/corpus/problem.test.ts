import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { panelNames, readCorpus } from '../../src/corpus/panels.ts';
import { resolveProblem } from '../../src/corpus/problem.ts';
import { readProofs } from '../../src/corpus/proof-input.ts';
import { parseTheoremList } from '../../src/corpus/theorem-list.ts';
import { temporaryFolder } from '../storage/temporary.ts';

describe('the panel that comes with proofdeck', () => {
  test('is listed, and has its 402 theorems', async () => {
    expect(await panelNames()).toContain('core_panel');
    const read = await readCorpus('core_panel');
    expect(read.kind === 'list' && read.theorems.length).toBe(402);
  });
});

describe('the problem', () => {
  test('is the statement, a theorem of the environment, of a file, or of a corpus', async () => {
    const file = join(temporaryFolder(), 'x.lean');
    writeFileSync(file, 'theorem a : True := trivial\ntheorem b (n : Nat) : n = n := rfl\n');
    const imports = ['Init'];
    expect(await resolveProblem({ statement: ' True ', imports })).toMatchObject({ problem: { statement: 'True' } });
    expect(await resolveProblem({ theorem: 'Nat.add_comm', imports })).toMatchObject({
      problem: { statement: null, copyFrom: 'Nat.add_comm', imports },
    });
    expect(await resolveProblem({ file, theorem: 'b', imports })).toMatchObject({
      problem: { name: 'b', statement: '∀ (n : Nat), n = n', source: file },
    });
    expect(await resolveProblem({ corpus: 'core_panel', theorem: 'nat_refl', imports })).toMatchObject({
      problem: { name: 'nat_refl', statement: '∀ (n : Nat), n = n' },
    });
  });

  test.each([
    [{}, /nothing to prove/],
    [{ statement: ' ' }, /empty/],
    [{ statement: 'True', theorem: 'x' }, /one of them/],
    [{ statement: 'True', file: 'x.lean' }, /one of them/],
    [{ file: 'no-such.lean' }, /no-such\.lean.*cannot be read/],
    [{ corpus: 'core_panel' }, /402 theorems; choose one/],
    [{ corpus: 'core_panel', theorem: 'nobody' }, /no theorem "nobody"/],
    [{ corpus: 'nothing' }, /no corpus.*core_panel/],
  ])('%j is refused', async (choice, message) => {
    expect(await resolveProblem({ ...choice, imports: [] })).toMatchObject({
      kind: 'unusable',
      message: expect.stringMatching(message),
    });
  });
});

test.each([
  ['{"theorems":[{"name":"a","statement":"True"}]}', 'list'],
  ['[{"name":"a","statement":"True"}]', 'list'],
  ['[{"name":"a","statement":"True"},{"name":"a","statement":"False"}]', 'unreadable'],
  ['{"theorems":[{"name":"a"}]}', 'unreadable'],
  ['{', 'unreadable'],
])('the theorem list %j is a %s', (text, kind) => expect(parseTheoremList(text, 'x.json').kind).toBe(kind));

describe('proofs to check', () => {
  const proof = { name: 'a', statement: 'True', proof: ['trivial'] };
  test.each([
    [JSON.stringify(proof), { kind: 'proofs', proofs: [proof] }],
    [`${JSON.stringify(proof)}\n\n${JSON.stringify(proof)}\n`, { kind: 'proofs', proofs: [proof, proof] }],
    [JSON.stringify([proof], null, 2), { kind: 'proofs', proofs: [proof] }],
    ['\uFEFFtheorem a : True := trivial', { kind: 'leanFile' }],
    [' \n', { kind: 'unreadable', message: expect.stringContaining('empty') }],
    [`${JSON.stringify(proof)}\n{"name":`, { kind: 'unreadable', message: expect.stringContaining('line 2') }],
    ['{"name":"a","proof":[]}', { kind: 'unreadable', message: expect.stringContaining('statement') }],
  ])('%j', (text, expected) => expect(readProofs(text, 'x')).toMatchObject(expected));
});
