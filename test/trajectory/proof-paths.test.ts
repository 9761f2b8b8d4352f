import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eachProofPath, type ProofStep } from '../../src/trajectory/proof-paths.ts';
import type { TrajectoryRow } from '../../src/trajectory/row.ts';
import { temporaryFolder } from '../storage/temporary.ts';
import { madeSearch, sql, writeReferenceFile, writeRows } from './made-rows.ts';

async function pathsOf(
  files: readonly string[],
  filter: Parameters<typeof eachProofPath>[1] = {},
): Promise<{ readonly steps: readonly ProofStep[]; readonly unclear: readonly string[] }> {
  const steps: ProofStep[] = [];
  const result = await eachProofPath(files, filter, (path) => void steps.push(...path));
  if (result.kind !== 'written') throw new Error(result.message);
  expect(result.steps).toBe(steps.length);
  expect(result.theorems).toBe(new Set(steps.map(({ theorem }) => theorem)).size);
  return { steps, unclear: result.unclear };
}

const written = (rows: readonly TrajectoryRow[]): Promise<string> =>
  writeRows(join(temporaryFolder(), 'rows.parquet'), rows);

test('a step is a state with the tactic that was applied to it', async () => {
  const { steps } = await pathsOf([
    await written([...madeSearch('T', 2), ...madeSearch('U', 1, { verdict_level: null })]),
  ]);
  expect(steps).toEqual([
    { state: 'h : T\n⊢ state 0', tactic: 'tactic 1', theorem: 'T', depth: 0 },
    { state: 'h : T\n⊢ state 1', tactic: 'tactic 2', theorem: 'T', depth: 1 },
  ]);
});

test('files of the reference give the same', async () => {
  const { steps } = await pathsOf([await writeReferenceFile(join(temporaryFolder(), 'ref.parquet'))]);
  expect(steps).toEqual([
    { state: '⊢ a', tactic: 'intro h', theorem: 'A', depth: 0 },
    { state: 'h : a\n⊢ b', tactic: 'exact h', theorem: 'A', depth: 1 },
  ]);
});

describe('of several proofs of one theorem', () => {
  test('that of the first file counts', async () => {
    const long = await written(madeSearch('T', 3, { session: 'adhoc/one' }));
    const short = await written(madeSearch('T', 1, { session: 'adhoc/two' }));
    expect((await pathsOf([long, short])).steps).toHaveLength(3);
    expect((await pathsOf([short, long])).steps).toHaveLength(1);
  });

  test('that of the first search counts, even where rows of both are mixed', async () => {
    const one = madeSearch('T', 3, { search: 'one' });
    const two = madeSearch('T', 3, { search: 'two', state_pp: 'of two' });
    const mixed = one.flatMap((row, i) => [row, two[i]!]);
    const { steps } = await pathsOf([await written(mixed)]);
    expect(steps.map(({ depth }) => depth)).toEqual([0, 1, 2]);
    expect(steps.every(({ state }) => state !== 'of two')).toBe(true);
  });
});

test('rows may come in any order, and in many row groups', async () => {
  const folder = temporaryFolder();
  const ordered = await written(Array.from({ length: 3000 }, (_, i) => madeSearch(`T${i}`, 3)).flat());
  const shuffled = join(folder, 'shuffled.parquet');
  await sql(
    `COPY (SELECT * FROM '${ordered}' ORDER BY hash(theorem_name || state_id)) TO '${shuffled}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
  );
  const { steps } = await pathsOf([shuffled]);
  expect(steps).toHaveLength(9000);
  const byTheorem = Map.groupBy(steps, ({ theorem }) => theorem);
  for (const path of byTheorem.values())
    expect(path.map(({ tactic }) => tactic)).toEqual(['tactic 1', 'tactic 2', 'tactic 3']);
});

test('theorems and lengths may be chosen', async () => {
  const file = await written([...madeSearch('short', 1), ...madeSearch('long', 4)]);
  expect((await pathsOf([file], { minSteps: 2 })).steps).toHaveLength(4);
  expect((await pathsOf([file], { theorems: new Set(['short']) })).steps).toHaveLength(1);
});

test('rows that do not say which state a tactic was applied to are left out and named', async () => {
  const rows = madeSearch('T', 2);
  const twice = await written(rows.map((row) => ({ ...row, session: '', state_id: 0 })));
  expect(await pathsOf([twice])).toEqual({ steps: [], unclear: ['T'] });
  const cut = await written(rows.filter(({ state_id }) => state_id !== 1));
  expect(await pathsOf([cut])).toEqual({ steps: [], unclear: ['T'] });
});
