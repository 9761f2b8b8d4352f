import type { LeanProblem } from '../lean/pool/types.ts';
import type { TacticProvider } from '../policy/provider.ts';
import type { ValueModel } from '../value/score/value-model.ts';
import type { InputEvent } from './events.ts';

/** What the judge says of a finished proof. */
export type VerdictFacts = Omit<Extract<InputEvent, { kind: 'verdict.given' }>, 'kind' | 'node' | 'ms'>;

/** Everything outside the search machine that one search needs. */
export interface SearchWorld {
  readonly prover: LeanProblem;
  readonly provider: TacticProvider;
  /** Gives states their energies; left out or null where the search has no value model. */
  readonly value?: ValueModel | null;
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
