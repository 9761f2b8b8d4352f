import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Judge } from '../../../src/lean/verdict/judge.ts';
import { LONGEST_TEXT } from '../../../src/lean/verdict/judge.ts';
import type { Verdict } from '../../../src/lean/verdict/verdict.ts';
import { openProvers, type Provers, START_TIMEOUT_MS } from './provers.ts';

let provers: Provers;

beforeAll(async () => {
  provers = await openProvers();
}, START_TIMEOUT_MS);

afterAll(() => provers?.close());

async function verdictOf(judge: Judge, statement: string, text: string): Promise<Verdict> {
  const result = await judge.judge({ name: 'foo', statement }, text);
  if (result.kind !== 'verdict') throw new Error(result.message);
  return result.verdict;
}

async function withJudge(
  options: Parameters<Provers['judge']>[0],
  use: (judge: Judge) => Promise<void>,
): Promise<void> {
  const judge = provers.judge(options);
  try {
    await use(judge);
  } finally {
    await judge.close();
  }
}

const GOOD = 'theorem foo : 1 = 1 := rfl';

test('deep nesting costs a verdict and no more', { timeout: 120_000 }, () =>
  withJudge({}, async (judge) => {
    const deep = `theorem foo : 1 = 1 := ${'('.repeat(100_000)}rfl${')'.repeat(100_000)}`;
    expect(await verdictOf(judge, '1 = 1', deep)).toMatchObject({
      level: null,
      reason: expect.stringMatching(/lost|deep|recursion/),
    });
    expect(await verdictOf(judge, '1 = 1', GOOD)).toMatchObject({ level: 'V3' });
  }),
);

test('a text longer than the limit is refused unread', () =>
  withJudge({}, async (judge) => {
    const long = `${GOOD} -- ${'x'.repeat(LONGEST_TEXT)}`;
    expect(await verdictOf(judge, '1 = 1', long)).toMatchObject({
      level: null,
      reason: expect.stringContaining('characters'),
    });
  }));

test('a long honest text is judged', { timeout: 60_000 }, () =>
  withJudge({}, async (judge) => {
    const long = `${GOOD} -- ${'∀'.repeat(LONGEST_TEXT / 2)}`;
    expect(await verdictOf(judge, '1 = 1', long)).toMatchObject({ level: 'V3' });
  }),
);

test('a proof that runs for ever is given up, and the judge goes on', { timeout: 120_000 }, () =>
  withJudge({ timeoutMs: 2000 }, async (judge) => {
    const spin = 'theorem foo : (List.range 100000000).length = 100000000 := by decide +kernel';
    expect(await verdictOf(judge, '(List.range 100000000).length = 100000000', spin)).toMatchObject({ level: null });
    expect(await verdictOf(judge, '1 = 1', GOOD)).toMatchObject({ level: 'V3' });
  }),
);

test('a replaced prover judges like the first', { timeout: 60_000 }, () =>
  withJudge({ textsPerProver: 1 }, async (judge) => {
    const first = await verdictOf(judge, '1 = 1', GOOD);
    expect(first).toMatchObject({ level: 'V3', toolchain: expect.stringMatching(/^Lean \d/) });
    expect(await verdictOf(judge, '1 = 1', GOOD)).toEqual(first);
  }),
);

test('a proof of nothing in particular is not judged', () =>
  withJudge({}, async (judge) => {
    expect(await judge.judge({ name: 'foo', statement: null }, GOOD)).toMatchObject({ kind: 'badStatement' });
  }));

test('a file with many theorems is judged', { timeout: 120_000 }, () =>
  withJudge({}, async (judge) => {
    const names = Array.from({ length: 300 }, (_, i) => `t${i}`);
    const source = names
      .map((name, i) => `theorem ${name} : ${i} = ${i} := ${i === 0 ? '' : `have _ := t${i - 1}; `}rfl`)
      .join('\n');
    const result = await judge.judgeFile(`\uFEFF${source}`);
    expect(result).toMatchObject({ kind: 'file' });
    expect(result.kind === 'file' && result.verdicts.map(({ level }) => level)).toEqual(names.map(() => 'V3'));
  }),
);

test('a file that imports what is not there is refused as a whole', () =>
  withJudge({}, async (judge) => {
    const result = await judge.judgeFile('import Mathlib\ntheorem a : 1 = 1 := rfl');
    expect(result).toMatchObject({ kind: 'badFile', message: expect.stringContaining('Mathlib') });
  }));

test('a closed judge says so', () =>
  withJudge({}, async (judge) => {
    await judge.close();
    expect(await verdictOf(judge, '1 = 1', GOOD)).toMatchObject({
      level: null,
      reason: expect.stringContaining('closed'),
    });
  }));
