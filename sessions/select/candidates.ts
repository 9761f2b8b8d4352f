import type { DroppedCompletion } from '../../src/policy/provider.ts';
import type { CandidateRecord, SearchNode, SearchState } from '../../src/search/state.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { type CandidateWord, candidateWord, resultOrder, said } from './candidate-standing.ts';
import { frontierRanks } from './frontier.ts';
import { endsNote } from './proofs.ts';
import { type Places, placesAmong } from './value.ts';

export interface CandidateRow {
  /** That of the candidate; for answers that are no candidates -1, -2, …, see `unusableAt`. */
  readonly index: number;
  readonly round: number;
  readonly word: CandidateWord;
  readonly tactic: string;
  readonly logProb: number | null;
  readonly energy: number | null;
  /** Place of the node it made among its siblings, by energy and by log-prob; null without energies. */
  readonly places: Places | null;
  readonly child: number | null;
  /** Score and place of the node it made, while that node waits in the frontier. */
  readonly score: number | null;
  readonly rank: number | null;
  /** What Lean said, or why Lean was not asked; one line, cleaned. */
  readonly said: string;
  /** The whole proof that it is a step of, and which: `7.3` is the third step of proof 7; null for others. */
  readonly proof: string | null;
  readonly ms: number | null;
}

export type CandidateOrder = 'rank' | 'log-prob' | 'energy' | 'result' | 'time';
export const candidateOrders: readonly CandidateOrder[] = ['rank', 'log-prob', 'energy', 'result', 'time'];

export interface CandidateQuery {
  readonly filter: string;
  readonly order: CandidateOrder;
  readonly reverse: boolean;
  /** Nobody goes on with the search: what it was running has stopped. */
  readonly interrupted?: boolean;
}

interface Kept {
  readonly key: string;
  readonly rows: readonly CandidateRow[];
}
const keptRows = new WeakMap<SearchState, Kept>();

/**
 * The candidates of a node as they are listed. The places in the frontier cost one pass over the nodes; the last answer
 * is kept until an event or the question changes.
 */
export function selectCandidates(state: SearchState, id: number, query: CandidateQuery): readonly CandidateRow[] {
  const key = `${state.events} ${id} ${query.order} ${query.reverse} ${query.interrupted ?? false} ${query.filter}`;
  const kept = keptRows.get(state);
  if (kept?.key === key) return kept.rows;
  const rows = listCandidates(state, id, query);
  keptRows.set(state, { key, rows });
  return rows;
}

function listCandidates(state: SearchState, id: number, query: CandidateQuery): readonly CandidateRow[] {
  const node = state.nodes[id];
  if (!node) return [];
  const children = node.candidates.map(childOf).filter((child) => child !== null);
  const ranks = frontierRanks(state, children);
  const siblings = node.children.flatMap((sibling) => state.nodes[sibling] ?? []);
  const rows = [
    ...node.candidates.map((record) =>
      candidateRow(state, node, record, { ranks, siblings }, query.interrupted ?? false),
    ),
    ...(node.unusable ?? []).map(unusableRow),
  ];
  const wanted = query.filter.toLowerCase();
  const kept =
    wanted === '' ? rows : rows.filter((row) => `${row.tactic} ${row.word} ${row.said}`.toLowerCase().includes(wanted));
  const ordered = query.order === 'rank' ? kept : kept.toSorted(comparers[query.order]);
  return query.reverse ? ordered.toReversed() : ordered;
}

const comparers: Readonly<Record<Exclude<CandidateOrder, 'rank'>, (a: CandidateRow, b: CandidateRow) => number>> = {
  'log-prob': (a, b) =>
    (b.logProb ?? Number.NEGATIVE_INFINITY) - (a.logProb ?? Number.NEGATIVE_INFINITY) || asListed(a, b),
  energy: (a, b) => (a.energy ?? Number.POSITIVE_INFINITY) - (b.energy ?? Number.POSITIVE_INFINITY) || asListed(a, b),
  result: (a, b) => resultOrder.indexOf(a.word) - resultOrder.indexOf(b.word) || asListed(a, b),
  time: (a, b) => (b.ms ?? -1) - (a.ms ?? -1) || asListed(a, b),
};

/** Candidates by their numbers, then answers that are none. */
const asListed = (a: CandidateRow, b: CandidateRow): number =>
  (a.index < 0 ? 1 : 0) - (b.index < 0 ? 1 : 0) || Math.abs(a.index) - Math.abs(b.index);

/** The answer that the row with this index stands for; undefined for rows of candidates. */
export function unusableAt(node: SearchNode, index: number): DroppedCompletion | undefined {
  return node.unusable?.[-1 - index];
}

function unusableRow({ raw, reason, origin }: DroppedCompletion, at: number): CandidateRow {
  return {
    index: -1 - at,
    round: 0,
    word: 'unusable',
    tactic: raw === '' ? `(nothing from ${cleanLine(origin)})` : cleanLine(raw),
    logProb: null,
    energy: null,
    places: null,
    child: null,
    score: null,
    rank: null,
    said: cleanLine(reason),
    proof: null,
    ms: null,
  };
}

function childOf(record: CandidateRecord): number | null {
  return record.status.kind === 'answered' ? (record.status.child ?? null) : null;
}

function candidateRow(
  state: SearchState,
  node: SearchNode,
  record: CandidateRecord,
  { ranks, siblings }: { readonly ranks: ReadonlyMap<number, number>; readonly siblings: readonly SearchNode[] },
  interrupted: boolean,
): CandidateRow {
  const child = childOf(record);
  const childNode = child === null ? undefined : state.nodes[child];
  return {
    index: record.index,
    round: record.round,
    word: candidateWord(record, interrupted),
    tactic: cleanLine(record.tactic),
    logProb: record.logProb,
    energy: childNode?.energy ?? null,
    places: childNode === undefined ? null : placesAmong(state, childNode, siblings),
    child,
    score: childNode?.score ?? null,
    rank: child === null ? null : (ranks.get(child) ?? null),
    said: cleanLine(
      [endsNote(state, node.id, record.index), said(state, node, record, interrupted)].filter(Boolean).join('; '),
    ),
    proof: record.proof === undefined ? null : `${record.proof}.${(record.step ?? 0) + 1}`,
    ms: record.status.kind === 'answered' ? record.status.ms : null,
  };
}
