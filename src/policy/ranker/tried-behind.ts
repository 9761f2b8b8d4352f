import { LRUCache } from 'lru-cache';
import { type Goal, stateText } from '../../lean/goal.ts';
import type { Candidate } from '../provider.ts';

const mostStates = 10_000;

/**
 * What each search has tried at a state before it came there, behind an introduction. A search that goes on in another process
 * starts without it, and tries those few again.
 */
export class TriedBehind {
  readonly #tactics = new LRUCache<string, ReadonlySet<string>>({ max: mostStates });

  note(lane: string, goals: readonly Goal[], candidates: readonly Candidate[]): void {
    this.#tactics.set(keyOf(lane, goals), new Set(candidates.map(({ tactic }) => tactic)));
  }

  /** The candidates of a state, those behind that were tried there. */
  last(lane: string, goals: readonly Goal[], candidates: readonly Candidate[]): readonly Candidate[] {
    const tried = this.#tactics.get(keyOf(lane, goals));
    if (tried === undefined) return candidates;
    return [
      ...candidates.filter(({ tactic }) => !tried.has(tactic)),
      ...candidates.filter(({ tactic }) => tried.has(tactic)),
    ];
  }
}

/** Lean breaks long lines by their place in the goal, so white space tells nothing. */
const keyOf = (lane: string, goals: readonly Goal[]): string => `${lane}\n${stateText(goals).replace(/\s+/g, ' ')}`;
