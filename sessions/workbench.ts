import type { WorkerHealth } from '../src/lean/pool/health.ts';
import type { SearchStatus } from '../src/search/events.ts';
import type { SearchState } from '../src/search/state.ts';
import type { ValueModel, ValueModelStatistics } from '../src/value/score/value-model.ts';
import type { ComparedRuns, OpenRun, RunAction, RunSummaryLine } from './live/run-view.ts';
import type { OpenTraining, TrainingAction, TrainingLine } from './live/training-view.ts';
import type { Attention } from './servers/monitor.ts';
import type { ServersView } from './servers/view.ts';

/*
 * What the workbench shows and what it can be asked to do. Views read a snapshot and call actions; they own no search,
 * session or worker state. Everything here is also what commands print.
 */

export type { WorkerHealth } from '../src/lean/pool/health.ts';
export type { ComparedRuns, OpenRun, RunAction, RunLogLine, RunSummaryLine, ShownRunStatus } from './live/run-view.ts';
export type { OpenTraining, ShownTrainingStatus, TrainingLine } from './live/training-view.ts';

/** Preparation of the Lean image, or of a native worker. Null fraction: no honest estimate. */
export interface Preparation {
  readonly phase: string;
  readonly text: string;
  readonly fraction: number | null;
  readonly elapsedMs: number;
  readonly status: 'running' | 'ready' | 'failed';
  readonly failure?: { readonly message: string; readonly remedy: string };
}

export interface SearchSummary {
  readonly search: string;
  readonly name: string;
  readonly status: SearchStatus | 'running' | 'paused';
  readonly level: string | null;
  readonly nodes: number;
  readonly expansions: number;
}

export interface SessionSummary {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly title: string;
  readonly searches: readonly SearchSummary[];
  readonly events: number;
  readonly bytes: number;
  /** Another process is writing it now. */
  readonly openElsewhere: boolean;
}

export interface OpenSearch {
  readonly id: string;
  /** The live state, or the one at `at` while travelling in time. */
  readonly state: SearchState;
  /** Number of events of this search so far. */
  readonly length: number;
  /** Position shown while travelling in time (events applied), or null when following live. */
  readonly at: number | null;
  /** One line per event around the position shown, newest last, already cleaned. */
  readonly recent: readonly string[];
  /** Milliseconds spent running at the position shown, pauses left out; while travelling, as of the halt before it. */
  readonly runningMs: number;
  /** Workers are at its disposal; false for a recorded search that nobody has continued. */
  readonly connected: boolean;
  /** It is paused because something did not answer, and goes on by itself when that answers. @default false */
  readonly goesOn?: boolean;
  /** The run that it belongs to, and its job there; it can only be looked at. Absent for searches of the session. */
  readonly job?: { readonly run: string; readonly id: string; readonly theorem: string };
}

export interface Inspection {
  readonly name: string;
  readonly status: 'loading' | 'found' | 'absent' | 'failed';
  readonly message?: string;
  readonly kind?: string;
  readonly module?: string | null;
  readonly statement?: string;
  readonly value?: string | null;
  readonly axioms?: readonly string[];
  readonly axiomsBehindLibrary?: string;
  readonly constants?: readonly string[];
  readonly isUnsafe?: boolean;
  /** Searches of any session whose tactics or proof name it. */
  readonly occurrences?: readonly { readonly session: string; readonly search: string; readonly where: string }[];
}

export interface DoctorLine {
  readonly name: string;
  /** `absent`: not there, and only needed by those who want it. */
  readonly status: 'ok' | 'warning' | 'missing' | 'absent' | 'checking';
  readonly found: string;
  readonly remedy?: string;
}

/** A whole line that a prompt line could become, and what it does; the note is empty where there is nothing to say. */
export interface Completion {
  readonly line: string;
  readonly note: string;
}

export interface Notice {
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

export interface WorkbenchSnapshot {
  readonly home: string;
  readonly session: {
    readonly id: string;
    readonly title: string;
    readonly readOnly: boolean;
    readonly writer?: string;
  } | null;
  readonly sessions: readonly SessionSummary[];
  /** Those of the session, then those of runs that are looked at. */
  readonly searches: readonly OpenSearch[];
  /** The search that keys act on, and the one it is compared with. */
  readonly focused: string | null;
  readonly compared: string | null;
  /** All runs on disk, newest first; null until they have been looked for. */
  readonly runs: readonly RunSummaryLine[] | null;
  /** Why they could not be looked for, if so. */
  readonly runsProblem: string | null;
  /** The run that the Run screen shows. */
  readonly run: OpenRun | null;
  readonly comparedRuns: ComparedRuns;
  /** All trainings of value models and small policies, newest first; null until they have been looked for. */
  readonly trainings: readonly TrainingLine[] | null;
  /** The training that the Training screen shows. */
  readonly training: OpenTraining | null;
  readonly preparation: Preparation | null;
  readonly workers: readonly WorkerHealth[];
  readonly provider: { readonly name: string; readonly detail: string };
  /** The value model that new searches get; null: off. */
  readonly value: (Pick<ValueModel, 'name' | 'hash' | 'about'> & { readonly statistics: ValueModelStatistics }) | null;
  /** The servers that are asked, and the GPUs of this machine; null where there are neither. As of the last look. */
  readonly servers: ServersView | null;
  readonly inspection: Inspection | null;
  readonly doctor: readonly DoctorLine[] | null;
  readonly notice: Notice | null;
  readonly history: readonly string[];
}

/** What a person can do; the result is what to show. Long work goes on behind and shows in later snapshots. */
export type WorkbenchAction =
  | RunAction
  | TrainingAction
  | { readonly kind: 'step' }
  | { readonly kind: 'run' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'expand'; readonly node: number }
  | { readonly kind: 'breakpoint'; readonly node: number }
  | { readonly kind: 'tactic'; readonly node: number; readonly tactic: string }
  | { readonly kind: 'family'; readonly family: string; readonly blocked: boolean }
  | { readonly kind: 'fork'; readonly node: number }
  /** Show the search as it was after `at` events; null follows live. */
  | { readonly kind: 'travel'; readonly at: number | null }
  | { readonly kind: 'focus'; readonly search: string }
  | { readonly kind: 'compare'; readonly search: string | null }
  | { readonly kind: 'openSession'; readonly session: string; readonly takeOver?: boolean }
  | { readonly kind: 'deleteSession'; readonly session: string }
  | { readonly kind: 'closeSession' }
  | { readonly kind: 'inspect'; readonly name: string }
  | { readonly kind: 'diagnose' }
  /** Copies for the terminal: returns the text and the file that it was also written to. */
  | { readonly kind: 'copy'; readonly what: string; readonly text: string };

export type ActionResult =
  | {
      readonly kind: 'done';
      readonly notice?: Notice;
      readonly copied?: { readonly text: string; readonly file: string };
    }
  | { readonly kind: 'refused'; readonly notice: Notice };

export interface Workbench {
  snapshot(): WorkbenchSnapshot;
  /** Calls back after each change, at most once per event-loop turn. */
  subscribe(listener: () => void): () => void;
  act(action: WorkbenchAction): Promise<ActionResult>;
  /** Says how closely servers are looked at from now on: they are asked only while somebody looks. Changes nothing else. */
  attend(attention: Attention): void;
  /** A prompt line: a CLI command, or a setting. Output lines are for the output pane. */
  prompt(
    line: string,
  ): Promise<{ readonly output: readonly string[]; readonly notice: Notice | null; readonly screen?: Screen }>;
  /** Completions of a prompt line, best first. */
  complete(line: string): readonly Completion[];
  close(): Promise<void>;
}

export type Screen = 'home' | 'search' | 'run' | 'training' | 'inspect' | 'doctor' | 'compare';
