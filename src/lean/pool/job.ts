import type { Lost } from '../replies.ts';
import type { StartFailed } from '../transport.ts';
import type { ProblemRecord } from './record.ts';
import type { StateRef } from './types.ts';
import type { PoolWorker } from './worker.ts';

/** Something that waits for a worker, or runs on one. */
export interface Job<T> {
  /** 0 for questions about the environment, which belong to no problem. */
  readonly problem: number;
  /** The state that it starts from, to prefer a worker which holds it. */
  readonly near?: { readonly record: ProblemRecord; readonly state: StateRef };
  /** For a person: what the worker is doing. */
  readonly doing: string;
  readonly signal?: AbortSignal | undefined;
  /** `stop` is aborted when the job is given up; what runs in Lean is then cancelled besides. */
  run(worker: PoolWorker, stop: AbortSignal): Promise<Attempt<T>>;
}

/** What running something on a worker came to. `lost` asks for another try; `unrestored` names the state that does not come back. */
export type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  | Lost
  | { readonly kind: 'unrestored'; readonly message: string }
  | { readonly kind: 'cannotStart'; readonly failure: StartFailed };

export type JobResult<T> =
  | { readonly kind: 'done'; readonly value: T; readonly worker: number }
  | { readonly kind: 'cancelled'; readonly worker: number }
  /** Two workers were lost over it, or none can be started, or a state cannot be restored. */
  | { readonly kind: 'lost'; readonly reason: 'memory' | 'worker'; readonly message: string; readonly worker: number }
  | { readonly kind: 'closed' };
