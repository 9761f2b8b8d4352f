import type { Goal } from '../goal.ts';
import type { FailedOutcome, GoalsOutcome } from '../protocol/outcome.ts';
import type { TacticLimits } from '../replies.ts';

export type { Root } from '../protocol/requests.ts';
export type { TacticLimits } from '../replies.ts';

/** A state of a problem, as the path that leads to it. The root has no parent and the tactic ''. */
export interface StateRef {
  /** Unique within the problem. */
  readonly key: string;
  readonly parent: StateRef | null;
  readonly tactic: string;
}

/** A tactic outcome with its goals; `workerLost` when two workers in a row died of it, or a state could not be restored. */
export type PoolOutcome = GoalsOutcome | FailedOutcome | { readonly kind: 'workerLost'; readonly message: string };

export interface TacticAnswer {
  readonly outcome: PoolOutcome;
  /** The worker that answered; -1 when none was asked. */
  readonly worker: number;
  /** Time inside Lean. */
  readonly ms: number;
  /** Thousands used, where the worker tells. */
  readonly heartbeats?: number;
  readonly syntaxKind?: string;
}

export type ProblemStart =
  | { readonly kind: 'started'; readonly goals: readonly Goal[]; readonly ms: number }
  /** `category` is Lean's (`parse`, `elab`, `index`, `limit`, …), or `workerLost`, `cancelled`, `closed`. */
  | { readonly kind: 'startFailed'; readonly category: string; readonly message: string };

export interface TryOptions {
  /** Called when the tactic goes to Lean, once per try. */
  onSent(worker: number): void;
  /** Gives the try up: it leaves the queue, or Lean is asked to stop; the outcome is `timedOut` with limit `cancelled`. */
  readonly signal: AbortSignal;
}

/** One problem being worked on. Its states live in the workers and are restored from their tactics where they are not. */
export interface LeanProblem {
  start(signal?: AbortSignal): Promise<ProblemStart>;
  /** Tries a tactic on goal 0 of a state. On success the new state is known under `resultKey`. Never rejects. */
  tryTactic(
    state: StateRef,
    resultKey: string,
    tactic: string,
    limits: TacticLimits,
    options: TryOptions,
  ): Promise<TacticAnswer>;
  /** These states are not needed any more. */
  release(keys: readonly string[]): void;
  close(): Promise<void>;
}
