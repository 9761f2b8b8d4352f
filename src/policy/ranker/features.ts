import type { GoalView } from '../heuristic/view.ts';
import type { PolicyState } from '../provider.ts';
import { hashPair, hashText } from './mixing.ts';
import type { Pooled } from './pool.ts';
import { bucket, headWord, stateFeatures } from './state-features.ts';

/** Which features there are; a model of other features cannot be used. */
export const FEATURES = 'ranker-features/1';
/** Numbers in the vector of a candidate. */
export const featureWidth = 1024;

/** The vectors of some candidates: those numbers that are not 0. Candidate `i` has `from[i]` up to, not including, `from[i + 1]`. */
export interface SparseRows {
  readonly from: readonly number[];
  readonly index: readonly number[];
  readonly value: readonly number[];
}

/**
 * Vectors of the candidates of one state: what kind of tactic it is, with each property of its goal, hashed; the
 * heuristic's opinion of it; its size, and what it names.
 */
export function candidateFeatures(pool: readonly Pooled[], state: Pick<PolicyState, 'goals' | 'path'>): SparseRows {
  const ofStates = new Map<GoalView, readonly number[]>();
  const [from, index, value]: [number[], number[], number[]] = [[0], [], []];
  for (const pooled of pool) {
    const known = ofStates.get(pooled.view);
    const ofState = known ?? stateFeatures(pooled.view, state);
    if (known === undefined) ofStates.set(pooled.view, ofState);
    const kind = kindOf(pooled);
    const add = (hash: number, amount = 1): void => {
      index.push(hash % featureWidth);
      value.push(amount);
    };
    add(kind);
    for (const feature of ofState) add(hashPair(kind, feature));
    for (const [hash, amount] of ownFeatures(pooled)) add(hash, amount);
    from.push(index.length);
  }
  return { from, index, value };
}

/** Candidates of one kind are done alike: the same rule and head, or the same template. */
function kindOf({ origin, tactic, skeleton }: Pooled): number {
  // Single words, such as `omega`, are the same whoever proposes them.
  return /^\S+$/.test(tactic) ? hashText(tactic) : hashText(skeleton ?? `${origin} ${headWord(tactic)}`);
}

const [CONSTANT, PRIOR, RANK, NO_PRIOR] = ['constant', 'prior', 'rank', 'no prior'].map(hashText) as [
  number,
  number,
  number,
  number,
];

function* ownFeatures({ tactic, prior, rank, view, heartbeats }: Pooled): Generator<readonly [number, number]> {
  yield [CONSTANT, 1];
  yield [hashText(`length=${bucket(tactic.length >> 4)}`), 1];
  yield [hashText(`heartbeats=${bucket((heartbeats ?? 0) / 2000)}`), 1];
  yield [hashText(`names=${Math.min(namedFacts(tactic, view), 3)}`), 1];
  if (prior === null) yield [NO_PRIOR, 1];
  else {
    yield [PRIOR, Math.max(-8, prior) / 4];
    yield [RANK, Math.log2(1 + rank) / 3];
    yield [hashText(`rank=${bucket(rank)}`), 1];
  }
}

function namedFacts(tactic: string, { facts }: GoalView): number {
  const words = new Set(tactic.match(/[\p{L}_][\p{L}\p{N}_'₀-₉✝]*/gu));
  return facts.reduce((count, { name }) => count + (words.has(name) ? 1 : 0), 0);
}
