import type { Lists } from './lists.ts';

/** How a state stands to the proofs of its theorem, over all searches that found it. */
export const POSITIVE = 0;
/** No proof goes through it, and its parent is on one. */
export const SIBLING = 1;
/** No proof goes through it, nor through its parent, and its theorem was proved. */
export const SAME_THEOREM = 2;
/** Nobody knows: its theorem was not proved, or it leads to an end that was never judged. */
export const UNKNOWN = 3;

export type StateKind = typeof POSITIVE | typeof SIBLING | typeof SAME_THEOREM | typeof UNKNOWN;

/**
 * Each open state of each theorem once, however often it was found; one value per example in every column. States with no
 * goals left are none of them: they need no energy.
 */
export interface Examples {
  readonly length: number;
  /** Index in `theorems`. */
  readonly theorem: Int32Array;
  /** Index in `states`. */
  readonly state: Int32Array;
  /** Index in `states` of the state that it was reached from, and in `tactics` of what led here; −1 for a root or where unknown. */
  readonly parent: Int32Array;
  readonly tactic: Int32Array;
  readonly kind: Uint8Array;
  /** Least number of steps to the end of a proof; −1 beside it or unknown. */
  readonly remaining: Int32Array;
  /** Least number of steps from the root. */
  readonly depth: Int32Array;
}

/** Whether an example is the root of its theorem: to others some tactic led, even where it is not known. */
export function isRoot({ tactic, depth }: Examples, example: number): boolean {
  return (tactic[example] as number) < 0 && depth[example] === 0;
}

/** The choices that searches had on their way to a proof: each parent on a proof in one search, with all its open children there. */
export interface Choices {
  readonly length: number;
  readonly theorem: Int32Array;
  /** Index in `states` of the parent. */
  readonly parent: Int32Array;
  /** Steps from the root to the parent. */
  readonly depth: Int32Array;
  /** Children of choice `i`: the positions `children[i]` to `children[i + 1]`, without the last, in the columns below. */
  readonly children: Int32Array;
  readonly example: Int32Array;
  /** Log-probability that the policy gave the tactic, and the energy that the state had in its search; NaN where it had none. */
  readonly logProb: Float64Array;
  readonly energy: Float64Array;
  /** Whether a proof goes through the child (1), none is known to (0), or nobody can say (2). */
  readonly onProof: Uint8Array;
  /** 1 where the child is on the first proof of a search that had this choice, which is what a search would have to choose. */
  readonly onFirst: Uint8Array;
}

/** What was read, and what became of it. */
export interface DataCounts {
  readonly rows: number;
  /** Rows that stood in more than one file. */
  readonly repeated: number;
  readonly searches: number;
  readonly provedSearches: number;
  readonly theorems: number;
  /** Theorems with a proof in some search, and those with a positive state that is open. */
  readonly proved: number;
  readonly withPositives: number;
  readonly states: number;
  readonly examples: number;
  readonly positives: number;
  readonly siblings: number;
  readonly sameTheorem: number;
  readonly unknown: number;
  /** Rows without goals. */
  readonly finished: number;
  /** States that some rows call positive and others negative: they are positive. */
  readonly bothLabels: number;
  /** Rows whose number stands twice in their search, so that no parent can be told: they have no siblings. */
  readonly unclearRows: number;
}

/**
 * States for training a value model, in columns, so that half a million rows cost no object each. Sets made from one another by
 * `splitByTheorem` share `states`, `tactics` and `theorems`, and so also the embeddings of the states.
 */
export interface TrainingSet {
  /** Unique texts of open states; a state is its index here. Never "". */
  readonly states: readonly string[];
  readonly tactics: readonly string[];
  readonly theorems: readonly string[];
  /** Index in `states` of each theorem's root; −1 where no row says. */
  readonly roots: Int32Array;
  readonly examples: Examples;
  /** Examples of each theorem by kind. */
  readonly positives: Lists;
  readonly siblings: Lists;
  readonly sameTheorem: Lists;
  readonly unknown: Lists;
  readonly choices: Choices;
  /** Theorems with at least one positive example: what a sampler draws from. */
  readonly eligible: Int32Array;
  readonly counts: DataCounts;
  /** sha256 over theorems, states and labels, in their order: the same files in the same order give it again. */
  readonly hash: string;
}
