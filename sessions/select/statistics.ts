import { fewCandidates } from '../../src/search/few-candidates.ts';
import type { SearchState } from '../../src/search/state.ts';
import { strategyAdvice } from '../../src/search/strategy-advice.ts';
import { type Figure, figure, formatMs } from './figure.ts';
import { treeFacts } from './frontier.ts';
import { proofFigures, roundFigures } from './proofs.ts';
import { valueFigures } from './value-figures.ts';

export { type Figure, formatMs, type StatisticTone } from './figure.ts';

/** The figures of a search in groups, the most wanted first. */
export interface StatisticsView {
  readonly search: readonly Figure[];
  readonly candidates: readonly Figure[];
  /** What became of whole proofs; none under other strategies. */
  readonly proofs: readonly Figure[];
  /** What was asked of the value model; none where there never was one. */
  readonly value: readonly Figure[];
  readonly time: readonly Figure[];
}

/** The statistics of a state; `elapsedMs` is running time, pauses left out. */
export function selectStatistics(state: SearchState, elapsedMs: number): StatisticsView {
  const { statistics: s, settings } = state;
  const { candidates: c, candidatesPerExpansion: per, timeMs: t } = s;
  const limit = settings.timeout === 0 ? 'no limit' : formatMs(settings.timeout * 1000);
  return {
    search: [
      ...roundFigures(state),
      figure(
        'expansions',
        `${s.expansions}/${settings.max_nodes}`,
        s.expansions >= settings.max_nodes ? 'warn' : 'plain',
      ),
      figure('nodes', state.nodes.length),
      figure('open', state.openCount),
      figure('depth', `${s.maxDepth}/${settings.max_depth}`),
      figure('dead ends', treeFacts(state).deadEnds),
      ...(s.pruned > 0 ? [figure('pruned', s.pruned, 'warn')] : []),
      figure('closed', s.closed, s.closed > 0 ? 'ok' : 'plain'),
    ],
    candidates: [
      figure('tried', c.tried),
      figure('applied', c.applied, c.applied > 0 ? 'ok' : 'plain'),
      figure('failed', c.failed, c.failed > 0 ? 'fail' : 'plain'),
      figure('timed out', c.timedOut, c.timedOut > 0 ? 'warn' : 'plain'),
      figure(
        'per expansion',
        per.count === 0 ? '-' : `${per.min}/${(per.sum / per.count).toFixed(1)}/${per.max}`,
        fewCandidates(state.provider?.kind ?? '', per, settings) === null ? 'plain' : 'warn',
      ),
      ...(c.lost > 0 ? [figure('worker lost', c.lost, 'warn')] : []),
      ...(c.blocked > 0 ? [figure('blocked', c.blocked, 'warn')] : []),
      figure('same state', c.duplicateState),
      figure('same text', c.duplicateText),
      figure('proposed', c.proposed),
      ...(s.cached > 0 ? [figure('from cache', s.cached)] : []),
      ...(c.unusable > 0 ? [figure('unusable', c.unusable, 'warn')] : []),
      figure('unique', c.unique),
    ],
    proofs: proofFigures(state),
    value: state.energiesOf === null ? [] : valueFigures(state),
    time: [
      figure('running', `${formatMs(elapsedMs)} of ${limit}`),
      figure('Lean', formatMs(t.lean)),
      figure('policy', formatMs(t.policy)),
      figure('value', state.energiesOf === null ? 'off' : formatMs(t.value)),
      figure('verdict', formatMs(t.verdict)),
    ],
  };
}

/** What to do about too few different candidates, or a provider that another strategy suits better; null when there is no need. */
export function candidateAdvice({ provider, statistics, settings }: SearchState): string | null {
  return (
    strategyAdvice(provider, settings) ??
    fewCandidates(provider?.kind ?? '', statistics.candidatesPerExpansion, settings)
  );
}

/** Bytes for a person: `512 B`, `4.2 kB`, `0.6 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(2)} GB`;
}

/** What the judge said, in pieces: level, checks, axioms, toolchain. Null while there is no verdict. */
export interface VerdictView {
  readonly headline: string;
  readonly accepted: boolean;
  /** What the level must not be shown without: doubts, axioms, and whether those behind the library are known. */
  readonly needed: readonly string[];
  readonly checked: readonly string[];
  /** All of it, for where there is room. */
  readonly lines: readonly string[];
}

/** The verdict of a state with everything that a level must not be shown without. */
export function selectVerdict(state: SearchState): VerdictView | null {
  const { verdict } = state;
  if (!verdict)
    return state.proof
      ? { headline: 'goals closed (V0), waiting for the judge', accepted: false, needed: [], checked: [], lines: [] }
      : null;
  const axioms = verdict.axioms.length === 0 ? 'none seen' : verdict.axioms.join(', ');
  const headline = verdict.accepted
    ? `proved ${verdict.level}`
    : `closed, not verified (${verdict.level ?? 'no level'})`;
  const doubts = [
    ...(verdict.statementMatches ? [] : ['statement DIFFERS']),
    ...(verdict.selfUse ? ['uses the target itself'] : []),
  ];
  const lines = [
    `axioms: ${axioms} · behind library: ${verdict.axiomsBehindLibrary}`,
    `checks: ${verdict.checks.join(', ') || 'none'} · statement ${verdict.statementMatches ? 'matches' : 'DIFFERS'}${verdict.selfUse ? ' · uses the target itself' : ''}`,
    `toolchain: ${verdict.toolchain}`,
  ];
  return {
    headline,
    accepted: verdict.accepted,
    needed: [
      ...(verdict.reason === undefined ? [] : [verdict.reason]),
      ...doubts,
      `axioms: ${axioms}`,
      `behind library: ${verdict.axiomsBehindLibrary}`,
    ],
    checked: [`checks: ${verdict.checks.join(', ') || 'none'}`, verdict.toolchain],
    lines: verdict.reason === undefined ? lines : [verdict.reason, ...lines],
  };
}
