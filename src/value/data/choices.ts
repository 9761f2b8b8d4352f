import { type CollectedRows, LABEL_POSITIVE } from './collect-rows.ts';
import { GrowingChoices } from './growing-choices.ts';
import type { StateFacts } from './kinds.ts';
import { listAt, listsByKey } from './lists.ts';
import type { Choices } from './training-set.ts';

/**
 * The choices of proved searches: states on a proof whose next state on it is open too, with all their open children. A state
 * from which one tactic ends the proof is no choice, since no energy is asked for there. The same state of the same
 * theorem in several searches is one choice, with the children of all.
 * @param parentRow the row of each row's parent, −1 for none
 * @param exampleOf the example of each row, −1 for none
 */
export function findChoices(
  rows: CollectedRows,
  facts: StateFacts,
  parentRow: Int32Array,
  exampleOf: Int32Array,
): Choices {
  const openChildren = parentRow.map((above, row) => {
    const isChoice = above >= 0 && rows.label[above] === LABEL_POSITIVE && (rows.state[above] as number) >= 0;
    return isChoice && (exampleOf[row] as number) >= 0 && facts.proved[rows.search[row] as number] === 1 ? above : -1;
  });
  const childRows = listsByKey(openChildren, rows.length);
  const places = placesOf(rows, exampleOf, childRows);
  const onFirstProof = firstProofs(rows, parentRow);

  const choices = new GrowingChoices();
  for (const parents of places.values()) {
    const found = new Map<number, number>();
    const first = parents[0] as number;
    let least = rows.depth[first] as number;
    for (const above of parents) {
      least = Math.min(least, rows.depth[above] as number);
      for (const row of listAt(childRows, above)) {
        const one = exampleOf[row] as number;
        const at = found.get(one);
        if (at !== undefined) {
          if (onFirstProof[row] === 1) choices.onFirst.set(at, 1);
          continue;
        }
        found.set(one, choices.example.length);
        choices.onFirst.push(onFirstProof[row] as number);
        choices.example.push(one);
        choices.logProb.push(rows.logProb[row] as number);
        choices.energy.push(rows.energy[row] as number);
        const state = rows.state[row] as number;
        choices.onProof.push(facts.positive[state] === 1 ? 1 : facts.unjudged[state] === 1 ? 2 : 0);
      }
    }
    choices.end(rows.searches[rows.search[first] as number] as number, rows.state[first] as number, least);
  }
  return choices.values();
}

/** Rows that are one choice, by their example: those with an open child on the proof of their own search. */
function placesOf(
  rows: CollectedRows,
  exampleOf: Int32Array,
  childRows: ReturnType<typeof listsByKey>,
): ReadonlyMap<number, readonly number[]> {
  const places = new Map<number, number[]>();
  for (let row = 0; row < rows.length; row++) {
    const example = exampleOf[row] as number;
    if (example < 0 || rows.label[row] !== LABEL_POSITIVE) continue;
    if (!listAt(childRows, row).some((child) => rows.label[child] === LABEL_POSITIVE)) continue;
    const rowsThere = places.get(example);
    if (rowsThere === undefined) places.set(example, [row]);
    else rowsThere.push(row);
  }
  return places;
}

/** 1 for each row on the first proof of its search: in the walk of a known proof, that is the known one. */
function firstProofs(rows: CollectedRows, parentRow: Int32Array): Uint8Array {
  const ends = new Int32Array(rows.searches.length).fill(-1);
  for (let row = 0; row < rows.length; row++) {
    if (rows.complete[row] !== 1) continue;
    const search = rows.search[row] as number;
    const before = ends[search] as number;
    if (before < 0 || (rows.id[row] as number) < (rows.id[before] as number)) ends[search] = row;
  }
  const first = new Uint8Array(rows.length);
  // A mark that is met again ends the way: numbers of other programs may run in a circle.
  for (const end of ends)
    for (let row = end; row >= 0 && first[row] === 0; row = parentRow[row] as number) first[row] = 1;
  return first;
}
