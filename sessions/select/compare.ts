import { rootPrefix, type SearchNode, type SearchState } from '../../src/search/state.ts';
import { pathTo } from './goal.ts';
import { formatMs } from './statistics.ts';

export interface CompareRow {
  readonly name: string;
  readonly left: string;
  readonly right: string;
  /** Signed difference, right minus left, where both are numbers. */
  readonly delta: string;
  readonly differs: boolean;
}

export interface Divergence {
  /** Expansions that are the same in both, in order, from the start. */
  readonly sharedExpansions: number;
  /** Tactic path of the first expansion that differs; null where that search has none. */
  readonly left: readonly string[] | null;
  readonly right: readonly string[] | null;
}

export interface Comparison {
  readonly rows: readonly CompareRow[];
  readonly leftProof: readonly string[];
  readonly rightProof: readonly string[];
  /** Tactics that both proofs start with. */
  readonly sharedProof: number;
  readonly divergence: Divergence;
}

interface Side {
  readonly state: SearchState;
  readonly runningMs: number;
}

/** Two searches side by side: outcome, proof, counts, and where they part. */
export function compareSearches(left: Side, right: Side): Comparison {
  const leftProof = left.state.proof?.tactics ?? [];
  const rightProof = right.state.proof?.tactics ?? [];
  const a = describe(left);
  const b = describe(right);
  const rows = a.map(([name, value], index): CompareRow => {
    const other = b[index]![1];
    const numbers = typeof value === 'number' && typeof other === 'number';
    const isTime = name.startsWith('time in') || name === 'running';
    const show = (x: number | string): string => (typeof x === 'number' && isTime ? formatMs(x) : String(x));
    return {
      name,
      left: show(value),
      right: show(other),
      delta: numbers ? signed(other - value, isTime) : '',
      differs: value !== other,
    };
  });
  return {
    rows,
    leftProof,
    rightProof,
    sharedProof: sharedPrefix(leftProof, rightProof),
    divergence: divergenceOf(left.state, right.state),
  };
}

function describe({ state, runningMs }: Side): readonly (readonly [string, number | string])[] {
  const { statistics: s, settings } = state;
  return [
    ['statement', state.problem?.statement ?? state.problem?.copyFrom ?? '-'],
    ['status', state.ended?.status ?? state.mode],
    [
      'verdict',
      state.verdict ? `${state.verdict.level ?? 'none'}${state.verdict.accepted ? '' : ' (not accepted)'}` : '-',
    ],
    ['proof length', state.proof?.tactics.length ?? '-'],
    ['provider', state.provider?.name ?? '-'],
    ['strategy', settings.strategy],
    ['num_candidates', settings.num_candidates],
    ['temperature', settings.temperature],
    ['max_nodes', settings.max_nodes],
    ['blocked', settings.block.join(', ') || 'nothing'],
    ['expansions', s.expansions],
    ['nodes', state.nodes.length],
    ['open', state.openCount],
    ['depth', s.maxDepth],
    ['proposed', s.candidates.proposed],
    ['unique', s.candidates.unique],
    ['tried', s.candidates.tried],
    ['applied', s.candidates.applied],
    ['failed', s.candidates.failed],
    ['timed out', s.candidates.timedOut],
    ['same state', s.candidates.duplicateState],
    ['running', Math.round(runningMs)],
    ['time in Lean', Math.round(s.timeMs.lean)],
    ['time in policy', Math.round(s.timeMs.policy)],
  ];
}

function signed(difference: number, isTime: boolean): string {
  if (difference === 0) return '=';
  const size = Math.abs(difference);
  return `${difference > 0 ? '+' : '-'}${isTime ? formatMs(size) : Math.round(size * 1e6) / 1e6}`;
}

/** Number of equal elements at the start of both lists. */
function sharedPrefix(a: readonly string[], b: readonly string[]): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) if (a[index] !== b[index]) return index;
  return length;
}

function divergenceOf(left: SearchState, right: SearchState): Divergence {
  const a = expansionOrder(left.nodes);
  const b = expansionOrder(right.nodes);
  for (let index = 0; ; index++) {
    const x = a[index];
    const y = b[index];
    const leftPath = x === undefined ? null : fullPath(left, x);
    const rightPath = y === undefined ? null : fullPath(right, y);
    if (leftPath === null || rightPath === null || !equalPaths(leftPath, rightPath)) {
      return { sharedExpansions: index, left: leftPath, right: rightPath };
    }
  }
}

/** A fork's root stands where the tactics before it led. */
function fullPath(state: SearchState, id: number): readonly string[] {
  return [...rootPrefix(state), ...pathTo(state.nodes, id)];
}

function expansionOrder(nodes: readonly SearchNode[]): readonly number[] {
  const expanded = nodes.filter((node) => node.expansion !== null);
  return expanded.sort((a, b) => a.expansion! - b.expansion!).map((node) => node.id);
}

function equalPaths(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && sharedPrefix(a, b) === a.length;
}
