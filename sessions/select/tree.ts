import type { SearchNode } from '../../src/search/state.ts';

/** A row of the tree as it is shown. */
export interface TreeRow {
  readonly id: number;
  readonly depth: number;
  readonly hasChildren: boolean;
  readonly collapsed: boolean;
}

/*
 * The visible rows of a tree that grows, with any part collapsed. Each node keeps the number of rows that its subtree
 * shows, so adding a node, collapsing, finding a row and finding a node cost the depth of the tree, not its size:
 * 100,000 nodes cost a key press the same as 100. Nodes are numbered as they are added and never move, so a moment of
 * the past is a start of the present, and travelling in time only takes nodes off the end or puts them back.
 */
export class TreeIndex {
  #length = 0;
  #parent = new Int32Array(256);
  #depth = new Int32Array(256);
  /** Place among the parent's children. */
  #place = new Int32Array(256);
  /** Rows that the subtree shows when its own row is visible, that row included. */
  #rows = new Int32Array(256);
  readonly #children: number[][] = [];
  readonly #collapsed = new Set<number>();

  /** Brings the index to the nodes of a state of the same search, earlier or later than the last one. */
  sync(nodes: readonly SearchNode[]): void {
    while (this.#length > nodes.length) this.#removeLast();
    for (let id = this.#length; id < nodes.length; id++) this.#add(nodes[id]!);
  }

  /** Number of rows shown. */
  get rows(): number {
    return this.#length === 0 ? 0 : this.#rows[0]!;
  }

  get length(): number {
    return this.#length;
  }

  isCollapsed(id: number): boolean {
    return this.#collapsed.has(id);
  }

  hasChildren(id: number): boolean {
    return (this.#children[id]?.length ?? 0) > 0;
  }

  parentOf(id: number): number | null {
    const parent = this.#parent[id]!;
    return parent < 0 ? null : parent;
  }

  firstChild(id: number): number | null {
    return this.#children[id]?.[0] ?? null;
  }

  setCollapsed(id: number, collapsed: boolean): void {
    if (id >= this.#length || this.#collapsed.has(id) === collapsed) return;
    if (collapsed) this.#collapsed.add(id);
    else this.#collapsed.delete(id);
    this.#recount(id);
  }

  /** Opens what hides a node. */
  reveal(id: number): void {
    for (let at = this.parentOf(id); at !== null; at = this.parentOf(at)) this.setCollapsed(at, false);
  }

  /** The row of a node, or of the collapsed node that hides it. */
  rowOf(id: number): number {
    let shown = id;
    for (let at = this.parentOf(id); at !== null; at = this.parentOf(at)) if (this.#collapsed.has(at)) shown = at;
    let row = 0;
    for (let at = shown; ; ) {
      const parent = this.parentOf(at);
      if (parent === null) return row;
      const siblings = this.#children[parent]!;
      for (let place = 0; place < this.#place[at]!; place++) row += this.#rows[siblings[place]!]!;
      row += 1;
      at = parent;
    }
  }

  /** The node shown in a row; the row is brought into range. There must be a node. */
  nodeAt(row: number): number {
    let rest = Math.max(0, Math.min(row, this.rows - 1));
    let id = 0;
    while (rest > 0) {
      rest -= 1;
      for (const child of this.#children[id]!) {
        const size = this.#rows[child]!;
        if (rest < size) {
          id = child;
          break;
        }
        rest -= size;
      }
    }
    return id;
  }

  /** The rows from `first` on, at most `count`. */
  window(first: number, count: number): readonly TreeRow[] {
    const shown: TreeRow[] = [];
    if (first >= this.rows) return shown;
    for (let id: number | null = this.nodeAt(first); id !== null && shown.length < count; id = this.#next(id)) {
      shown.push({
        id,
        depth: this.#depth[id]!,
        hasChildren: this.hasChildren(id),
        collapsed: this.#collapsed.has(id),
      });
    }
    return shown;
  }

  #next(id: number): number | null {
    if (!this.#collapsed.has(id)) {
      const child = this.firstChild(id);
      if (child !== null) return child;
    }
    for (let at = id; ; ) {
      const parent = this.parentOf(at);
      if (parent === null) return null;
      const sibling = this.#children[parent]![this.#place[at]! + 1];
      if (sibling !== undefined) return sibling;
      at = parent;
    }
  }

  #add(node: SearchNode): void {
    const id = node.id;
    if (id >= this.#parent.length) this.#grow();
    const parent = node.parent ?? -1;
    this.#length = id + 1;
    this.#parent[id] = parent;
    this.#children[id] = [];
    this.#rows[id] = 1;
    this.#depth[id] = parent < 0 ? 0 : this.#depth[parent]! + 1;
    if (parent < 0) return;
    const siblings = this.#children[parent]!;
    this.#place[id] = siblings.length;
    siblings.push(id);
    this.#addRows(parent, 1);
  }

  /** The last node is a leaf: its children would have come after it. */
  #removeLast(): void {
    const id = this.#length - 1;
    const parent = this.#parent[id]!;
    this.#length = id;
    this.#collapsed.delete(id);
    if (parent < 0) return;
    this.#children[parent]!.pop();
    this.#addRows(parent, -1);
  }

  #addRows(from: number, rows: number): void {
    for (let at: number | null = from; at !== null && !this.#collapsed.has(at); at = this.parentOf(at)) {
      this.#rows[at]! += rows;
    }
  }

  #recount(id: number): void {
    const before = this.#rows[id]!;
    let rows = 1;
    if (!this.#collapsed.has(id)) for (const child of this.#children[id]!) rows += this.#rows[child]!;
    this.#rows[id] = rows;
    const parent = this.parentOf(id);
    if (parent !== null) this.#addRows(parent, rows - before);
  }

  #grow(): void {
    const size = this.#parent.length * 2;
    const grown = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const bigger = new Int32Array(size);
      bigger.set(old);
      return bigger;
    };
    this.#parent = grown(this.#parent);
    this.#depth = grown(this.#depth);
    this.#place = grown(this.#place);
    this.#rows = grown(this.#rows);
  }
}
