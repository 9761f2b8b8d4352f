import { selectSearches, selectSessions } from '../../sessions/select/home.ts';
import { selectRuns } from '../../sessions/select/run.ts';
import type { RunSummaryLine, SessionSummary } from '../../sessions/workbench.ts';
import type { Deck } from '../deck.ts';

/** Id of the chosen row among the open searches. */
export function chosenSearch({ snapshot, ui }: Deck): string | null {
  return selectSearches(snapshot, ui.lists.searches.query)[ui.lists.searches.index]?.id ?? null;
}

/** The chosen row among the sessions. */
export function chosenSession({ snapshot, ui }: Deck): SessionSummary | null {
  const query = { filter: ui.lists.sessions.query, order: ui.sessionOrder, reverse: ui.sessionReverse };
  return selectSessions(snapshot.sessions, query)[ui.lists.sessions.index] ?? null;
}

/** The chosen row among the runs. */
export function chosenRun({ snapshot, ui }: Pick<Deck, 'snapshot' | 'ui'>): RunSummaryLine | null {
  return selectRuns(snapshot.runs ?? [], ui.lists.runs.query)[ui.lists.runs.index] ?? null;
}
