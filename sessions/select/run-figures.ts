import { modelOf } from '../../src/run/manifest.ts';
import type { Rate } from '../../src/run/wilson.ts';
import { count, counted, duration, figure as number, percent } from '../../src/text/quantity.ts';
import type { OpenRun } from '../workbench.ts';
import type { Figure, StatisticTone } from './statistics.ts';

/** The figures of a run in groups, the most wanted first in each. */
export interface RunFigures {
  readonly solved: readonly Figure[];
  readonly pace: readonly Figure[];
  readonly tries: readonly Figure[];
  readonly time: readonly Figure[];
  readonly budgets: readonly Figure[];
  readonly settings: readonly Figure[];
  readonly kept: readonly Figure[];
}

const fact = (name: string, text: string, tone: StatisticTone = 'plain'): Figure => ({ name, text, tone });
/** A list without what does not apply. */
const facts = (...list: readonly (Figure | null)[]): readonly Figure[] => list.filter((one) => one !== null);

const kept = new WeakMap<OpenRun, RunFigures>();

/** Every figure of the tally that the Run screen shows above its panes, in words. */
export function selectRunFigures(run: OpenRun): RunFigures {
  const known = kept.get(run) ?? figuresOf(run);
  kept.set(run, known);
  return known;
}

function figuresOf(run: OpenRun): RunFigures {
  return {
    solved: solved(run),
    pace: pace(run),
    tries: tries(run),
    time: time(run),
    budgets: budgets(run),
    settings: settings(run),
    kept: canaries(run),
  };
}

/** `56 of 812 · 6.9 % [5.3, 8.8]`: with its 95 % interval, in per cent. */
export function rateText({ n, of, rate, wilson95: [low, high] }: Rate): string {
  if (of === 0) return 'none yet';
  const bound = (share: number): string => (share * 100).toFixed(1);
  return `${count(n)} of ${count(of)}, ${percent(rate)} [${bound(low)}, ${bound(high)}]`;
}

/** `812/2000 · 6.9 %`: theorems done, and how many of the searched ones are proved. */
export function runTitle({ tally }: OpenRun): string {
  return `${tally.done}/${tally.theorems} · ${percent(tally.proved.rate)}`;
}

function solved({ tally, manifest }: OpenRun): readonly Figure[] {
  const { proved, levels, unproved, refused } = tally;
  const toolchain = manifest.lean.toolchain;
  return facts(
    fact('proved', rateText(proved), tally.suspect ? 'fail' : proved.n > 0 ? 'ok' : 'plain'),
    levels.length === 0
      ? null
      : fact(
          'level',
          levels.map(({ level, theorems }) => (levels.length === 1 ? level : `${theorems} ${level}`)).join(' '),
        ),
    fact('with', toolchain),
    unproved.error === 0 ? null : fact('errors', count(unproved.error), 'fail'),
    refused === 0 ? null : fact('closed, not verified', count(refused), 'warn'),
    ...(['exhausted', 'budget', 'timeout'] as const).map((status) =>
      unproved[status] === 0 ? null : fact(status, count(unproved[status])),
    ),
  );
}

function pace({ tally, live, holder }: OpenRun): readonly Figure[] {
  const { perMinute, unit, activeMs, gpuHours, money } = tally.pace;
  // Without a process nothing goes on.
  const eta = holder === null ? null : tally.pace.eta;
  const spent = (n: number, expected: number | null, digits: number): string =>
    `${number(n, digits)}${expected === null ? '' : ` of about ${number(expected, digits)}`}`;
  return facts(
    perMinute === null ? null : fact(`${unit}/min`, number(perMinute)),
    eta === null ? null : fact('ETA', duration(eta.ms)),
    eta === null ? null : fact('from', eta.basis.replace(/^from /, '')),
    fact('worked', duration(activeMs)),
    fact('expansions/s', number(tally.perSecond.expansions)),
    fact('tries/s', number(tally.perSecond.tries)),
    gpuHours === null ? null : fact('GPU-hours', spent(gpuHours.spent, gpuHours.expected, 2)),
    money === null ? null : fact('cost', spent(money.spent, money.expected, 2)),
    holder === null || live === null || live.workers.length === 0
      ? null
      : fact(
          'workers',
          `${live.workers.filter(({ state }) => state === 'busy').length} busy of ${live.workers.length}`,
        ),
  );
}

function tries({ tally }: OpenRun): readonly Figure[] {
  const { candidatesPerExpansion: per, duplicates, failed, candidates, hybrid } = tally.effort;
  return facts(
    fact('candidates per expansion', per.expansions === 0 ? '-' : `${per.min}/${number(per.avg)}/${per.max}`),
    fact('same text', percent(duplicates.text)),
    fact('same state', percent(duplicates.state)),
    fact('refused by Lean', percent(failed)),
    fact('tried', count(candidates.tried)),
    candidates.lost === 0 ? null : fact('worker lost', count(candidates.lost), 'warn'),
    hybrid === null
      ? null
      : fact('whole proofs', `${count(hybrid.hybrid_proofs_generated)} in ${count(hybrid.hybrid_rounds)} rounds`),
    hybrid === null ? null : fact('shared steps', count(hybrid.trie_cache_hits)),
  );
}

function time({ tally }: OpenRun): readonly Figure[] {
  const { timeShares: share, latency } = tally.effort;
  const p = latency.lean;
  return facts(
    fact('Lean', percent(share.lean, 0)),
    fact('policy', percent(share.policy, 0)),
    share.value === 0 ? null : fact('value', percent(share.value, 0)),
    fact('verdict', percent(share.verdict, 0)),
    fact('engine', percent(share.engine, 0)),
    p === null ? null : fact('Lean p50/p99', `${duration(p.p50)}/${duration(p.p99)}`),
    latency.policy === null
      ? null
      : fact('policy p50/p99', `${duration(latency.policy.p50)}/${duration(latency.policy.p99)}`),
  );
}

/** Nothing for a run with one budget and one attempt: the solve rate says it. Of many attempts, the first and all. */
function budgets({ tally }: OpenRun): readonly Figure[] {
  const { byBudget, attempts } = tally;
  if (byBudget.length === 1 && attempts === 1) return [];
  const short = ({ n, of }: Rate): string => (of === 0 ? '-' : `${n}/${of} ${percent(n / of)}`);
  return byBudget.map(({ budget, byPass }) => {
    const shown = byPass.filter(({ pass }) => pass === 1 || pass === attempts);
    const texts = shown.map(({ pass, proved }) => (attempts === 1 ? '' : `pass@${pass} `) + short(proved));
    return fact(`${budget} nodes:`, texts.join(', '));
  });
}

function settings({ manifest }: OpenRun): readonly Figure[] {
  const model = modelOf(manifest);
  const { provider, budgets, attempts, noisy, concurrency, search, value, lean } = manifest;
  return facts(
    fact('provider', [provider.name, ...(model === null ? [] : [`(${model})`])].join(' ')),
    fact('budget', `${budgets.join(', ')} nodes${search.timeout === 0 ? '' : `, ${duration(search.timeout * 1000)}`}`),
    attempts === 1 ? null : fact('attempts', String(attempts)),
    noisy === null ? null : fact('noisy', `T ${noisy}`),
    fact('concurrency', String(concurrency)),
    fact('candidates', String(search.num_candidates)),
    fact('T', String(search.temperature)),
    fact('seed', String(search.seed)),
    fact('value model', value === null ? 'off' : `${value.name} ${value.hash.slice(0, 8)}`),
    fact('Lean', lean.kind),
  );
}

/** What speaks against everything that the run calls proved; null when nothing does. */
export function suspicion({ tally }: OpenRun): string | null {
  const { closed } = tally.canaries;
  return closed.length === 0
    ? null
    : `suspect: false statements were "proved" (${closed.join(', ')}); rely on none of its proofs`;
}

function canaries({ tally, state }: OpenRun): readonly Figure[] {
  const { canaries, trajectories, resumptions } = tally;
  const all = canaries.run + canaries.pending;
  return facts(
    canaries.closed.length > 0
      ? fact('canaries', `${canaries.closed.length} of ${all} CLOSED`, 'fail')
      : all === 0
        ? fact('canaries', 'off', 'warn')
        : fact(
            'canaries',
            canaries.pending > 0
              ? `${canaries.run} of ${all} run, none closed${tally.searched === 0 ? '; then the theorems' : ''}`
              : `${all} run, none closed`,
          ),
    trajectories.parts === 0
      ? null
      : fact(
          'trajectories',
          `${count(trajectories.rows + trajectories.noisyRows)} rows in ${counted(trajectories.parts, 'part')}`,
        ),
    resumptions === 0 ? null : fact('resumed', resumptions === 1 ? 'once' : `${resumptions} times`),
    state.reason === null ? null : fact('reason', state.reason),
  );
}
