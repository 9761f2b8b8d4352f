import { type Blend, logProbs } from '../ranking.ts';
import { type RankingGroup, RIGHT } from './groups.ts';
import { placeOf } from './measure.ts';

/** A group that a net has judged which has not seen its theorem. */
export interface Judged {
  readonly group: RankingGroup;
  readonly energy: Float64Array;
}

const shares = [0, 0.25, 0.5, 0.75, 1, 1.5, 2];
const temperatures = [0.5, 0.7, 1, 1.4, 2, 2.8, 4, 5.6, 8];

/**
 * How much the heuristic's log-prob counts beside the net: the share that brings right candidates furthest to the front; then
 * the temperature at which the probabilities are most nearly true, so that they are comparable from state to state.
 */
export function chooseBlend(judged: readonly Judged[]): Blend {
  const share = least(shares, (prior) => delay(judged, { temperature: 1, prior }));
  const temperature = least(temperatures, (one) => surprise(judged, { temperature: one, prior: share / one }));
  return { temperature, prior: share / temperature };
}

function least(options: readonly number[], cost: (option: number) => number): number {
  const costs = options.map(cost);
  return options[costs.indexOf(Math.min(...costs))] as number;
}

/** Mean logarithm of the first right candidate's place. */
function delay(judged: readonly Judged[], blend: Blend): number {
  return mean(judged, ({ group, energy }) => Math.log(1 + placeOf(group.labels, logProbs(energy, group.pool, blend))));
}

/** Mean of −ln of the probability that all right candidates have together. */
function surprise(judged: readonly Judged[], blend: Blend): number {
  return mean(judged, ({ group, energy }) => {
    const found = logProbs(energy, group.pool, blend);
    return -Math.log(found.reduce((sum, one, i) => (group.labels[i] === RIGHT ? sum + Math.exp(one) : sum), 1e-12));
  });
}

const mean = (judged: readonly Judged[], of: (one: Judged) => number): number =>
  judged.reduce((sum, one) => sum + of(one), 0) / judged.length;
