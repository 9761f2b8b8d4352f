import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { rowsOfFile } from '../../src/trajectory/rows-of-file.ts';
import { runCli } from '../helpers/cli.ts';
import { openTestHost } from '../helpers/lean.ts';
import { temporaryFolder } from '../storage/temporary.ts';

beforeAll(async () => (await openTestHost()).close());

const proof = (name: string, statement: string, ...tactics: readonly string[]): string =>
  `${JSON.stringify({ name, statement, proof: tactics })}\n`;
const step = (theorem: string, depth: number, state: string, tactic: string): string =>
  `${JSON.stringify({ state, tactic, theorem, depth })}\n`;

const AND = proof('and', '∀ p q : Prop, p → q → p ∧ q', 'intro p q hp hq', 'exact ⟨hp, hq⟩');
const OR = proof('or', '∀ p q : Prop, p → p ∨ q', 'intro p q hp', 'exact Or.inl hp');

describe('ebm negatives', () => {
  test('walks proofs, goes on with a file, and never replaces one unasked', async () => {
    const home = temporaryFolder();
    const source = join(home, 'proofs.jsonl');
    const out = join(home, 'negatives.parquet');
    const make = (...more: readonly string[]) =>
      runCli(home, ['ebm', 'negatives', source, '--out', out, '--workers', '1', '--expansions', '1', ...more]);
    writeFileSync(source, AND + AND + proof('wrong', '∀ p : Prop, p', 'intro p', 'assumption'));
    const first = await make('--json');
    expect(first.code).toBe(0);
    const made = JSON.parse(first.out);
    expect(made).toMatchObject({
      schema: 'proofdeck.ebm-negatives/1',
      proofs: 2,
      walked: 1,
      skipped: [{ theorem: 'wrong', stage: 'proof' }],
      survival: { n: 0, of: 1, gate: 'WARNING' },
    });
    const before = await rowsOfFile(out);
    expect(before.length).toBe(made.rows);
    expect(made.positive + made.negative + made.unknown).toBe(made.rows);
    expect(new Set(before.map(({ search }) => search))).toEqual(new Set(['negatives/and/1']));

    expect(await make()).toMatchObject({ code: 2, err: expect.stringMatching(/exists: go on with it \(--resume\)/) });
    writeFileSync(source, AND + OR);
    const second = await make('--resume');
    expect(second.out).toMatch(/1 of 2 proofs walked, 0 skipped, 1 were there/);
    const after = await rowsOfFile(out);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(new Set(after.map((row) => row.theorem_name))).toEqual(new Set(['and', 'or']));
    const third = await make('--resume');
    expect(third.out).toMatch(/0 of 2 proofs walked, 0 skipped, 2 were there/);
    expect(third.out).toContain('survival: unknown, as no proof was walked');
  });

  test('takes proof paths with the statements of a list, or the first state as it is printed', async () => {
    const home = temporaryFolder();
    const paths = join(home, 'paths.jsonl');
    const list = join(home, 'list.json');
    writeFileSync(list, JSON.stringify([{ name: 'or', statement: '∀ p q : Prop, p → p ∨ q' }]));
    const goal = 'p q : Prop\nhp : p\n⊢ p ∨ q';
    writeFileSync(
      paths,
      step('or', 1, goal, 'exact Or.inl hp') +
        step('or', 0, '⊢ ∀ (p q : Prop), p → p ∨ q', 'intro p q hp') +
        step('gap', 1, goal, 'skip'),
    );
    const make = (...more: readonly string[]) => {
      const out = join(home, `${more.length}.parquet`);
      return runCli(home, ['ebm', 'negatives', paths, '--out', out, '--workers', '1', '--expansions', '0', ...more]);
    };
    const listed = await make('--theorems', list);
    expect(listed).toMatchObject({ code: 0, out: expect.stringContaining('1 of 1 proofs walked') });
    expect(listed.err).toMatch(/left out gap: its steps are not one for each depth/);
    writeFileSync(paths, step('loose', 0, goal, 'exact Or.inl hp'));
    expect(await make()).toMatchObject({ code: 0, out: expect.stringContaining('1 of 1 proofs walked') });
  });

  test('says what is wrong with what it is given', async () => {
    const home = temporaryFolder();
    const paths = join(home, 'paths.jsonl');
    const fails = async (...words: readonly string[]) => {
      const { code, err } = await runCli(home, ['ebm', 'negatives', ...words]);
      expect(code).toBe(2);
      return err;
    };
    writeFileSync(paths, '{"name":"x"}\n');
    expect(await fails(paths, '--out', 'x.parquet')).toMatch(/line 1: neither/);
    expect(await fails(paths, '--out', 'x.csv')).toMatch(/has to end in \.parquet/);
    expect(await fails(paths, '--out', join(home, 'none', 'x.parquet'))).toMatch(/there is no folder .*none/);
    expect(await fails('no-such-run', '--out', 'x.parquet')).toMatch(/no-such-run is no file of proofs/);
    writeFileSync(paths, AND);
    expect(await fails(paths, '--out', 'x.parquet', '--min-steps', '3')).toMatch(/no proof of at least 3 tactics/);
    const dry = await runCli(home, ['ebm', 'negatives', paths, '--out', join(home, 'x.parquet'), '--dry-run']);
    expect(dry).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^1 proofs of 1 theorems, 8 candidates and 18 probes/),
    });
  });
});
