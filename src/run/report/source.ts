import type { Theorem } from '../../corpus/theorem-list.ts';
import type { Comparison } from '../compare-results.ts';
import type { Manifest } from '../manifest.ts';
import type { RunState } from '../state.ts';
import type { RunTally } from '../tally.ts';

/** What a report is made from. */
export interface ReportSource {
  readonly manifest: Manifest;
  readonly theorems: readonly Theorem[];
  readonly state: RunState;
  readonly tally: RunTally;
  /** Not ended, and nobody works on it. */
  readonly interrupted: boolean;
  /** With other results; this run is one of them. */
  readonly comparison: Comparison | null;
  /** When the report is made, ms since 1970. */
  readonly now: number;
}
