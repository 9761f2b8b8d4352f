/** Lists of numbers, one behind the other: list `i` is `values[offsets[i]]` up to, not with, `values[offsets[i + 1]]`. */
export interface Lists {
  readonly offsets: Int32Array;
  readonly values: Int32Array;
}

/** The numbers of one list, as a view. */
export function listAt({ offsets, values }: Lists, index: number): Int32Array {
  return values.subarray(offsets[index] as number, offsets[index + 1] as number);
}

/**
 * Sorts the numbers 0, 1, … into lists by their key; within a list they keep their order. Those with a negative key go nowhere.
 * @param keys the list of each number
 */
export function listsByKey(keys: Int32Array, lists: number): Lists {
  const offsets = new Int32Array(lists + 1);
  for (const key of keys) if (key >= 0) offsets[key + 1]! += 1;
  for (let i = 0; i < lists; i++) offsets[i + 1]! += offsets[i]!;
  const values = new Int32Array(offsets[lists]!);
  const next = offsets.slice(0, lists);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    if (key >= 0) values[next[key]!++] = i;
  }
  return { offsets, values };
}
