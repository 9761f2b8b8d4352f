import { TEMPERATURE_BOUNDS } from '../head/parameters.ts';
import type { Measures } from './events.ts';

/** Energies of groups, one behind the other: a positive, then `negatives` others. */
export interface EnergyGroups {
  readonly energies: Float32Array;
  readonly negatives: number;
  /** In the same layout: 0 where nobody is. */
  readonly present: Float32Array;
  readonly margin: number;
}

export type Ranking = Omit<Measures, 'loss' | 'contrastive' | 'depth'>;

/** How well positives lie below their negatives; shares are 0 where there is nothing to count. */
export function measureRanking({ energies, negatives, present, margin }: EnergyGroups): Ranking {
  const width = negatives + 1;
  const groups = energies.length / width;
  let [positive, negative, pairs, right, active, ranked] = [0, 0, 0, 0, 0, 0];
  let squares = 0;
  for (let g = 0; g < groups; g++) {
    const own = energies[g * width] as number;
    positive += own;
    squares += own * own;
    let isFirst = true;
    for (let k = 1; k < width; k++) {
      if (present[g * width + k] === 0) continue;
      const other = energies[g * width + k] as number;
      negative += other;
      squares += other * other;
      pairs += 1;
      if (own < other) right += 1;
      else isFirst = false;
      if (margin + own - other > 0) active += 1;
    }
    if (isFirst) ranked += 1;
  }
  const share = (count: number, of: number): number => (of === 0 ? 0 : count / of);
  const posEnergy = share(positive, groups);
  const negEnergy = share(negative, pairs);
  const mean = share(positive + negative, groups + pairs);
  return {
    gap: negEnergy - posEnergy,
    rank: share(ranked, groups),
    pair: share(right, pairs),
    active: share(active, pairs),
    posEnergy,
    negEnergy,
    std: Math.sqrt(Math.max(0, share(squares, groups + pairs) - mean * mean)),
  };
}

export interface LossGroups extends EnergyGroups {
  /** Remaining depth of each positive, below 0 where unknown. */
  readonly remaining: Float32Array;
  /** 0 = no temperature. */
  readonly logTemperature: number;
  readonly weights: {
    readonly infoNce: number;
    readonly marginRanking: number;
    readonly depthRegression: number;
  };
}

/** The losses that training follows (`graph/losses.ts`), for groups whose energies are there already. */
export function measureLosses(groups: LossGroups): Pick<Measures, 'loss' | 'contrastive' | 'depth'> {
  const { infoNce, marginRanking, depthRegression } = groups.weights;
  const contrastive =
    (infoNce > 0 ? infoNce * crossEntropy(groups) : 0) + (marginRanking > 0 ? marginRanking * marginLoss(groups) : 0);
  const depth = depthRegression > 0 ? depthRegression * depthLoss(groups) : 0;
  return { loss: contrastive + depth, contrastive, depth };
}

function crossEntropy({ energies, negatives, present, logTemperature }: LossGroups): number {
  const width = negatives + 1;
  const [low, high] = TEMPERATURE_BOUNDS;
  const temperature = Math.exp(Math.min(high, Math.max(low, logTemperature)));
  const groups = energies.length / width;
  let sum = 0;
  for (let g = 0; g < groups; g++) {
    const logits: number[] = [];
    for (let k = 0; k < width; k++)
      if (present[g * width + k] !== 0) logits.push(-(energies[g * width + k] as number) / temperature);
    const top = Math.max(...logits);
    sum += top + Math.log(logits.reduce((total, logit) => total + Math.exp(logit - top), 0)) - (logits[0] as number);
  }
  return sum / groups;
}

function marginLoss({ energies, negatives, present, margin }: LossGroups): number {
  const width = negatives + 1;
  let sum = 0;
  let pairs = 0;
  for (let i = 0; i < energies.length; i++) {
    const own = energies[i - (i % width)] as number;
    const short = margin + own - (energies[i] as number);
    if (i % width === 0 || present[i] === 0 || short <= 0) continue;
    sum += short;
    pairs += 1;
  }
  return sum / Math.max(1, pairs);
}

function depthLoss({ energies, negatives, remaining }: LossGroups): number {
  const most = remaining.reduce((greatest, one) => Math.max(greatest, one), 1);
  let sum = 0;
  let known = 0;
  for (let g = 0; g < remaining.length; g++) {
    const depth = remaining[g] as number;
    if (depth < 0) continue;
    sum += ((energies[g * (negatives + 1)] as number) - depth / most) ** 2;
    known += 1;
  }
  return sum / Math.max(1, known);
}

/** Means of some measures. */
export function meanOf(all: readonly Measures[]): Measures {
  const mean = (key: keyof Measures): number => all.reduce((sum, one) => sum + one[key], 0) / Math.max(1, all.length);
  return {
    loss: mean('loss'),
    contrastive: mean('contrastive'),
    depth: mean('depth'),
    gap: mean('gap'),
    rank: mean('rank'),
    pair: mean('pair'),
    active: mean('active'),
    posEnergy: mean('posEnergy'),
    negEnergy: mean('negEnergy'),
    std: mean('std'),
  };
}
