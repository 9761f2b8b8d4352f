import TinyQueue from 'tinyqueue';
import type { SearchStrategy } from './strategy.ts';

interface Entry {
  readonly node: number;
  readonly score: number;
}

/**
 * The node with the best score first. Order:
 * 1. higher score;
 * 2. among equals the node added earlier, so that equal subtrees are searched breadth first and no node starves behind
 *    its own descendants.
 */
function compare(a: Entry, b: Entry): number {
  return b.score - a.score || a.node - b.node;
}

export class BestFirst implements SearchStrategy {
  readonly #heap = new TinyQueue<Entry>([], compare);
  /** The entry that counts for each node; older ones in the heap are passed over. */
  readonly #current = new Map<number, Entry>();

  queue(node: number, score: number): void {
    const entry = { node, score };
    this.#current.set(node, entry);
    this.#heap.push(entry);
  }

  take(): number | null {
    for (let entry = this.#heap.pop(); entry; entry = this.#heap.pop()) {
      if (this.#current.get(entry.node) !== entry) continue;
      this.#current.delete(entry.node);
      return entry.node;
    }
    return null;
  }

  remove(node: number): void {
    this.#current.delete(node);
  }
}
