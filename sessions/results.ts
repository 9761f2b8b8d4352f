import type { Problem } from '../src/search/events.ts';
import type { SearchState } from '../src/search/state.ts';
import { reportSearch } from './search-report.ts';

/** A search that is over, with what its state does not know. */
export interface SearchRun {
  readonly session: string;
  readonly search: string;
  readonly problem: Problem;
  readonly state: SearchState;
  readonly totalMs: number;
  readonly workerStartMs: number;
  /** The signal that ended it, or null. */
  readonly interrupted: string | null;
  /** What Lean said of a statement that it refused, or null. */
  readonly badStatement: string | null;
}

/** The document of `prove --json`, schema `proofdeck.prove/1`. */
export function searchResult(run: SearchRun) {
  const { state } = run;
  const report = reportSearch(state);
  const { settings, statistics } = state;
  const { lean, policy, value, verdict } = statistics.timeMs;
  return {
    schema: 'proofdeck.prove/1',
    session: run.session,
    search: run.search,
    ...report,
    stats: {
      ...report.stats,
      timeMs: {
        total: run.totalMs,
        lean: Math.round(lean),
        policy: Math.round(policy),
        value: Math.round(value),
        verdict: Math.round(verdict),
        // Several workers at once spend more Lean time than passes.
        engine: Math.max(0, Math.round(run.totalMs - lean - policy - value - verdict)),
        workerStart: run.workerStartMs,
      },
    },
    budget: { maxNodes: settings.max_nodes, maxDepth: settings.max_depth, timeoutS: settings.timeout },
  };
}
export type SearchResult = ReturnType<typeof searchResult>;
