import { expect, test } from 'vitest';
import { TIER_POSITIVE } from '../../../src/value/data/batch.ts';
import { ngramEncoder } from '../../../src/value/encode/ngram/ngram.ts';
import { rowIndices } from '../../../src/value/train/step-inputs.ts';
import { encodeVectors, withVectors } from '../../../src/value/train/vector-table.ts';
import { searchOf, setOf } from '../data/made-set.ts';

const options = { signal: new AbortController().signal, onProgress: () => {} };
const encoder = ngramEncoder(256, 'ngram:256');

test('a tactic is looked at also where the row of its parent is missing, and only a root has none', async () => {
  const rows = searchOf('A', 'run', [
    [0, null, 'root', 'positive'],
    [1, 0, 'good', 'positive'],
    [2, 0, 'sibling', 'negative'],
    [3, 2, 'orphan', 'negative'],
    [4, 1, 'nameless', 'negative'],
  ]);
  // As a filter leaves them; and one of which nobody wrote down what led to it.
  const left = rows
    .filter(({ state_id }) => state_id !== 2)
    .map((row) => (row.state_id === 4 ? { ...row, tactic_applied: '' } : row));
  const set = await setOf(left);
  const table = await encodeVectors(encoder, [set], 'tactic', options);
  if (table.kind !== 'vectorTable') throw new Error(table.message);
  const usable = withVectors(set, table.rows, 'tactic');
  const texts = [...usable.examples.state].map((state) => usable.states[state]);
  expect(texts).toEqual(['root', 'good', 'orphan']);
  const batch = {
    ...{ size: 3, negatives: 0, examples: Int32Array.of(0, 1, 2) },
    ...{ tiers: new Uint8Array(3).fill(TIER_POSITIVE), remaining: new Int32Array(3) },
  };
  const { tactic } = rowIndices(usable, table.rows, 'tactic', batch);
  const rowOf = (text: string): number => table.rows.tactic[set.tactics.indexOf(text)] as number;
  expect([...(tactic as Int32Array)]).toEqual([-1, rowOf('to good'), rowOf('to orphan')]);
  expect(rowOf('to orphan')).toBeGreaterThanOrEqual(0);
});
