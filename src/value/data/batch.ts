import type { TrainingSet } from './training-set.ts';

/** What a negative was drawn from. */
export const TIER_POSITIVE = 0;
export const TIER_HARD = 1;
export const TIER_MEDIUM = 2;
export const TIER_EASY = 3;
/** No negative: the place of a group that has fewer. Its `example` is the positive's, and its weight must be 0. */
export const TIER_NONE = 4;

/** How negatives are drawn. Shares are of the negatives; what is left over is easy. */
export interface SamplingSettings {
  /** Negatives for each positive. */
  readonly negatives: number;
  /** Share of siblings: children of states on a proof. */
  readonly hard: number;
  /** Share of other states of the same theorem. */
  readonly medium: number;
  /**
   * Whether states of theorems that were not proved may be negatives for other theorems. Some of them can be proved, but so
   * can many states beside a proof.
   */
  readonly unprovedAsEasy: boolean;
}

/** Samples for one step. Row `i` is `examples[i * (1 + negatives)]`, the positive, and its negatives behind it. */
export interface Batch {
  readonly size: number;
  readonly negatives: number;
  /** Indices of examples, `size` rows of 1 + `negatives`; the columns of `Examples` give state, parent, tactic and theorem. */
  readonly examples: Int32Array;
  /** What each was drawn from, in the same layout. */
  readonly tiers: Uint8Array;
  /** Remaining depth of each positive; −1 where unknown. */
  readonly remaining: Int32Array;
}

/** The states (`set.states`) of a batch, in its layout. */
export function statesOf({ examples: { state } }: TrainingSet, { examples }: Batch): Int32Array {
  return examples.map((example) => state[example] as number);
}

/** The root state of each sample's own theorem, in the layout of the batch; −1 where unknown. */
export function rootsOf({ examples: { theorem }, roots }: TrainingSet, { examples }: Batch): Int32Array {
  return examples.map((example) => roots[theorem[example] as number] as number);
}
