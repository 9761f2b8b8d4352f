import type { Goal } from '../../../lean/goal.ts';

/**
 * What a try came to. `proof`: an accepted proof goes on with it. `closed`: it left no goal open, and nobody judged the
 * proof. `goals`: it led to another state. `failed`: Lean refused it, or was stopped by a limit.
 */
export type TryResult = 'proof' | 'closed' | 'goals' | 'failed';

export interface ObservedTry {
  readonly tactic: string;
  readonly result: TryResult;
}

/** A state on an accepted proof, with what is known of tries there. */
export interface ObservedState {
  readonly goals: readonly Goal[];
  readonly path: readonly string[];
  readonly tries: readonly ObservedTry[];
}

/** One accepted proof, its states in order. */
export interface ObservedProof {
  readonly theorem: string;
  /** Text of the root: theorems with the same one are the same to a split. */
  readonly root: string;
  readonly states: readonly ObservedState[];
}

/** Whether a try was right. */
export const isRight = ({ result }: ObservedTry): boolean => result === 'proof' || result === 'closed';
