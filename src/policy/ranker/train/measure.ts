import { Rng } from '../../../value/data/rng.ts';
import { byTurns } from '../ranking.ts';
import { RIGHT } from './groups.ts';

/** A figure with the interval in which it lies with 95 % confidence, theorems being drawn anew. */
export interface Figure {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How well an order of candidates finds the right ones. */
export interface RankFigures {
  /** Share of states whose first candidate is right; of those with a right one among the first four. */
  readonly top1: Figure;
  readonly top4: Figure;
  /** Mean of the first right candidate's place, from 1, and of its inverse. */
  readonly rank: Figure;
  readonly reciprocalRank: Figure;
}

/** The place of the first right candidate at one state, from 0. */
export interface Place {
  readonly root: string;
  readonly place: number;
}

/** Candidates in the first answer that places are about. */
const usualCount = 4;

/** Where the first right candidate comes, when these are the scores of candidates in the heuristic's order. */
export function placeOf(labels: Uint8Array, scores: ArrayLike<number>): number {
  const order = Array.from(labels.keys()).sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  return byTurns(order, usualCount).findIndex((i) => labels[i] === RIGHT);
}

const resamples = 1000;
const figures = {
  top1: (place: number) => (place === 0 ? 1 : 0),
  top4: (place: number) => (place < 4 ? 1 : 0),
  rank: (place: number) => place + 1,
  reciprocalRank: (place: number) => 1 / (place + 1),
} as const;

/** Figures over all states; intervals by drawing theorems with replacement. */
export function figuresOf(places: readonly Place[]): RankFigures {
  const groups = [...Map.groupBy(places, ({ root }) => root).values()];
  const of = (measure: (place: number) => number): Figure => {
    const sums = groups.map((group) => group.reduce((sum, { place }) => sum + measure(place), 0));
    const counts = groups.map((group) => group.length);
    const rng = Rng.seeded(0, resamples);
    const drawn = Float64Array.from({ length: resamples }, () => {
      let [sum, count] = [0, 0];
      for (let i = 0; i < groups.length; i++) {
        const one = rng.below(groups.length);
        sum += sums[one] as number;
        count += counts[one] as number;
      }
      return sum / count;
    }).sort();
    const at = (share: number): number => drawn[Math.floor(share * (resamples - 1))] as number;
    const value = places.reduce((sum, { place }) => sum + measure(place), 0) / places.length;
    return { value, low: at(0.025), high: at(0.975) };
  };
  return {
    top1: of(figures.top1),
    top4: of(figures.top4),
    rank: of(figures.rank),
    reciprocalRank: of(figures.reciprocalRank),
  };
}
