import type { Job } from './job.ts';
import type { JobOutcome } from './outcome.ts';

export interface QueueCounts {
  readonly waiting: number;
  readonly running: number;
  readonly ended: number;
}

/** A job that somebody works on. Exactly one of `finish` and `giveBack` ends the lease; later calls do nothing. */
export interface Lease {
  readonly job: Job;
  /** Records the result. `duplicate`: the job had ended before, and this result is not used. */
  finish(outcome: JobOutcome): Promise<'accepted' | 'duplicate'>;
  /** The job waits again, for whoever takes it next. */
  giveBack(): Promise<void>;
}

/**
 * Where the jobs of a run wait. A queue knows which jobs there are, hands each out to one worker at a time, and takes each
 * result once; it runs nothing itself. Every theorem job of every run goes through one of these.
 */
export interface JobQueue {
  /** Adds jobs; ids that are known already are left as they are, so adding a plan again after a restart is harmless. */
  add(jobs: readonly Job[]): Promise<void>;
  /** The next job by priority; waits for one while others are running, and resolves with null when none can come any more, or the signal aborts. */
  take(signal: AbortSignal): Promise<Lease | null>;
  /** Jobs that wait are taken in the new order; running ones are left alone. */
  prioritise(theorem: string, priority: number): Promise<void>;
  /** Hands out nothing until `release`. */
  hold(): Promise<void>;
  release(): Promise<void>;
  counts(): Promise<QueueCounts>;
  /** Everybody who waits in `take` gets null. */
  close(): Promise<void>;
}
