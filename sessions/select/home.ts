import type { SessionSummary, WorkbenchSnapshot } from '../workbench.ts';
import { problemText } from './problem.ts';

export interface SearchRow {
  readonly id: string;
  /** The id where it is short; that of a search of a run is not. */
  readonly shownId: string;
  /** Name and statement, or the statement alone, and what it branched from. */
  readonly title: string;
  readonly statement: string;
  readonly status: string;
  readonly level: string | null;
  readonly expansions: number;
  readonly nodes: number;
  readonly runningMs: number;
}

/** The open searches, filtered by name, statement or status. */
export function selectSearches(snapshot: WorkbenchSnapshot, filter: string): readonly SearchRow[] {
  const wanted = filter.toLowerCase();
  const rows = snapshot.searches.map(
    ({ id, state, runningMs, job }): SearchRow => ({
      id,
      shownId: job === undefined ? id : 'run',
      title: `${state.fork ? `(fork of ${state.fork.search} at ${state.fork.node}) ` : ''}${state.problem ? problemText(state.problem) : id}`,
      statement: state.problem?.statement ?? state.problem?.copyFrom ?? '',
      status: state.ended?.status ?? (state.mode === 'paused' && state.verdict?.accepted ? 'proved' : state.mode),
      level: state.verdict?.level ?? null,
      expansions: state.statistics.expansions,
      nodes: state.nodes.length,
      runningMs,
    }),
  );
  return wanted === ''
    ? rows
    : rows.filter((row) => `${row.title} ${row.statement} ${row.status}`.toLowerCase().includes(wanted));
}

export type SessionOrder = 'updated' | 'title' | 'events';
export const sessionOrders: readonly SessionOrder[] = ['updated', 'title', 'events'];

/** The sessions on disk, filtered by title, id or the names of their searches; newest first unless asked otherwise. */
export function selectSessions(
  sessions: readonly SessionSummary[],
  query: { readonly filter: string; readonly order: SessionOrder; readonly reverse: boolean },
): readonly SessionSummary[] {
  const wanted = query.filter.toLowerCase();
  const text = (entry: SessionSummary): string =>
    [entry.id, entry.title, ...entry.searches.map(({ name, status }) => `${name} ${status}`)].join(' ').toLowerCase();
  const kept = wanted === '' ? sessions : sessions.filter((entry) => text(entry).includes(wanted));
  const sorted = kept.toSorted(comparers[query.order]);
  return query.reverse ? sorted.toReversed() : sorted;
}

const comparers: Readonly<Record<SessionOrder, (a: SessionSummary, b: SessionSummary) => number>> = {
  updated: (a, b) => (a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : 0),
  title: (a, b) => a.title.localeCompare(b.title),
  events: (a, b) => b.events - a.events,
};
