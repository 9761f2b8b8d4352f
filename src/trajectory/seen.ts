import { columnOf, type RowBatch, textsOf } from './batch.ts';

/** State numbers below this are kept as bits: they are dense, and a table has many. */
const denseIds = 1 << 24;

/**
 * Which rows have come by already. A row is known by its run or session, its search and its state; rows that do not name
 * theirs (the reference's) are never taken for each other.
 */
export class SeenRows {
  readonly #searches = new Map<string, SeenStates>();

  /** The positions of the rows that come for the first time. */
  take(batch: RowBatch): Int32Array {
    const sessions = textsOf(batch, 'session');
    const searches = textsOf(batch, 'search');
    const states = columnOf(batch, 'state_id') as BigUint64Array;
    const fresh = new Int32Array(batch.length);
    let count = 0;
    let last: { session: string; search: string; seen: SeenStates } | null = null;
    for (let i = 0; i < batch.length; i++) {
      const session = sessions[i] ?? '';
      if (session !== '') {
        const search = searches[i] ?? '';
        // Rows of one search mostly stand together.
        if (last === null || last.session !== session || last.search !== search)
          last = { session, search, seen: this.#of(session, search) };
        if (!last.seen.add(states[i] as bigint)) continue;
      }
      fresh[count++] = i;
    }
    return fresh.subarray(0, count);
  }

  #of(session: string, search: string): SeenStates {
    const key = `${session}\0${search}`;
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
