import { LRUCache } from 'lru-cache';
import { type Goal, stateText } from '../../lean/goal.ts';
import type { Candidate, ProposeRequest } from '../provider.ts';

/** What a search has been given for one state. */
export interface GivenForState {
  /** The answers by round. */
  readonly rounds: Map<number, readonly Candidate[]>;
  /** Tactics that were tried here before the search came here: behind the introduction that leads here. */
  readonly behind: Set<string>;
}

const mostStates = 20_000;

/**
 * What each search has been given, state by state. A search that goes on in another process starts without it, and may be
 * given a few tactics again.
 */
export class Given {
  readonly #states = new LRUCache<string, GivenForState>({ max: mostStates });

  of({ lane = '', seed, temperature, count }: ProposeRequest, goals: readonly Goal[]): GivenForState {
    // Lean breaks long lines by their place in the goal, so white space tells nothing.
    const key = `${lane} ${seed} ${temperature} ${count}\n${stateText(goals).replace(/\s+/g, ' ')}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const made: GivenForState = { rounds: new Map(), behind: new Set() };
    this.#states.set(key, made);
    return made;
  }
}

/** The candidates that have been in no answer, those last that were tried before the search came here. */
export function stillToGive(candidates: readonly Candidate[], { rounds, behind }: GivenForState): readonly Candidate[] {
  const given = new Set([...rounds.values()].flatMap((answer) => answer.map(({ tactic }) => tactic)));
  const left = candidates.filter(({ tactic }) => !given.has(tactic));
  return [...left.filter(({ tactic }) => !behind.has(tactic)), ...left.filter(({ tactic }) => behind.has(tactic))];
}
