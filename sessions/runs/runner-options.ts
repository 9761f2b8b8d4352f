import type { WorkerHealth } from '../../src/lean/pool/health.ts';
import type { JobQueue } from '../../src/run/queue.ts';
import type { StorageFailed } from '../../src/storage/failure.ts';
import type { FreeSpace } from './disk-watch.ts';
import type { SearchSupply } from './job-search.ts';
import type { OpenRun } from './open-run.ts';
import type { Notify } from './run-alarm.ts';

export interface RunnerOptions {
  readonly run: OpenRun;
  readonly supply: SearchSupply;
  /** Version of proofdeck. */
  readonly program: string;
  readonly concurrency: number;
  readonly flush: { readonly searches: number; readonly seconds: number };
  readonly health: () => readonly WorkerHealth[];
  readonly workers: number;
  readonly notify?: Notify;
  /** A part is in the run's folder, and may go elsewhere as well. */
  readonly onPart?: (path: string, series: 'main' | 'noisy') => Promise<StorageFailed | null>;
  /**
   * All parts are written, for good or for now. A run of which this fails has not finished; nor has one of which it is
   * `left`, because the process has to go: the signal comes a moment after a stop at once.
   */
  readonly onEnd?: (leave: AbortSignal) => Promise<StorageFailed | 'left' | null>;
  /** @default Date.now */
  readonly now?: () => number;
  /** @default a queue of its own */
  readonly queue?: JobQueue;
  /** Waits, or less when the signal aborts. @default a timer */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Free space of the disk of a folder. @default as the system tells */
  readonly freeSpace?: (folder: string) => Promise<FreeSpace>;
}

export type RunnerEnd =
  | { readonly kind: 'finished' }
  | { readonly kind: 'stopped'; readonly by: string }
  /** Nothing more can be done; what is there is saved, and the run can be resumed. */
  | { readonly kind: 'failed'; readonly reason: string };

/** How a run ended, in words. */
export function reasonOf(end: RunnerEnd): string {
  return end.kind === 'stopped' ? end.by : end.kind === 'failed' ? end.reason : 'every theorem is done';
}
