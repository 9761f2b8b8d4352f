import type { Goal } from '../lean/goal.ts';
import type { TacticOutcome } from '../lean/outcome.ts';
import type { TacticProvider } from '../policy/provider.ts';
import type { InputEvent } from './events.ts';

/** A proof state by the way that leads to it, so that any worker can reach it. The root has no parent and no tactic. */
export interface StateRef {
  readonly key: string;
  readonly parent: StateRef | null;
  readonly tactic: string;
}

export interface TacticLimits {
  /** Thousands of heartbeats. */
  readonly heartbeats: number;
  readonly recursion: number;
  readonly timeoutMs: number;
}

/** A tactic's outcome with the goals themselves. */
export type LiveOutcome =
  | Exclude<TacticOutcome, { kind: 'goals' }>
  | { readonly kind: 'goals'; readonly goals: readonly Goal[]; readonly messages?: readonly string[] };

export interface TacticAnswer {
  readonly outcome: LiveOutcome;
  readonly worker: number;
  readonly ms: number;
  readonly heartbeats?: number | undefined;
  readonly syntaxKind?: string | undefined;
}

export type StartAnswer =
  | { readonly kind: 'started'; readonly goals: readonly Goal[]; readonly ms: number }
  | { readonly kind: 'startFailed'; readonly category: string; readonly message: string };

/** One problem on the Lean workers. */
export interface ProblemWorker {
  start(signal?: AbortSignal): Promise<StartAnswer>;
  tryTactic(
    state: StateRef,
    resultKey: string,
    tactic: string,
    limits: TacticLimits,
    options: { readonly onSent: (worker: number) => void; readonly signal: AbortSignal },
  ): Promise<TacticAnswer>;
  release(keys: readonly string[]): void;
  close(): Promise<void>;
}

export type VerdictFacts = Omit<Extract<InputEvent, { kind: 'verdict.given' }>, 'kind' | 'node' | 'ms'>;

/** Everything outside the search machine that one search needs. */
export interface SearchWorld {
  readonly prover: ProblemWorker;
  readonly provider: TacticProvider;
  /** Judges a finished proof, in a prover that has run no candidate. */
  readonly judge: (proof: readonly string[]) => Promise<VerdictFacts>;
  readonly clock: Clock;
}

export interface Clock {
  /** Milliseconds that only grow. */
  now(): number;
  /** Calls back once after `ms`; the result cancels it. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
