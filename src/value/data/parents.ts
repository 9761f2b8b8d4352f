import type { CollectedRows } from './collect-rows.ts';
import { listAt, listsByKey } from './lists.ts';

export interface Parents {
  /** The row of each row's parent, in the same search; −1 for a root and where it cannot be told. */
  readonly row: Int32Array;
  /** Rows whose number stands twice in their search. */
  readonly unclear: number;
}

/**
 * Finds each row's parent by its number within the same search: numbers of another search mean other states. The
 * reference's `generate-negatives` gave one number to many rows; nothing is guessed about those.
 */
export function findParents({ length, search, searches, id, parent }: CollectedRows): Parents {
  const row = new Int32Array(length).fill(-1);
  const bySearch = listsByKey(search, searches.length);
  let unclear = 0;
  for (let one = 0; one < searches.length; one++) {
    const rows = listAt(bySearch, one);
    const byId = new Map<number, number>();
    const twice = new Set<number>();
    for (const at of rows) {
      const number = id[at] as number;
      if (byId.has(number)) twice.add(number);
      else byId.set(number, at);
    }
    for (const at of rows) {
      if (twice.has(id[at] as number)) {
        unclear += 1;
        continue;
      }
      const above = parent[at] as number;
      if (above >= 0 && !twice.has(above) && above !== id[at]) row[at] = byId.get(above) ?? -1;
    }
  }
  return { row, unclear };
}
