import { closedCanaries } from '../lean/verdict/canaries.ts';
import { type Level, LOWEST_COUNTED, lowestLevel } from '../lean/verdict/level.ts';
import type { SearchStatus } from '../search/events.ts';
import { isProved } from './counted.ts';
import type { LiveStatus } from './live-status.ts';
import type { Manifest } from './manifest.ts';
import type { RunState, RunStatus } from './state.ts';
import { type Effort, effortOf } from './tally-effort.ts';
import { ErrorCounter, type ErrorTally } from './tally-errors.ts';
import { type Pace, paceOf } from './tally-pace.ts';
import { type BudgetTally, budgetTallies, type PassTally, passTallies } from './tally-rates.ts';
import { countSources, type SourceTally } from './tally-sources.ts';
import { attemptsByTheorem, type TheoremTally, theoremTally } from './tally-theorems.ts';
import { type Rate, rateOf } from './wilson.ts';

/** Everything that is shown about a run in figures. Times are milliseconds. */
export interface RunTally {
  readonly id: string;
  readonly status: RunStatus;
  readonly reason: string | null;
  /** Every search of the plan has ended. */
  readonly complete: boolean;
  readonly theorems: number;
  /** Theorems of which at least one attempt has ended; rates are of these. */
  readonly searched: number;
  /** Theorems of which all attempts have ended. */
  readonly done: number;
  readonly running: number;
  readonly attempts: number;
  readonly budgets: readonly number[];
  /** All searches: attempts, noisy ones and canaries. */
  readonly searches: { readonly all: number; readonly ended: number; readonly running: number };
  /** How far the run is: theorems done, or with several searches for each theorem searches ended. Canaries are left out. */
  readonly progress: {
    readonly unit: 'theorems' | 'searches';
    readonly done: number;
    readonly all: number;
    /** 0 to 1. */
    readonly share: number;
  };
  /** Theorems with a proof that counts, in any attempt, at the largest budget; of the searched ones. */
  readonly proved: Rate;
  /** What is needed to count, and the lowest level among the proofs that do; null when there are none. */
  readonly lowestCounted: Level;
  readonly lowestLevel: Level | null;
  /** Proofs that count, by level; levels without any are left out. */
  readonly levels: readonly { readonly level: Level; readonly theorems: number }[];
  /** Searched theorems without a proof, by how the attempt that stands for them ended. `proved`: with a verdict that does not count. */
  readonly unproved: Readonly<Record<SearchStatus, number>>;
  /** Of the unproved ones: all goals were closed once, and the proof did not count. */
  readonly refused: number;
  readonly bySource: readonly SourceTally[];
  /** Ascending. Nested: read off one search at the largest. */
  readonly byBudget: readonly BudgetTally[];
  /** At the largest budget; empty with one attempt. */
  readonly passAt: readonly PassTally[];
  /** Of attempts; those of noisy searches are counted in `noisy`. */
  readonly errors: readonly ErrorTally[];
  /** The attempts, without noisy searches and canaries. */
  readonly effort: Effort;
  /** The second search of each theorem at another temperature; null when the run has none. */
  readonly noisy: {
    readonly proved: Rate;
    readonly all: number;
    readonly errors: number;
    readonly effort: Effort;
  } | null;
  readonly pace: Pace;
  /** Of attempts and noisy searches that ended; 0 before the first began. */
  readonly perSecond: { readonly tries: number; readonly expansions: number };
  /** Statements run, still to run, canaries that closed, and the time of their searches. */
  readonly canaries: {
    readonly run: number;
    readonly pending: number;
    readonly closed: readonly string[];
    readonly ms: number;
  };
  /** A canary has closed: nothing that the run calls proved can be relied on. */
  readonly suspect: boolean;
  readonly trajectories: { readonly parts: number; readonly rows: number; readonly noisyRows: number };
  readonly warnings: RunState['warnings'];
  readonly resumptions: number;
  /** One for each theorem, in the order of the list. */
  readonly perTheorem: readonly TheoremTally[];
}

export interface TallyOptions {
  /** The time now, ms since 1970. Left out: that of the newest event. */
  readonly now?: number;
  /** What the run's process says; null when none works on the run. */
  readonly live?: LiveStatus | null;
}

function progressOf(unit: 'theorems' | 'searches', done: number, all: number): RunTally['progress'] {
  return { unit, done, all, share: all === 0 ? 1 : done / all };
}

/** Counts a run. Costs about 1 µs for each search of its plan: cheap enough for once a second. */
export function tallyRun(manifest: Manifest, state: RunState, options: TallyOptions = {}): RunTally {
  const live = options.live ?? null;
  const inFlight = new Map((live?.inFlight ?? []).map((search) => [search.job, search]));
  const grouped = attemptsByTheorem(state);
  const perTheorem = grouped.map((theorem) => theoremTally(theorem, inFlight));
  const jobs = countJobs(state);
  const pace = paceOf(manifest, state, options.now ?? null, live);
  const { attempts: effort, noisy } = effortOf(state);
  const perSecond = (count: number): number => (pace.searchingMs === 0 ? 0 : (count / pace.searchingMs) * 1000);
  const part = (series: 'main' | 'noisy'): number =>
    state.parts.reduce((rows, part) => rows + (part.series === series ? part.rows : 0), 0);
  const done = perTheorem.filter(({ attempts }) => attempts.ended === attempts.all).length;
  const { run: canariesRun, pending: canariesLeft } = jobs.canaries;
  return {
    id: manifest.id,
    status: state.status,
    reason: state.reason,
    complete: state.ended.length === state.jobs.size,
    theorems: grouped.length,
    done,
    attempts: manifest.attempts,
    budgets: manifest.budgets,
    searches: { all: state.jobs.size, ended: state.ended.length, running: state.running.size },
    progress:
      pace.unit === 'theorems'
        ? progressOf('theorems', done, grouped.length)
        : progressOf('searches', state.ended.length - canariesRun, state.jobs.size - canariesRun - canariesLeft),
    ...countTheorems(perTheorem),
    lowestCounted: LOWEST_COUNTED,
    bySource: countSources(perTheorem),
    byBudget: budgetTallies(grouped, manifest.budgets, manifest.attempts),
    passAt: passTallies(grouped, Math.max(...manifest.budgets), manifest.attempts),
    errors: jobs.errors.result(),
    effort,
    noisy:
      manifest.noisy === null
        ? null
        : {
            proved: rateOf(jobs.noisyProved, noisy.searches),
            all: jobs.noisy,
            errors: jobs.noisyErrors,
            effort: noisy,
          },
    pace,
    perSecond: {
      tries: perSecond(effort.candidates.tried + noisy.candidates.tried),
      expansions: perSecond(effort.expansions + noisy.expansions),
    },
    canaries: jobs.canaries,
    suspect: jobs.canaries.closed.length > 0,
    trajectories: { parts: state.parts.length, rows: part('main'), noisyRows: part('noisy') },
    warnings: state.warnings,
    resumptions: state.resumptions,
    perTheorem,
  };
}

function countJobs(state: RunState) {
  const errors = new ErrorCounter();
  const provedCanaries = new Set<string>();
  let [noisy, noisyProved, noisyErrors, canariesRun, canariesPending, canariesMs] = [0, 0, 0, 0, 0, 0];
  for (const { job, progress } of state.jobs.values()) {
    const outcome = progress.kind === 'ended' ? progress.outcome : null;
    if (job.kind === 'canary') {
      if (outcome === null) canariesPending += 1;
      else canariesRun += 1;
      if (outcome !== null && isProved(outcome)) provedCanaries.add(job.theorem);
      canariesMs += outcome?.timeMs.total ?? 0;
      continue;
    }
    if (job.kind === 'noisy') noisy += 1;
    if (outcome === null) continue;
    if (job.kind === 'noisy') {
      if (isProved(outcome)) noisyProved += 1;
      if (outcome.error !== undefined) noisyErrors += 1;
    } else if (outcome.error !== undefined) errors.add(job.theorem, outcome.error);
  }
  const closed = closedCanaries(provedCanaries);
  const canaries = { run: canariesRun, pending: canariesPending, closed, ms: canariesMs };
  return { errors, noisy, noisyProved, noisyErrors, canaries };
}

function countTheorems(perTheorem: readonly TheoremTally[]) {
  const unproved: Record<SearchStatus, number> = {
    proved: 0,
    exhausted: 0,
    budget: 0,
    timeout: 0,
    error: 0,
    stopped: 0,
  };
  const levels = new Map<Level, number>();
  let [searched, proved, refused, running] = [0, 0, 0, 0];
  for (const theorem of perTheorem) {
    if (theorem.attempts.running > 0) running += 1;
    if (theorem.refused !== null) refused += 1;
    if (theorem.status === 'waiting' || theorem.status === 'running') continue;
    searched += 1;
    if (theorem.proved) {
      proved += 1;
      levels.set(theorem.level!, (levels.get(theorem.level!) ?? 0) + 1);
    } else unproved[theorem.status] += 1;
  }
  const byLevel = [...levels].sort(([a], [b]) => (a < b ? -1 : 1)).map(([level, theorems]) => ({ level, theorems }));
  return {
    searched,
    running,
    proved: rateOf(proved, searched),
    levels: byLevel,
    lowestLevel: lowestLevel(byLevel.map(({ level }) => level)),
    unproved,
    refused,
  };
}
