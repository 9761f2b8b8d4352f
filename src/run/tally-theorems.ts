import type { Level } from '../lean/verdict/level.ts';
import type { SearchStatus } from '../search/events.ts';
import { isProved, isRefused, representative } from './counted.ts';
import type { LiveStatus } from './live-status.ts';
import type { JobError, JobOutcome } from './outcome.ts';
import type { JobRecord, RunState } from './state.ts';

/** One theorem of a run as tables show it: its attempts taken together. */
export interface TheoremTally {
  /** Position in the run's theorem list. */
  readonly index: number;
  readonly name: string;
  readonly source: string | null;
  /** `waiting`: no attempt has ended and none runs. Otherwise how the attempt that stands for it ended, or `running` before any has. */
  readonly status: 'waiting' | 'running' | SearchStatus;
  /** A proof that counts. */
  readonly proved: boolean;
  readonly level: Level | null;
  /** Why a closed proof does not count, in some attempt; null when there is none, or another proof counts. */
  readonly refused: string | null;
  readonly expansions: number;
  readonly nodes: number;
  readonly depth: number;
  /** Running time of the attempt that stands for it. */
  readonly ms: number;
  readonly attempts: { readonly ended: number; readonly running: number; readonly all: number };
  /** The attempt that proved it, from 1. */
  readonly provedBy: number | null;
  /** The error of the attempt that stands for it. */
  readonly error: JobError | null;
  readonly reason: string;
  readonly priority: number;
}

export interface EndedAttempt {
  readonly attempt: number;
  readonly outcome: JobOutcome;
}

/** The attempts of one theorem. */
export interface TheoremAttempts {
  /** In order; the ones before `ended[0]` or between may still wait. */
  readonly ended: EndedAttempt[];
  /** So many of the first attempts have all ended. */
  endedInRow: number;
  running: JobRecord | null;
  runningCount: number;
  all: number;
  first: JobRecord;
}

/** The attempts of each theorem, by its position. Relies on the plan's order: attempt 1 of a theorem before attempt 2. */
export function attemptsByTheorem(state: RunState): readonly TheoremAttempts[] {
  const theorems: TheoremAttempts[] = [];
  for (const record of state.jobs.values()) {
    const { job, progress } = record;
    if (job.kind !== 'theorem') continue;
    let theorem = theorems[job.index];
    if (theorem === undefined) {
      theorem = { ended: [], endedInRow: 0, running: null, runningCount: 0, all: 0, first: record };
      theorems[job.index] = theorem;
    }
    theorem.all += 1;
    if (progress.kind === 'ended') {
      theorem.ended.push({ attempt: job.attempt, outcome: progress.outcome });
      if (theorem.endedInRow === job.attempt - 1) theorem.endedInRow = job.attempt;
    } else if (progress.kind === 'running') {
      theorem.running ??= record;
      theorem.runningCount += 1;
    }
  }
  return theorems;
}

/** The row of a theorem; while its first attempt runs, with what `inFlight` says about it. */
export function theoremTally(
  theorem: TheoremAttempts,
  inFlight: ReadonlyMap<string, LiveStatus['inFlight'][number]>,
): TheoremTally {
  const { job } = theorem.first;
  const standing = representative(theorem.ended);
  const live = theorem.running === null ? undefined : inFlight.get(theorem.running.job.id);
  const outcome = standing?.outcome;
  const proved = outcome !== undefined && isProved(outcome);
  return {
    index: job.index,
    name: job.theorem,
    source: job.source ?? null,
    status: outcome?.status ?? (theorem.running === null ? 'waiting' : 'running'),
    proved,
    level: outcome?.level ?? null,
    refused: proved ? null : refusal(theorem.ended),
    expansions: outcome?.expansions ?? live?.expansions ?? 0,
    nodes: outcome?.nodes ?? live?.nodes ?? 0,
    depth: outcome?.maxDepth ?? live?.depth ?? 0,
    ms: outcome?.timeMs.total ?? live?.runningMs ?? 0,
    attempts: { ended: theorem.ended.length, running: theorem.runningCount, all: theorem.all },
    provedBy: proved ? standing!.attempt : null,
    error: outcome?.error ?? null,
    reason: outcome?.reason ?? '',
    priority: job.priority,
  };
}

function refusal(ended: readonly EndedAttempt[]): string | null {
  const refused = ended.find(({ outcome }) => isRefused(outcome));
  return refused === undefined ? null : (refused.outcome.refused ?? `closed at ${refused.outcome.level}, not verified`);
}
