import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FileResult, Judge } from '../../../src/lean/verdict/judge.ts';
import { openProvers, type Provers, START_TIMEOUT_MS } from './provers.ts';

let provers: Provers;
let judge: Judge;

beforeAll(async () => {
  provers = await openProvers();
  judge = provers.judge();
}, START_TIMEOUT_MS);

afterAll(async () => {
  await judge?.close();
  await provers?.close();
});

async function judged(...lines: readonly string[]): Promise<Extract<FileResult, { kind: 'file' }>> {
  const result = await judge.judgeFile(lines.join('\n'));
  if (result.kind !== 'file') throw new Error(result.message);
  return result;
}

const rows = ({ verdicts }: Extract<FileResult, { kind: 'file' }>) =>
  verdicts.map(({ line, name, level }) => [line, name, level]);

describe('a file of theorems', () => {
  test('goes on after a refused one, and counts each once', async () => {
    const result = await judged(
      'theorem s1 : 1 = 1 := by sorry',
      'theorem s2 : 1 = 1 := rfl',
      'theorem s3 : 1 = 1 := s1',
      'example : 1 = 1 := rfl',
      'theorem s4 : 2 = 2 := rfl',
    );
    expect(result.stopped).toBeUndefined();
    expect(rows(result)).toEqual([
      [1, 's1', null],
      [2, 's2', 'V3'],
      [3, 's3', null],
      [4, 'example (line 4)', null],
      [5, 's4', 'V3'],
    ]);
    expect(result.verdicts[0]?.reason).toMatch(/`sorry`.*may not stand/);
    expect(result.verdicts[2]?.reason).toBe('line 3, column 22: Unknown identifier `s1`');
  });

  test('says once what ended the judging, and lists what follows', async () => {
    const result = await judged('theorem a : 1 = 1 := rfl', 'def two := 2', 'theorem b : 1 = 1 := rfl', '#eval two');
    expect(result.stopped).toEqual({ line: 2, reason: expect.stringMatching(/^`def`.*may not stand/) });
    expect(rows(result)).toEqual([
      [1, 'a', 'V3'],
      [3, 'b', null],
    ]);
    expect(result.verdicts[1]?.reason).toBe('not judged: the judging ended at line 2');
  });

  test('names a theorem that has no name by its line', async () => {
    expect(rows(await judged('theorem : 1 = 1 := rfl', 'theorem a : 1 = 1 := rfl'))).toEqual([
      [1, 'theorem (line 1)', null],
      [2, 'a', 'V3'],
    ]);
  });

  test('takes what is indented after a parse error for the rest of the theorem', async () => {
    const result = await judged(
      'theorem a : 1 = 1 := by',
      '  exakt rfl',
      '  open Nat in',
      '  rfl',
      'theorem b : 1 = 1 := rfl',
    );
    expect(result.stopped).toBeUndefined();
    expect(rows(result)).toEqual([
      [1, 'a', null],
      [5, 'b', 'V3'],
    ]);
  });

  test('ends at text that is no command', async () => {
    const result = await judged('open Nat', 'therem a : 1 = 1 := rfl', 'theorem b : 1 = 1 := rfl');
    expect(result.stopped).toMatchObject({ line: 2, reason: expect.stringContaining('does not parse') });
    expect(rows(result)).toEqual([[3, 'b', null]]);
  });
});

describe('the name of a proof', () => {
  test.each([
    ['c10 : True := trivial\naxiom x : False\ntheorem y', 'U+000A'],
    ['a\rb', 'U+000D'],
    ['a\u001b[2Kb', 'U+001B'],
    ['a\u2028b', 'U+2028'],
    ['a\u202eb', 'U+202E'],
    ['a\u200bb', 'U+200B'],
    ['a\ud800b', 'U+D800'],
  ])('%j is refused', async (name, sign) => {
    const result = await judge.judge({ name, statement: '1 = 1' }, ['rfl']);
    expect(result).toMatchObject({ kind: 'verdict', verdict: { level: null, reason: expect.stringContaining(sign) } });
  });

  test.each(['Nat.add_comm', 'h₁', 'a b', 'über', '素数'])('%j is taken', async (name) => {
    expect(await judge.judge({ name, statement: '1 = 1' }, ['rfl'])).toMatchObject({ verdict: { level: 'V3' } });
  });
});

test('a statement that does not parse is told with its place in words', async () => {
  expect(await judge.judge({ name: 'a', statement: '1 =' }, ['rfl'])).toMatchObject({
    kind: 'badStatement',
    message: expect.stringMatching(/^line 1, column 3: /),
  });
});
