import type { SearchNode, SearchState } from '../../src/search/state.ts';
import { oncePerState } from './memo.ts';

export interface FrontierEntry {
  readonly node: number;
  readonly score: number;
  /** 1 = taken next. */
  readonly rank: number;
}

/*
 * The order in which open nodes will be taken: higher score first; of equal scores the node that was added first.
 * What a person chose with "expand" goes before all of them, and is not part of this order.
 */
function isBefore(a: SearchNode, b: SearchNode): boolean {
  const difference = scoreOf(b) - scoreOf(a);
  return difference === 0 ? a.id < b.id : difference < 0;
}

function scoreOf(node: SearchNode): number {
  return node.score ?? Number.NEGATIVE_INFINITY;
}

/** What one look at all nodes of a state tells; taken once per state. */
export interface TreeFacts {
  /** The open node that is taken next. */
  readonly next: number | null;
  /** The node being expanded, else the one expanded last, else the root. */
  readonly current: number | null;
  readonly deadEnds: number;
}

/** Next and current node of a state. Costs one pass over the nodes, once per state. */
export const treeFacts = oncePerState((state: SearchState): TreeFacts => {
  let next: SearchNode | null = null;
  let last: SearchNode | null = null;
  let deadEnds = 0;
  for (const node of state.nodes) {
    if (node.status === 'open' && node.score !== null && (next === null || isBefore(node, next))) next = node;
    if (isDeadEnd(node)) deadEnds++;
    if (node.expansion !== null && (last === null || node.expansion > (last.expansion ?? -1))) last = node;
  }
  const [expanding] = state.expanding;
  return { next: next?.id ?? null, current: expanding ?? last?.id ?? (state.nodes.length > 0 ? 0 : null), deadEnds };
});

/** Expanded for good without a child: no candidate led anywhere new. */
export function isDeadEnd(node: SearchNode): boolean {
  return node.status === 'done' && node.expansion !== null && node.children.length === 0;
}

/** Ids of the open nodes, next first. Sorted once per state. */
export const frontierOrder = oncePerState((state: SearchState): readonly number[] => {
  const open = state.nodes.filter((node) => node.status === 'open' && node.score !== null);
  return open.sort((a, b) => (isBefore(a, b) ? -1 : 1)).map((node) => node.id);
});

/** Rows `first` to `first + count` of the frontier. */
export function selectFrontier(state: SearchState, first: number, count: number): readonly FrontierEntry[] {
  const order = frontierOrder(state).slice(first, first + count);
  return order.map((id, index) => ({ node: id, score: scoreOf(state.nodes[id]!), rank: first + index + 1 }));
}

/** Places asked for so far in one state, and how often the nodes had to be gone through for them. */
const knownRanks = oncePerState(() => ({ ranks: new Map<number, number>(), passes: 0 }));
/** From so many questions about one state on, sorting the whole frontier once costs less than going through the nodes again. */
const PASSES_BEFORE_SORTING = 3;

/** Places of some nodes in the frontier, 1 = taken next; nodes that do not wait there are left out. */
export function frontierRanks(state: SearchState, ids: readonly number[]): ReadonlyMap<number, number> {
  const known = knownRanks(state);
  const waiting = ids.filter((id) => isWaiting(state.nodes[id]));
  const unknown = waiting.filter((id) => !known.ranks.has(id));
  if (unknown.length > 0) {
    known.passes += 1;
    if (known.passes > PASSES_BEFORE_SORTING) frontierOrder(state).forEach((id, i) => void known.ranks.set(id, i + 1));
    else addRanks(state, unknown, known.ranks);
  }
  return new Map(waiting.map((id) => [id, known.ranks.get(id) ?? 0]));
}

function isWaiting(node: SearchNode | undefined): boolean {
  return node?.status === 'open' && node.score !== null;
}

/** One pass over the nodes for all of them, without sorting the frontier. */
function addRanks(state: SearchState, ids: readonly number[], ranks: Map<number, number>): void {
  const wanted = ids.flatMap((id) => state.nodes[id] ?? []).sort((a, b) => (isBefore(a, b) ? -1 : 1));
  const better = new Int32Array(wanted.length);
  const worst = wanted.at(-1)!;
  for (const node of state.nodes) {
    if (!isWaiting(node) || !isBefore(node, worst)) continue;
    better[firstBehind(wanted, node)]! += 1;
  }
  let sum = 1;
  for (const [index, node] of wanted.entries()) {
    sum += better[index]!;
    ranks.set(node.id, sum);
  }
}

/** Index of the first of the ordered nodes that comes after `node`. */
function firstBehind(ordered: readonly SearchNode[], node: SearchNode): number {
  let low = 0;
  let high = ordered.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(node, ordered[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
