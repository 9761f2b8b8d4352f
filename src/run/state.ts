import type { LoggedRunEvent, RunEvent } from './events.ts';
import type { Job } from './job.ts';
import type { JobOutcome } from './outcome.ts';

export type JobProgress =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'running'; readonly since: number; readonly activeSince: number }
  /** `from` and `to`: ms since the run was created. `activeFrom`, `activeTo`: the run's `activeMs` at these moments. */
  | {
      readonly kind: 'ended';
      readonly from: number;
      readonly to: number;
      readonly activeFrom: number;
      readonly activeTo: number;
      readonly outcome: JobOutcome;
    };

export interface JobRecord {
  readonly job: Job;
  readonly progress: JobProgress;
  /** How often it was begun. */
  readonly tries: number;
}

export interface RunPart {
  readonly series: 'main' | 'noisy';
  readonly file: string;
  readonly jobs: readonly string[];
  readonly rows: number;
}

/** What the log says; a run whose process has gone without a word still says `running` here (see `RunReader`). */
export type RunStatus = 'starting' | 'running' | 'paused' | 'stopping' | 'finished' | 'stopped' | 'failed';

/** A run at one moment: its plan and the events so far, and nothing else. */
export interface RunState {
  readonly id: string;
  readonly createdAt: string;
  readonly status: RunStatus;
  /** Why it pauses, stops or ended; null while there is nothing to say. */
  readonly reason: string | null;
  readonly toolchain: string | null;
  readonly workers: number;
  readonly concurrency: number;
  /** By id, in the order of the plan. Replaced, not changed, for each job that moves. */
  readonly jobs: ReadonlyMap<string, JobRecord>;
  /** Ids in the order in which they ended. */
  readonly ended: readonly string[];
  readonly running: ReadonlySet<string>;
  readonly parts: readonly RunPart[];
  readonly warnings: readonly { readonly t: number; readonly about: string; readonly message: string }[];
  /** Ms during which a process worked on the run, pauses and gaps left out, up to `lastT`. */
  readonly activeMs: number;
  /** Time of the newest event, ms since the run was created. */
  readonly lastT: number;
  readonly resumptions: number;
  readonly events: number;
}

/** A run before its first event. */
export function emptyRunState(plan: readonly Job[]): RunState {
  return {
    id: '',
    createdAt: '',
    status: 'starting',
    reason: null,
    toolchain: null,
    workers: 0,
    concurrency: 1,
    jobs: new Map(plan.map((job) => [job.id, { job, progress: { kind: 'waiting' }, tries: 0 } satisfies JobRecord])),
    ended: [],
    running: new Set(),
    parts: [],
    warnings: [],
    activeMs: 0,
    lastT: 0,
    resumptions: 0,
    events: 0,
  };
}

interface Draft extends Omit<RunState, 'jobs' | 'ended' | 'running' | 'parts' | 'warnings'> {
  id: string;
  createdAt: string;
  status: RunStatus;
  reason: string | null;
  toolchain: string | null;
  workers: number;
  concurrency: number;
  jobs: Map<string, JobRecord>;
  ended: string[];
  running: Set<string>;
  parts: RunPart[];
  warnings: { t: number; about: string; message: string }[];
  activeMs: number;
  lastT: number;
  resumptions: number;
  events: number;
}

/**
 * Applies one event. The state is changed in place (a run has thousands of events and one owner of its state); job
 * records are replaced. Events about jobs that the plan does not know, and second results of one job, change nothing.
 */
export function reduceRun(before: RunState, { t, event }: LoggedRunEvent): RunState {
  const state = before as Draft;
  // A gap between two processes does not count as work.
  if (isActive(state.status) && event.kind !== 'run.resumed') state.activeMs += Math.max(0, t - state.lastT);
  state.lastT = Math.max(state.lastT, t);
  state.events += 1;
  apply(state, event, t);
  return state;
}

const isActive = (status: RunStatus): boolean => status === 'running' || status === 'stopping';

function apply(state: Draft, event: RunEvent, t: number): void {
  switch (event.kind) {
    case 'run.opened':
      state.id = event.id;
      state.createdAt = event.createdAt;
      break;
    case 'run.resumed':
      for (const job of state.running) move(state, job, { kind: 'waiting' });
      state.running.clear();
      setStatus(state, 'starting', null);
      state.resumptions += 1;
      break;
    case 'run.ready':
      state.toolchain = event.toolchain;
      state.workers = event.workers;
      state.concurrency = event.concurrency;
      setStatus(state, 'running', null);
      break;
    case 'job.started':
      if (state.jobs.get(event.job)?.progress.kind !== 'waiting') break;
      state.running.add(event.job);
      move(state, event.job, { kind: 'running', since: t, activeSince: state.activeMs });
      break;
    case 'job.ended': {
      const progress = state.jobs.get(event.job)?.progress;
      if (progress === undefined || progress.kind === 'ended') break;
      const from = progress.kind === 'running' ? progress.since : t;
      state.running.delete(event.job);
      state.ended.push(event.job);
      const activeFrom = progress.kind === 'running' ? progress.activeSince : state.activeMs;
      const { outcome } = event;
      move(state, event.job, { kind: 'ended', from, to: t, activeFrom, activeTo: state.activeMs, outcome });
      break;
    }
    case 'job.returned':
      if (!state.running.delete(event.job)) break;
      move(state, event.job, { kind: 'waiting' });
      break;
    case 'part.written':
      state.parts.push({ series: event.series, file: event.file, jobs: event.jobs, rows: event.rows });
      break;
    case 'run.paused':
      setStatus(state, 'paused', event.message ?? (event.by === 'user' ? 'paused by a person' : null));
      break;
    case 'run.continued':
      setStatus(state, 'running', null);
      break;
    case 'run.stopping':
      setStatus(state, 'stopping', event.by);
      break;
    case 'priority.changed':
      for (const [id, record] of state.jobs)
        if (record.job.theorem === event.theorem)
          state.jobs.set(id, { ...record, job: { ...record.job, priority: event.priority } });
      break;
    case 'run.warned':
      state.warnings.push({ t, about: event.about, message: event.message });
      break;
    case 'run.ended':
      setStatus(state, event.status, event.reason);
      break;
  }
}

function setStatus(state: Draft, status: RunStatus, reason: string | null): void {
  state.status = status;
  state.reason = reason;
}

function move(state: Draft, id: string, progress: JobProgress): void {
  const record = state.jobs.get(id);
  if (record === undefined) return;
  const tries = record.tries + (progress.kind === 'running' ? 1 : 0);
  state.jobs.set(id, { ...record, progress, tries });
}
