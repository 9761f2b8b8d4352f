import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listAt } from '../../../src/value/data/lists.ts';
import { readTrainingSet } from '../../../src/value/data/read-set.ts';
import { temporaryFolder } from '../../storage/temporary.ts';
import { writeReferenceFile } from '../../trajectory/made-rows.ts';
import { searchOf, setOf, textsOf } from './made-set.ts';

const proof = searchOf('A', 'run', [
  [0, null, 'root', 'positive'],
  [1, 0, 'good', 'positive', -0.5],
  [2, 0, 'sibling', 'negative', -0.1],
  [3, 2, 'deep', 'negative'],
  [4, 1, '', 'positive'],
  [5, 0, 'unjudged', 'unknown'],
  [6, 5, '', 'unknown'],
]);

describe('the data of a value model', () => {
  test('takes states by their place beside the proof, and leaves finished ones out', async () => {
    const set = await setOf(proof);
    expect(textsOf(set, set.positives.values)).toEqual(['A: good', 'A: root']);
    expect(textsOf(set, set.siblings.values)).toEqual(['A: sibling']);
    expect(textsOf(set, set.sameTheorem.values)).toEqual(['A: deep']);
    expect(textsOf(set, set.unknown.values)).toEqual(['A: unjudged']);
    expect(set.states).not.toContain('');
    expect(set.counts).toMatchObject({ rows: 7, finished: 2, searches: 1, provedSearches: 1, withPositives: 1 });
    const good = set.states.indexOf('good');
    const example = set.examples.state.indexOf(good);
    expect(set.examples.remaining[example]).toBe(1);
    expect(set.states[set.examples.parent[example] as number]).toBe('root');
    expect(set.tactics[set.examples.tactic[example] as number]).toBe('to good');
    expect(set.states[set.roots[0] as number]).toBe('root');
  });

  test('knows the choices of a proof that do not end it', async () => {
    const { choices, states, examples } = await setOf(proof);
    expect(choices.length).toBe(1);
    expect(states[choices.parent[0] as number]).toBe('root');
    const children = [...choices.example].map((i) => states[examples.state[i] as number]);
    expect(children).toEqual(['good', 'sibling', 'unjudged']);
    expect([...choices.onProof]).toEqual([1, 0, 2]);
    expect([...choices.onFirst]).toEqual([1, 0, 0]);
    expect([...choices.logProb]).toEqual([-0.5, -0.1, -1]);
  });

  test('never takes a parent from another search', async () => {
    // Numbers begin anew in each search: 7's parent 1 is on a proof in one search, and no state at all in the other.
    const other = searchOf('A', 'other run', [
      [0, null, 'root', 'positive'],
      [1, 0, 'elsewhere', 'negative'],
      [7, 1, 'below', 'negative'],
      [8, 0, '', 'positive'],
    ]);
    const set = await setOf(proof, other);
    expect(textsOf(set, set.siblings.values)).toEqual(['A: elsewhere', 'A: sibling']);
    expect(textsOf(set, set.sameTheorem.values)).toEqual(['A: below', 'A: deep']);
  });

  test('makes a state of both labels positive, wherever it was found, and says how many there are', async () => {
    const other = searchOf('B', 'run', [
      [0, null, 'root of B', 'positive'],
      [1, 0, 'good', 'negative'],
      [2, 0, 'sibling', 'positive'],
      [3, 2, '', 'positive'],
    ]);
    const set = await setOf(proof, other);
    expect(set.counts.bothLabels).toBe(2);
    expect(textsOf(set, set.positives.values)).toEqual([
      ...['A: good', 'A: root', 'A: sibling'],
      ...['B: good', 'B: root of B', 'B: sibling'],
    ]);
  });

  test('knows nothing of the states of a search without a proof, whatever they are labelled', async () => {
    const set = await setOf(
      searchOf('C', 'run', [
        [0, null, 'root of C', 'negative'],
        [1, 0, 'c', 'negative'],
      ]),
    );
    expect(set.eligible.length).toBe(0);
    expect(textsOf(set, set.unknown.values)).toEqual(['C: c', 'C: root of C']);
  });

  test('guesses no parent where numbers stand twice', async () => {
    const set = await setOf(
      searchOf('D', 'run', [
        [0, null, 'd', 'positive'],
        [1, 0, 'left', 'negative'],
        [1, 0, 'right', 'negative'],
        [2, 0, '', 'positive'],
      ]).map((row, i) => ({ ...row, session: '', search: '', timestamp_ms: 5, state_id: [0, 1, 1, 2][i] as number })),
    );
    expect(set.counts.unclearRows).toBe(2);
    expect(set.counts.siblings).toBe(0);
    expect(textsOf(set, listAt(set.sameTheorem, 0))).toEqual(['D: left', 'D: right']);
  });

  test('reads files of the reference, whose unproved theorems are all negative', async () => {
    const path = await writeReferenceFile(join(temporaryFolder(), 'r.parquet'));
    const read = await readTrainingSet([path]);
    if (read.kind !== 'trainingSet') throw new Error(read.message);
    const { set } = read;
    expect(textsOf(set, set.positives.values)).toEqual(['A: h : a\n⊢ b', 'A: ⊢ a']);
    expect(textsOf(set, set.siblings.values)).toEqual(['A: ⊢ false']);
    expect(textsOf(set, set.unknown.values)).toEqual(['B: ⊢ c']);
  });

  test('counts a row once that stands in two files, and gives the same set again', async () => {
    const [once, twice] = [await setOf(proof), await setOf(proof, proof)];
    expect(twice.counts).toEqual({ ...once.counts, repeated: 7 });
    expect(twice.hash).toBe(once.hash);
  });

  test('a file that is none is named', async () => {
    const read = await readTrainingSet(['/nowhere/x.parquet']);
    expect(read).toMatchObject({ kind: 'storageFailed', message: expect.stringContaining('/nowhere/x.parquet') });
  });
});
