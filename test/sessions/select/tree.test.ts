import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TreeIndex } from '../../../sessions/select/tree.ts';
import type { SearchNode } from '../../../src/search/state.ts';

/** A tree whose node i hangs below `parents[i]`. */
function treeOf(parents: readonly number[]): SearchNode[] {
  return parents.map((parent, id) => ({ id, parent: id === 0 ? null : parent }) as SearchNode);
}

/** The visible rows by the plain definition. */
function plainRows(nodes: readonly SearchNode[], collapsed: ReadonlySet<number>, id = 0): number[] {
  if (nodes.length === 0) return [];
  const children = collapsed.has(id) ? [] : nodes.filter((node) => node.parent === id);
  return [id, ...children.flatMap((child) => plainRows(nodes, collapsed, child.id))];
}

const parents = fc
  .array(fc.nat(), { minLength: 1, maxLength: 60 })
  .map((list) => list.map((n, id) => (id === 0 ? 0 : n % id)));

describe('the tree index', () => {
  it('shows what the plain definition shows, through growth, time travel and collapsing', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('length' as const), n: fc.nat() }),
      fc.record({ kind: fc.constant('collapse' as const), n: fc.nat(), on: fc.boolean() }),
      fc.record({ kind: fc.constant('reveal' as const), n: fc.nat() }),
    );
    fc.assert(
      fc.property(parents, fc.array(step, { maxLength: 30 }), (list, steps) => {
        const nodes = treeOf(list);
        const tree = new TreeIndex();
        let length = nodes.length;
        tree.sync(nodes);
        for (const change of steps) {
          if (change.kind === 'length') length = 1 + (change.n % nodes.length);
          tree.sync(nodes.slice(0, length));
          if (change.kind === 'collapse') tree.setCollapsed(change.n % length, change.on);
          if (change.kind === 'reveal') tree.reveal(change.n % length);
          const shown = nodes.slice(0, length);
          const rows = plainRows(shown, new Set(shown.map(({ id }) => id).filter((id) => tree.isCollapsed(id))));
          expect(tree.rows).toBe(rows.length);
          expect(rows.map((_, row) => tree.nodeAt(row))).toEqual(rows);
          expect(rows.map((id) => tree.rowOf(id))).toEqual(rows.map((_, row) => row));
          const first = rows.length >> 1;
          expect(tree.window(first, 7).map(({ id }) => id)).toEqual(rows.slice(first, first + 7));
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('gives the row of the collapsed node for what it hides', () => {
    const tree = new TreeIndex();
    tree.sync(treeOf([0, 0, 1, 2]));
    tree.setCollapsed(1, true);
    expect(tree.rowOf(3)).toBe(1);
    tree.reveal(3);
    expect(tree.rowOf(3)).toBe(3);
  });
});
