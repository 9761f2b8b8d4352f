import { figuresByProvider, type ProviderFigures } from '../src/search/by-provider.ts';
import type { SearchStatus, StopLimit } from '../src/search/events.ts';
import type { SearchState, Verdict } from '../src/search/state.ts';
import { type HybridCounts, hybridCounts } from '../src/search/whole-proof/counts.ts';
import type { ValueRecord } from '../src/value/score/value-model.ts';
import { ebmCounts } from './runs/job-outcome.ts';

/** What a search came to, as `prove --json` and `replay --json` print it. */
export interface SearchReport {
  readonly name: string;
  readonly statement: string | null;
  readonly status: SearchStatus | 'running' | 'paused';
  /** Why it ended, in a sentence; null while it has not. */
  readonly reason: string | null;
  /** Of the status `budget`: which limit it was, where it was not that of expansions. */
  readonly limit?: StopLimit;
  readonly verdict: Omit<Verdict, 'node' | 'script' | 'ms'> | null;
  /** The tactics of the accepted proof; null when there is none. */
  readonly proof: readonly string[] | null;
  readonly script: string | null;
  readonly stats: {
    readonly expansions: number;
    readonly nodes: number;
    readonly depth: number;
    readonly open: number;
    /** Expansions whose candidates the provider had at hand. */
    readonly cached: number;
    readonly candidates: SearchState['statistics']['candidates'];
    readonly candidatesPerExpansion: { readonly min: number; readonly avg: number; readonly max: number };
    readonly timeMs: SearchState['statistics']['timeMs'];
    /** What became of whole proofs; left out under other strategies. */
    readonly hybrid?: HybridCounts;
    /** What was asked of the value model; null without one. */
    readonly ebm: ReturnType<typeof ebmCounts> | null;
    /** How the two parts of the score are put on one scale; null without a value model. */
    readonly scales: SearchState['scales'];
    /** What became of the candidates of each provider. */
    readonly byProvider: readonly ProviderFigures[];
  };
  readonly worker: SearchState['worker'];
  /** Always said: a search without its value model is another search. */
  readonly value: 'on' | 'off';
  readonly valueModel: Omit<ValueRecord, 'file'> | null;
  readonly provider: string | null;
  readonly strategy: string;
  readonly seed: number;
}

/** The report on a search as it stands. A proof counts when the judge has accepted it, and is null otherwise. */
export function reportSearch(state: SearchState): SearchReport {
  const { problem, ended, verdict, statistics, settings } = state;
  const accepted = verdict?.accepted === true;
  return {
    name: problem?.name ?? '',
    statement: problem?.statement ?? problem?.copyFrom ?? null,
    // What was proved stays proved, whatever was explored afterwards.
    status: accepted ? 'proved' : (ended?.status ?? (state.mode === 'paused' ? 'paused' : 'running')),
    reason: ended?.reason ?? null,
    ...(ended?.limit !== undefined && !accepted && { limit: ended.limit }),
    verdict: verdict && withoutBulk(verdict),
    proof: accepted && state.proof ? [...state.proof.tactics] : null,
    script: accepted ? verdict.script : null,
    stats: {
      expansions: statistics.expansions,
      nodes: state.nodes.length,
      depth: statistics.maxDepth,
      open: state.openCount,
      cached: statistics.cached,
      candidates: statistics.candidates,
      candidatesPerExpansion: perExpansion(statistics.candidatesPerExpansion),
      timeMs: rounded(statistics.timeMs),
      ...(statistics.proofs.hybridRounds > 0 && { hybrid: hybridCounts(statistics.proofs) }),
      ebm: state.value === null && statistics.value.calls === 0 ? null : ebmCounts(statistics),
      scales: state.scales,
      byProvider: figuresByProvider(state),
    },
    worker: state.worker,
    value: state.searchedWith === null ? 'off' : 'on',
    valueModel: withoutPlace(state.searchedWith),
    provider: state.provider?.name ?? null,
    strategy: settings.strategy,
    seed: settings.seed,
  };
}

/** Where a file lies is nobody else's business. */
function withoutPlace(value: ValueRecord | null): Omit<ValueRecord, 'file'> | null {
  if (value === null) return null;
  const { file: _file, ...rest } = value;
  return rest;
}

function withoutBulk({ node: _node, script: _script, ms: _ms, ...rest }: Verdict): SearchReport['verdict'] {
  return rest;
}

function perExpansion({ min, sum, max, count }: SearchState['statistics']['candidatesPerExpansion']) {
  return { min, avg: count === 0 ? 0 : Math.round((sum / count) * 100) / 100, max };
}

/** Sums of tenths of milliseconds come out with a dozen digits. */
function rounded({ lean, policy, value, verdict }: SearchState['statistics']['timeMs']) {
  return { lean: Math.round(lean), policy: Math.round(policy), value: Math.round(value), verdict: Math.round(verdict) };
}
