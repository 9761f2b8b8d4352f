import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../helpers/cli.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const theorems = [
  '∀ (a b : Nat), a ≤ b → a < b + 1',
  '∀ (a b : Nat), a + b = b + a',
  '∀ (n : Nat), n * 0 = 0',
  '∀ (p q : Prop), p ∧ q → q ∧ p',
  '∀ (p : Prop), p → p ∨ False',
  '∀ (x : Int), x - x = 0',
  '∀ (x y : Int), x < y → ¬y ≤ x',
  '∀ (n : Nat), n % 2 = 0 ∨ n % 2 = 1',
  '17 * 5 % 7 = 1',
  '∀ (a b c : Nat), a < b → b < c → a + 1 < c',
  '∀ (n : Nat), 0 < n → n ≠ 0',
  '∀ (p q r : Prop), (p → q) → (q → r) → p → r',
].map((statement, i) => ({ name: `small${i}`, statement, source: 'test' }));

interface TheoremLine {
  readonly proved: boolean;
  readonly expansions: number;
}

test('a ranker is trained on the run of the heuristic, and proves with fewer expansions', {
  timeout: 300_000,
}, async () => {
  const home = temporaryFolder();
  const list = join(home, 'theorems.json');
  writeFileSync(list, JSON.stringify({ theorems }));
  const search = (...more: readonly string[]) =>
    runCli(home, [
      'search',
      '--theorems',
      list,
      '--workers',
      '1',
      '--concurrency',
      '1',
      '--quiet',
      '--no-input',
      ...more,
    ]);
  const first = await search('--run', 'first');
  expect(first.code, first.err).toBe(0);

  const untrained = await search('--provider', 'ranker', '--set', 'ranker.model=small');
  expect(untrained.code).toBe(5);
  expect(untrained.err).toMatch(/no ranker "small".*ranker train/);

  const trained = await runCli(home, [
    'ranker',
    'train',
    'first',
    '--name',
    'small',
    '--steps',
    '30',
    '--json',
    '--quiet',
  ]);
  expect(trained.code, trained.err).toBe(0);
  const document = JSON.parse(trained.out) as { readonly hash: string; readonly counts: { readonly theorems: number } };
  expect(document).toMatchObject({ schema: 'proofdeck.ranker-train/1', name: 'small', counts: { theorems: 12 } });
  // The rows of its parts tell the same proofs as its logs.
  const fromRows = await runCli(home, [
    'ranker',
    'train',
    '--trajectories',
    join(home, 'runs/adhoc/first/trajectories'),
    '--name',
    'rows',
    '--steps',
    '5',
    '--json',
    '--quiet',
  ]);
  expect(fromRows.code, fromRows.err).toBe(0);
  expect(JSON.parse(fromRows.out)).toMatchObject({ counts: { theorems: 12 } });

  const second = await search('--run', 'second', '--provider', 'ranker', '--set', 'ranker.model=small');
  expect(second.code, second.err).toBe(0);
  const manifest = JSON.parse(readFileSync(join(home, 'runs/adhoc/second/manifest.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  expect(JSON.stringify(manifest)).toContain('"ranker"');
  const log = readFileSync(join(home, 'runs/adhoc/second/theorems/small0/1.jsonl'), 'utf8');
  expect(log).toContain(document.hash);
  const expansions = async (run: string): Promise<number> => {
    const shown = await runCli(home, ['export', run, '--table', 'theorems', '--format', 'jsonl']);
    const rows = shown.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TheoremLine);
    expect(rows.map(({ proved }) => proved)).toEqual(theorems.map(() => true));
    return rows.reduce((sum, row) => sum + row.expansions, 0);
  };
  expect(await expansions('second')).toBeLessThan(await expansions('first'));
});
