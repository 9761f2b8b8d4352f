import type { RootFailure } from '../../src/run/job-error.ts';
import type { JobOutcome } from '../../src/run/outcome.ts';
import { emptySearchState, reduceSearch } from '../../src/search/reduce.ts';
import type { SearchEvents } from '../event-log.ts';

const chunkEvents = 4096;

/** What the events of a search tell besides its last state. */
export interface RecordedFacts {
  readonly rootFailure: RootFailure | null;
  /** The expansion that the proof came out of, from 1. */
  readonly provedAt: number | undefined;
  /** How the search stood at each smaller budget that it reached; times are not in the events. */
  readonly atBudget: readonly Omit<JobOutcome['atBudget'][number], 'ms'>[];
}

/** Goes through a recorded search as it went. `smallerBudgets`: ascending. */
export function recordedFacts(events: SearchEvents, smallerBudgets: readonly number[]): RecordedFacts {
  const state = emptySearchState();
  const expandedAt = new Map<number, number>();
  const atBudget: RecordedFacts['atBudget'][number][] = [];
  let rootFailure: RootFailure | null = null;
  for (const event of chunked(events)) {
    if (event.kind === 'expansion.begun') {
      const { expansions, peakOpen } = state.statistics;
      for (const maxNodes of smallerBudgets.slice(atBudget.length))
        if (expansions >= maxNodes) atBudget.push({ maxNodes, nodes: state.nodes.length, peakOpen });
    }
    reduceSearch(state, event);
    if (event.kind === 'root.failed') rootFailure = event;
    if (event.kind === 'candidates.ranked' && event.typed !== true)
      expandedAt.set(event.node, state.statistics.expansions);
  }
  const parent = state.proof === null ? null : (state.nodes[state.proof.node]?.parent ?? null);
  return { rootFailure, provedAt: parent === null ? undefined : expandedAt.get(parent), atBudget };
}

function* chunked(events: SearchEvents) {
  for (let from = 0; from < events.length; from += chunkEvents) yield* events.read(from, from + chunkEvents);
}
