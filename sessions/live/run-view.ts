import type { Comparison } from '../../src/run/compare-results.ts';
import type { LiveStatus } from '../../src/run/live-status.ts';
import type { Manifest } from '../../src/run/manifest.ts';
import type { RunState, RunStatus } from '../../src/run/state.ts';
import type { RunTally } from '../../src/run/tally.ts';
import type { LockHolder } from '../../src/storage/lock.ts';

/*
 * Runs as the workbench shows them. A run belongs to a process of its own; everything here is read from its folder.
 */

/** `interrupted`: not ended, and no process works on it. `unreadable`: `problem` says why. */
export type ShownRunStatus = RunStatus | 'interrupted' | 'unreadable';

/** A run in a list. */
export interface RunSummaryLine {
  readonly id: string;
  readonly command: 'search' | 'eval';
  readonly corpus: string;
  readonly status: ShownRunStatus;
  /** Theorems with all their attempts done, of how many, and how many of them have an accepted proof. */
  readonly done: number;
  readonly total: number;
  readonly proved: number;
  readonly createdAt: string;
  /** When it was last heard of. */
  readonly updatedAt: string;
  readonly problem: string | null;
}

/** The run that is looked at. Another object after each change; what it holds may be changed in place later on. */
export interface OpenRun {
  readonly id: string;
  readonly manifest: Manifest;
  readonly status: ShownRunStatus;
  readonly state: RunState;
  /** Every figure of it, as of `readAt`. */
  readonly tally: RunTally;
  /** What its process said last; old when `holder` is null. */
  readonly live: LiveStatus | null;
  /** The process that works on it now. */
  readonly holder: LockHolder | null;
  /** Ms since 1970 when it was last heard of: the newest event, or the newest word of its process. */
  readonly heardAt: number;
  /** Ms since 1970 when this was read. */
  readonly readAt: number;
  /** What happened last, in words, newest last; already cleaned. */
  readonly log: readonly RunLogLine[];
  /** Why it can no longer be read; what is shown is how it was before. */
  readonly problem: string | null;
}

export interface RunLogLine {
  /** Ms since the run was created. */
  readonly t: number;
  readonly text: string;
  readonly tone: 'plain' | 'ok' | 'warn' | 'fail' | 'dim';
}

/** Runs and result files that are compared, the first one being the baseline. */
export interface ComparedRuns {
  /** Run ids and result files. */
  readonly names: readonly string[];
  /** Null with fewer than two, and while they are read. */
  readonly comparison: Comparison | null;
  /** Why they cannot be compared. */
  readonly problem: string | null;
}

/** What a person can do with runs. Those without an id act on the run that is looked at. */
export type RunAction =
  /** Looks for runs again. */
  | { readonly kind: 'listRuns' }
  /** Opens a run by its id, a beginning of it, or `last`; and the search of one of its jobs. */
  | { readonly kind: 'openRun'; readonly run: string }
  | { readonly kind: 'openTheorem'; readonly job: string }
  | { readonly kind: 'pauseRun' }
  | { readonly kind: 'continueRun' }
  | { readonly kind: 'stopRun'; readonly how: 'afterCurrent' | 'now' }
  | { readonly kind: 'prioritise'; readonly theorem: string; readonly priority: number }
  /** Starts a process that goes on with an interrupted or stopped run. */
  | { readonly kind: 'resumeRun' }
  /** Pins a run for Compare, or unpins it. */
  | { readonly kind: 'pinRun'; readonly run: string }
  /** Shows these runs and result files in Compare. */
  | { readonly kind: 'compareRuns'; readonly names: readonly string[] }
  /** Writes the report of the run. */
  | { readonly kind: 'exportReport' };
