import type { LiveStatus } from '../../src/run/live-status.ts';
import type { Manifest } from '../../src/run/manifest.ts';
import type { RunState, RunStatus } from '../../src/run/state.ts';
import { type RunTally, tallyRun } from '../../src/run/tally.ts';

/** A run as progress shows it. */
export interface RunView {
  readonly manifest: Manifest;
  readonly state: RunState;
  /** What its process says; null when none works on it. */
  readonly live: LiveStatus | null;
  /** Not ended, and nobody works on it. @default false */
  readonly interrupted?: boolean;
}

/** The same, counted. */
export interface CountedView extends RunView {
  readonly tally: RunTally;
  readonly status: RunStatus | 'interrupted';
  /** What it does, in words. */
  readonly phase: string;
}

/** `now`: ms since 1970. */
export function countView(view: RunView, now: number): CountedView {
  const live = view.interrupted ? null : view.live;
  const status = view.interrupted ? 'interrupted' : view.state.status;
  const phase = status === 'starting' && live !== null && live.phase !== '' ? live.phase : status;
  return { ...view, live, status, phase, tally: tallyRun(view.manifest, view.state, { now, live }) };
}
