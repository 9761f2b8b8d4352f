import type { Problem } from '../src/search/events.ts';
import type { SearchState } from '../src/search/state.ts';

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
  const { verdict, statistics, proof } = state;
  const proved = state.ended?.status === 'proved' && verdict?.accepted === true;
  const { candidatesPerExpansion: per, candidates, timeMs } = statistics;
  const known = timeMs.lean + timeMs.policy + timeMs.value + timeMs.verdict;
  return {
    schema: 'proofdeck.prove/1',
    session: run.session,
    search: run.search,
    name: run.problem.name,
    statement: run.problem.statement ?? run.problem.copyFrom ?? null,
    status: proved ? 'proved' : (state.ended?.status ?? 'stopped'),
    reason: state.ended?.reason ?? null,
    verdict: verdict && {
      level: verdict.level,
      accepted: verdict.accepted,
      axioms: verdict.axioms,
      axiomsBehindLibrary: verdict.axiomsBehindLibrary,
      statementMatches: verdict.statementMatches,
      selfUse: verdict.selfUse,
      toolchain: verdict.toolchain,
      checks: verdict.checks,
      ...(verdict.reason !== undefined && { reason: verdict.reason }),
    },
    proof: proved && proof ? [...proof.tactics] : null,
    script: proved ? (verdict?.script ?? null) : null,
    stats: {
      expansions: statistics.expansions,
      nodes: state.nodes.length,
      depth: statistics.maxDepth,
      pruned: statistics.pruned,
      peakOpen: statistics.peakOpen,
      candidates: { ...candidates },
      candidatesPerExpansion: { min: per.min, avg: per.count === 0 ? 0 : round(per.sum / per.count), max: per.max },
      timeMs: {
        total: run.totalMs,
        lean: Math.round(timeMs.lean),
        policy: Math.round(timeMs.policy),
        value: Math.round(timeMs.value),
        verdict: Math.round(timeMs.verdict),
        // Several workers at once spend more time than passes.
        engine: Math.max(0, Math.round(run.totalMs - known)),
        workerStart: run.workerStartMs,
      },
    },
    budget: {
      maxNodes: state.settings.max_nodes,
      maxDepth: state.settings.max_depth,
      timeoutS: state.settings.timeout,
    },
    worker: { kind: state.worker?.kind ?? null, toolchain: state.worker?.toolchain ?? null },
    provider: state.provider?.name ?? null,
    strategy: state.settings.strategy,
    seed: state.settings.seed,
  };
}
export type SearchResult = ReturnType<typeof searchResult>;

const round = (value: number): number => Math.round(value * 100) / 100;
