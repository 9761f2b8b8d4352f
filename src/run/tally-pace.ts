import type { LiveStatus } from './live-status.ts';
import type { Manifest } from './manifest.ts';
import type { RunState } from './state.ts';

/** Completions that a rate looks back on. */
const windowSize = 200;
const msPerHour = 3_600_000;
const singular = { theorems: 'theorem', searches: 'search' } as const;

export interface Pace {
  /** Ms during which the run worked, up to now: pauses, gaps between processes and the start of Lean left out. */
  readonly activeMs: number;
  readonly hours: number;
  /** The part of it since the first theorem was begun: canaries come before. */
  readonly searchingMs: number;
  /** What is counted per minute: with several searches for each theorem, searches. */
  readonly unit: 'theorems' | 'searches';
  /** Ended ones per minute of `searchingMs`, canaries left out; null before the first. */
  readonly perMinute: number | null;
  /** The same over the last completions, up to 200. */
  readonly window: { readonly n: number; readonly ms: number; readonly perMinute: number } | null;
  /** When the rest will be done at the window's rate; null when nothing is left, the run has ended, or nothing can be told yet. */
  readonly eta: {
    readonly remaining: number;
    readonly ms: number;
    /** What it rests on, such as `from the last 57 theorems at 24.1/min`. */
    readonly basis: string;
  } | null;
  /** Null without GPUs. `expected`: for the whole run; null when there is no ETA and the run is not over. */
  readonly gpuHours: { readonly gpus: number; readonly spent: number; readonly expected: number | null } | null;
  /** Null when no price is set. In the currency of `cost.per_hour`. */
  readonly money: { readonly perHour: number; readonly spent: number; readonly expected: number | null } | null;
}

/** How fast a run is, and when it will be done. `live`: what its process says; null when none works on it. */
export function paceOf(manifest: Manifest, state: RunState, now: number | null, live: LiveStatus | null): Pace {
  const activeMs = state.activeMs + sinceLastEvent(state, now, live);
  const unit = manifest.attempts > 1 || manifest.noisy !== null ? 'searches' : 'theorems';
  const { counted, began } = countEnded(state);
  const searchingMs = began === null ? 0 : activeMs - began;
  const window = windowOf(state, activeMs);
  const isOver = state.status === 'finished' || state.status === 'stopped' || state.status === 'failed';
  const remaining = isOver
    ? 0
    : state.status === 'stopping'
      ? state.running.size
      : state.jobs.size - state.ended.length;
  const eta =
    remaining === 0 || window === null
      ? null
      : {
          remaining,
          ms: (remaining / window.perMinute) * 60_000,
          basis: `from the last ${window.n} ${window.n === 1 ? singular[unit] : unit} at ${rateText(window.perMinute)}/min`,
        };
  const spentHours = activeMs / msPerHour;
  const expectedHours = eta !== null ? (activeMs + eta.ms) / msPerHour : remaining === 0 ? spentHours : null;
  const { gpus, perHour } = manifest.cost;
  const cost = (each: number): { spent: number; expected: number | null } => ({
    spent: each * spentHours,
    expected: expectedHours === null ? null : each * expectedHours,
  });
  return {
    activeMs,
    hours: spentHours,
    unit,
    searchingMs,
    perMinute: counted === 0 || searchingMs === 0 ? null : (counted / searchingMs) * 60_000,
    window,
    eta,
    gpuHours: gpus === 0 ? null : { gpus, ...cost(gpus) },
    money: perHour === 0 ? null : { perHour, ...cost(perHour) },
  };
}

/** Work since the newest event, as long as somebody works. */
function sinceLastEvent(state: RunState, now: number | null, live: LiveStatus | null): number {
  if (now === null || live === null || (state.status !== 'running' && state.status !== 'stopping')) return 0;
  return Math.max(0, now - Date.parse(state.createdAt) - state.lastT);
}

/** Ended searches without canaries, and the active time at which the first of those that ended or run was begun. */
function countEnded(state: RunState): { readonly counted: number; readonly began: number | null } {
  let counted = 0;
  let began: number | null = null;
  for (const { job, progress } of state.jobs.values()) {
    if (job.kind === 'canary' || progress.kind === 'waiting') continue;
    const from = progress.kind === 'ended' ? progress.activeFrom : progress.activeSince;
    if (progress.kind === 'ended') counted += 1;
    began = began === null ? from : Math.min(began, from);
  }
  return { counted, began };
}

/** The newest completions, canaries left out, and the active time from the completion before them (or the first start) until now. */
function windowOf(state: RunState, activeMs: number): Pace['window'] {
  let n = 0;
  let since = activeMs;
  for (let i = state.ended.length - 1; i >= 0; i--) {
    const { job, progress } = state.jobs.get(state.ended[i]!)!;
    if (job.kind === 'canary' || progress.kind !== 'ended') continue;
    if (n === windowSize) {
      since = progress.activeTo;
      break;
    }
    n += 1;
    since = Math.min(since, progress.activeFrom);
  }
  const ms = activeMs - since;
  return n === 0 || ms <= 0 ? null : { n, ms, perMinute: (n / ms) * 60_000 };
}

const rateText = (perMinute: number): string => (perMinute >= 100 ? perMinute.toFixed(0) : perMinute.toFixed(1));
