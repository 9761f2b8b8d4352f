import { type ColumnName, columnOf, type RowBatch, textsOf } from './batch.ts';

/** State numbers below this are kept as bits: they are dense, and a table has many. */
const denseIds = 1 << 24;

/** The columns that tell a row from every other. */
export const IDENTITY: readonly ColumnName[] = ['session', 'search', 'theorem_name', 'timestamp_ms', 'state_id'];

/**
 * Which rows have come by already. A row is known by its run or session, its search, the theorem and the begin of that
 * search, and its state: two runs may have had one name, on two machines or one after the other. Rows that do not name
 * their run (the reference's) are never taken for each other.
 */
export class SeenRows {
  readonly #searches = new Map<string, SeenStates>();

  /** The positions of the rows that come for the first time. */
  take(batch: RowBatch): Int32Array {
    const sessions = textsOf(batch, 'session');
    const searches = textsOf(batch, 'search');
    const theorems = textsOf(batch, 'theorem_name');
    const times = columnOf(batch, 'timestamp_ms') as BigUint64Array;
    const states = columnOf(batch, 'state_id') as BigUint64Array;
    const fresh = new Int32Array(batch.length);
    let count = 0;
    let last = -1;
    let seen = new SeenStates();
    for (let i = 0; i < batch.length; i++) {
      const session = sessions[i] ?? '';
      if (session !== '') {
        // Rows of one search mostly stand together.
        const goesOn =
          last >= 0 &&
          sessions[last] === session &&
          searches[last] === searches[i] &&
          theorems[last] === theorems[i] &&
          times[last] === times[i];
        if (!goesOn) seen = this.#of(`${session}\0${searches[i] ?? ''}\0${theorems[i] ?? ''}\0${times[i]}`);
        last = i;
        if (!seen.add(states[i] as bigint)) continue;
      }
      fresh[count++] = i;
    }
    return fresh.subarray(0, count);
  }

  #of(key: string): SeenStates {
    const known = this.#searches.get(key) ?? new SeenStates();
    this.#searches.set(key, known);
    return known;
  }
}

class SeenStates {
  #bits = new Uint8Array(16);
  readonly #others = new Set<bigint>();

  /** False when it was there. */
  add(id: bigint): boolean {
    if (id >= denseIds) {
      const { size } = this.#others;
      return this.#others.add(id).size > size;
    }
    const bit = Number(id);
    const byte = bit >> 3;
    if (byte >= this.#bits.length) {
      const grown = new Uint8Array(Math.max(this.#bits.length * 2, byte + 1));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    const mask = 1 << (bit & 7);
    const before = this.#bits[byte] as number;
    this.#bits[byte] = before | mask;
    return (before & mask) === 0;
  }
}
