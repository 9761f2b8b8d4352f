import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readProofs } from '../../../../src/policy/ranker/train/read-proofs.ts';
import { temporaryFolder } from '../../../storage/temporary.ts';
import { madeRow, writeRows } from '../../../trajectory/made-rows.ts';

/** A proof of one tactic, as the reference's files have it: no run is named, and both begin at the same millisecond. */
const proof = (tactic: string) => {
  const own = { session: '', search: '', timestamp_ms: 5, label: 'positive' } as const;
  return [
    madeRow({ ...own, state_id: 0, state_pp: '⊢ p', remaining_depth: 1 }),
    madeRow({ ...own, state_id: 1, parent_state_id: 0, state_pp: '', tactic_applied: tactic, remaining_depth: 0 }),
  ];
};

test('searches of one theorem in two files of the reference are two, whatever their time', async () => {
  const folder = temporaryFolder();
  const paths = await Promise.all(
    ['trivial', 'simp'].map((tactic) => writeRows(join(folder, `${tactic}.parquet`), proof(tactic))),
  );
  const read = await readProofs(paths);
  if (read.kind !== 'proofs') throw new Error(read.message);
  expect(read.proofs.map(({ states }) => states.map(({ tries }) => tries))).toEqual([
    [[{ tactic: 'trivial', result: 'proof' }]],
    [[{ tactic: 'simp', result: 'proof' }]],
  ]);
});
