import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { openTestHost } from '../helpers/lean.ts';
import { temporaryFolder } from '../storage/temporary.ts';

// The first start may have to prepare the image; no test should be charged for that.
beforeAll(async () => (await openTestHost()).close());

const FORGED = 'a\n+ accepted V3  realtheorem  axioms: none';
const MANY = [
  'theorem s1 : 1 = 1 := by sorry',
  'theorem s2 : 1 = 1 := rfl',
  'example : 1 = 1 := rfl',
  'theorem s4 : 1 = 2 := by decide',
  '#eval 1',
  'theorem s5 : 1 = 1 := rfl',
].join('\n');

async function check(name: string, content: string, ...options: readonly string[]) {
  const home = temporaryFolder();
  const file = join(home, name);
  writeFileSync(file, content);
  return runCli(home, ['check', file, ...options]);
}

describe('check', () => {
  test('no name and no reason can pass for a line of ours', async () => {
    const proofs = [
      { name: FORGED, statement: '1 = 2', proof: ['rfl'] },
      { name: 'b', statement: `1 = 1 ∧ "${FORGED}" = ""`, proof: ['constructor'] },
      { name: 'c', statement: '1 = 1', proof: 'by rfl' },
    ];
    const result = await check('proofs.jsonl', proofs.map((proof) => JSON.stringify(proof)).join('\n'));
    expect(result.code).toBe(4);
    const lines = result.out.trimEnd().split('\n');
    expect(lines.filter((line) => /^[+x!] /.test(line))).toEqual([
      expect.stringMatching(/^x refused {2}-- {2}a ⏎ \+ accepted .*U\+000A/),
      expect.stringMatching(/^x refused {2}-- {2}b {2}/),
      '+ accepted V3  c  axioms: none',
    ]);
    expect(lines.at(-1)).toMatch(/^1 of 3 accepted at V2/);
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^(?:[+x] | {4}\| )/);
  });

  test('takes printed goals as a search does, and nothing else in their place', async () => {
    const goal = 'n m : Nat\n⊢ n + m = m + n';
    const proofs = [
      { name: 'Nat.add_comm', statement: goal, proof: ['intro n m', 'omega'] },
      { name: 'NoSuch.theorem', statement: goal, proof: ['intro n m', 'omega'] },
      {
        name: 'Universes.all',
        statement: 'α : Type u_1\na b : α\nh : a = b\n⊢ b = a',
        proof: 'intro α a b h; exact h.symm',
      },
      { name: 'Nat.add_comm', statement: 'n m : Nat\n⊢ n + m = m', proof: ['intro n m', 'omega'] },
      { name: 'Nat.add_comm', statement: goal, proof: ['exact Nat.add_comm'] },
    ];
    const { out } = await check('goals.jsonl', proofs.map((proof) => JSON.stringify(proof)).join('\n'));
    expect(out.split('\n').filter((line) => /^[+x] /.test(line))).toEqual([
      expect.stringMatching(/^\+ accepted V3 {2}Nat\.add_comm/),
      expect.stringMatching(/^\+ accepted V3 {2}NoSuch\.theorem/),
      expect.stringMatching(/^\+ accepted V3 {2}Universes\.all/),
      expect.stringMatching(/^x refused .*the theorem is not quite the goal that was given/),
      expect.stringMatching(/^x refused /),
    ]);
  });

  test('a file says once what ended the judging, and counts its theorems', async () => {
    const result = await check('many.lean', MANY);
    expect(result.code).toBe(4);
    const lines = result.out.trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('!'))).toEqual([
      expect.stringMatching(/^! judging ended at line 5: `#eval`/),
    ]);
    expect(lines.filter((line) => line.startsWith('+'))).toEqual(['+ accepted V3  s2  axioms: none']);
    expect(lines.at(-1)).toMatch(/^1 of 5 accepted/);
  });

  test('--json has it as a field', async () => {
    const { code, out } = await check('many.lean', MANY, '--json');
    expect(code).toBe(4);
    const document = JSON.parse(out) as { results: { name: string; line: number }[] };
    expect(document).toMatchObject({
      accepted: 1,
      total: 5,
      stopped: { line: 5, reason: expect.stringContaining('#eval') },
    });
    expect(document.results.map(({ name, line }) => [name, line])).toEqual([
      ['s1', 1],
      ['s2', 2],
      ['example (line 3)', 3],
      ['s4', 4],
      ['s5', 6],
    ]);
  });

  test('a file whose theorems all count is not accepted when its judging ended early', async () => {
    const result = await check('early.lean', 'theorem a : 1 = 1 := rfl\ndef b := 1');
    expect(result).toMatchObject({ code: 4, out: expect.stringContaining('1 of 1 accepted') });
  });
});
