/** `trial`: the one request that is let through to see whether the server is back. */
export type Entry = 'admitted' | 'trial' | 'sentAway';

/** One that waits for a place. */
export interface Waiter {
  readonly lane: string;
  readonly sinceMs: number;
  readonly settle: (entry: Entry) => void;
}

/** A queue of lanes that are served in turn: a lane with many that wait does not hold up one with few. */
export class FairQueue {
  /** In the order in which they are served next; a lane with nobody in it is not kept. */
  readonly #lanes = new Map<string, Waiter[]>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** @param first puts it before the others of its lane: it has waited already */
  add(waiter: Waiter, first: boolean): void {
    const lane = this.#lanes.get(waiter.lane);
    if (lane === undefined) this.#lanes.set(waiter.lane, [waiter]);
    else if (first) lane.unshift(waiter);
    else lane.push(waiter);
    this.#length++;
  }

  /** Takes out the next one, and puts its lane behind all others. */
  next(): Waiter | null {
    for (const [name, lane] of this.#lanes) {
      const waiter = lane.shift();
      this.#lanes.delete(name);
      if (lane.length > 0) this.#lanes.set(name, lane);
      if (waiter === undefined) continue;
      this.#length--;
      return waiter;
    }
    return null;
  }

  remove(waiter: Waiter): void {
    const lane = this.#lanes.get(waiter.lane);
    const index = lane?.indexOf(waiter) ?? -1;
    if (lane === undefined || index < 0) return;
    lane.splice(index, 1);
    this.#length--;
    if (lane.length === 0) this.#lanes.delete(waiter.lane);
  }

  /** Everybody in it, in no particular order. */
  waiting(): readonly Waiter[] {
    return [...this.#lanes.values()].flat();
  }

  /** Takes out all that the test holds for. */
  takeWhere(test: (waiter: Waiter) => boolean): readonly Waiter[] {
    const taken = this.waiting().filter(test);
    for (const waiter of taken) this.remove(waiter);
    return taken;
  }
}
