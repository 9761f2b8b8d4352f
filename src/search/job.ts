import type { Try } from './tries.ts';

/** Work in flight for one node: an expansion, or a typed tactic (`expansion` null). */
export interface Job {
  readonly expansion: number | null;
  readonly node: number;
  readonly round: number;
  /** The provider holds nothing back for a later round. */
  exhausted: boolean;
  /** What is tried, in the order in which it enters the tree; null until candidates are known. Steps of whole proofs are added as these get on. */
  order: Try[] | null;
  /** How many of them have entered the tree. */
  applied: number;
  /** Nodes made by this job. */
  readonly added: number[];
}

/** A job that is over. */
export type FinishedJob = Readonly<Pick<Job, 'expansion' | 'node' | 'round' | 'exhausted' | 'added'>>;

/** A job whose provider is still to answer. */
export const newJob = (expansion: number | null, node: number, round: number): Job => ({
  expansion,
  node,
  round,
  exhausted: true,
  order: null,
  applied: 0,
  added: [],
});
