import type { SearchNode } from './state.ts';

/** Work in flight for one node: an expansion, or a typed tactic (`expansion` null). */
export interface Job {
  readonly expansion: number | null;
  readonly node: number;
  readonly round: number;
  /** The provider holds nothing back for a later round. */
  exhausted: boolean;
  /** Candidates being tried, in rank order; null until they are known. */
  order: readonly number[] | null;
  /** How many of them have entered the tree. */
  applied: number;
  /** Nodes made by this job. */
  readonly added: number[];
}

/** The job's candidates that Lean has not answered. */
export function openCandidates(node: SearchNode, job: Job): number[] {
  return (job.order ?? []).filter((index) => {
    const kind = node.candidates[index]?.status.kind;
    return kind === 'waiting' || kind === 'running';
  });
}
