import { createHash } from 'node:crypto';
import type { StorageFailed } from '../../storage/failure.ts';
import { orUnreadable } from '../../trajectory/reader.ts';
import { findChoices } from './choices.ts';
import { type CollectedRows, collectRows } from './collect-rows.ts';
import { Growing } from './growing.ts';
import { kindOfRow, type StateFacts, stateFacts } from './kinds.ts';
import { listAt, listsByKey } from './lists.ts';
import { findParents } from './parents.ts';
import {
  type Choices,
  type DataCounts,
  type Examples,
  POSITIVE,
  SAME_THEOREM,
  SIBLING,
  type TrainingSet,
  UNKNOWN,
} from './training-set.ts';

export type TrainingSetResult = { readonly kind: 'trainingSet'; readonly set: TrainingSet } | StorageFailed;

/**
 * Reads trajectory files of any number of runs, ours or the reference's, as data for a value model.
 *
 * @example const read = await readTrainingSet(['parts/part-00001.parquet']);
 */
export async function readTrainingSet(paths: readonly string[]): Promise<TrainingSetResult> {
  return orUnreadable(async () => ({ kind: 'trainingSet', set: trainingSetOf(await collectRows(paths)) }));
}

function trainingSetOf(rows: CollectedRows): TrainingSet {
  const parents = findParents(rows);
  const facts = stateFacts(rows);
  const { examples, exampleOf } = examplesOf(rows, facts, parents.row);
  const roots = rootsOf(rows);
  const counts = {
    rows: rows.length,
    repeated: rows.repeated,
    searches: rows.searches.length,
    provedSearches: facts.proved.reduce((sum, one) => sum + one, 0),
    theorems: rows.theorems.length,
    proved: new Set(rows.searches.filter((_, search) => facts.proved[search] === 1)).size,
    finished: rows.state.reduce((sum, state) => (state < 0 ? sum + 1 : sum), 0),
    bothLabels: facts.bothLabels,
    unclearRows: parents.unclear,
  };
  const { states, tactics, theorems } = rows;
  const choices = findChoices(rows, facts, parents.row, exampleOf);
  return assembleSet({ states, tactics, theorems, roots, examples, choices, counts });
}

export interface SetParts {
  readonly states: readonly string[];
  readonly tactics: readonly string[];
  readonly theorems: readonly string[];
  readonly roots: Int32Array;
  readonly examples: Examples;
  readonly choices: Choices;
  readonly counts: Pick<
    DataCounts,
    | 'rows'
    | 'repeated'
    | 'searches'
    | 'provedSearches'
    | 'theorems'
    | 'proved'
    | 'finished'
    | 'bothLabels'
    | 'unclearRows'
  >;
}

/** Puts the lists of a set together that follow from its examples. */
export function assembleSet(parts: SetParts): TrainingSet {
  const { examples, theorems, states } = parts;
  const listOf = (kind: number) =>
    listsByKey(
      examples.theorem.map((theorem, i) => (examples.kind[i] === kind ? theorem : -1)),
      theorems.length,
    );
  const [positives, siblings, sameTheorem, unknown] = [
    listOf(POSITIVE),
    listOf(SIBLING),
    listOf(SAME_THEOREM),
    listOf(UNKNOWN),
  ];
  const eligible = Int32Array.from(theorems.keys()).filter((theorem) => listAt(positives, theorem).length > 0);
  const used = new Set(examples.state);
  const counts: DataCounts = {
    ...parts.counts,
    withPositives: eligible.length,
    states: used.size,
    examples: examples.length,
    positives: positives.values.length,
    siblings: siblings.values.length,
    sameTheorem: sameTheorem.values.length,
    unknown: unknown.values.length,
  };
  const hash = createHash('sha256');
  for (const column of [examples.theorem, examples.state, examples.kind, examples.remaining]) hash.update(column);
  for (const text of [...theorems, ...states]) hash.update(text).update('\0');
  return {
    ...parts,
    positives,
    siblings,
    sameTheorem,
    unknown,
    eligible,
    counts,
    hash: hash.digest('hex'),
  };
}

/** Each open state of each theorem once, and the example that each row became. */
function examplesOf(
  rows: CollectedRows,
  facts: StateFacts,
  parentRow: Int32Array,
): { readonly examples: Examples; readonly exampleOf: Int32Array } {
  const numbers = new Map<number, number>();
  const exampleOf = new Int32Array(rows.length).fill(-1);
  const first = new Growing((length) => new Int32Array(length));
  const kind = new Growing((length) => new Uint8Array(length));
  const depth = new Growing((length) => new Int32Array(length));
  for (let row = 0; row < rows.length; row++) {
    const state = rows.state[row] as number;
    if (state < 0) continue;
    const theorem = rows.searches[rows.search[row] as number] as number;
    const key = theorem * rows.states.length + state;
    const known = numbers.get(key);
    const found = kindOfRow(rows, facts, parentRow[row] as number, row);
    exampleOf[row] = known ?? first.length;
    if (known === undefined) {
      numbers.set(key, first.length);
      first.push(row);
      kind.push(found);
      depth.push(rows.depth[row] as number);
    } else {
      kind.lower(known, found);
      depth.lower(known, rows.depth[row] as number);
    }
  }
  const firstRows = first.values();
  const states = firstRows.map((row) => rows.state[row] as number);
  const kinds = kind.values();
  const examples: Examples = {
    length: firstRows.length,
    theorem: firstRows.map((row) => rows.searches[rows.search[row] as number] as number),
    state: states,
    parent: firstRows.map((row) => rows.state[parentRow[row] as number] ?? -1),
    tactic: firstRows.map((row) => rows.tactic[row] as number),
    kind: kinds,
    remaining: states.map((state, i) => (kinds[i] === POSITIVE ? (facts.remaining[state] as number) : -1)),
    depth: depth.values(),
  };
  return { examples, exampleOf };
}

/** The root state of each theorem: of the first row that has no parent. */
function rootsOf(rows: CollectedRows): Int32Array {
  const roots = new Int32Array(rows.theorems.length).fill(-1);
  for (let row = 0; row < rows.length; row++) {
    const theorem = rows.searches[rows.search[row] as number] as number;
    if (rows.parent[row] === -1 && rows.depth[row] === 0 && roots[theorem] === -1)
      roots[theorem] = rows.state[row] as number;
  }
  return roots;
}
