import type { Spread } from '../value/score/value-model.ts';
import type { Scales } from './events.ts';
import type { SearchNode, SearchState } from './state.ts';

/** So many values of its own a search needs before what was found in training no longer counts. */
const enough = 24;
/** How much what was found in training weighs at the beginning, in values. */
const priorWeight = 8;
/** Log-probs that hardly differ still let the value speak. */
const leastLogProbStd = 0.25;
/** A head whose energies are all but equal is not blown up into one that has an opinion. */
const leastShareOfStd = 0.05;
const leastEnergyStd = 1e-6;
/** Tactics that no policy proposed: their log-probs are settings. */
const notProposed: ReadonlySet<string> = new Set(['probe', 'fallback', 'typed']);
/** Width of the middle half of a normal distribution, in standard deviations. */
const middleHalf = 1.349;

/**
 * How the log-probs and the energies of a search spread. Spreads are measured by the middle half, so that a few outliers (a
 * completion of a thousand tokens, a tactic with a penalty for a log-prob) do not decide. Of log-probs summed from the root the
 * trend with depth is taken out first: that each step costs something tells nothing about one node against another. While
 * there are few nodes, the energies of training help out; log-probs spread as provider, temperature and number of candidates
 * have them, which training may have had otherwise.
 */
export function measureScales({ nodes, settings, value }: SearchState): Scales {
  const energies: number[] = [];
  const logProbs: number[] = [];
  const depths: number[] = [];
  for (const node of nodes) {
    if (node.energy !== null) energies.push(node.energy);
    if (node.goals.length === 0 || !isProposed(nodes, node)) continue;
    logProbs.push(settings.accumulate === 'sum' ? node.pathLogProb : node.logProb);
    depths.push(node.depth);
  }
  const trained = value?.about?.scale;
  const known = trained?.energy ?? null;
  const energy = mixed(spreadOf(energies), energies.length, known);
  const least = Math.max(leastEnergyStd, leastShareOfStd * (known?.std ?? 0));
  const policy = settings.accumulate === 'sum' ? withoutTrend(logProbs, depths) : logProbs;
  const logProb = mixed(spreadOf(policy), policy.length, null);
  return {
    logProb: { mean: rounded(logProb.mean), std: rounded(Math.max(leastLogProbStd, logProb.std)) },
    energy: { mean: rounded(energy.mean), std: rounded(Math.max(least, energy.std)) },
  };
}

function isProposed(nodes: readonly SearchNode[], { parent, candidate }: SearchNode): boolean {
  if (parent === null || candidate === null) return false;
  return !notProposed.has(nodes[parent]?.candidates[candidate]?.origin ?? 'typed');
}

/** Own values mixed with those from training, which count ever less; spreads by their logarithms, since they may differ a hundredfold. */
function mixed(own: Spread, count: number, trained: Spread | null): Spread {
  const prior = trained !== null && trained.std > 0 ? trained : null;
  // A search that knows nothing of the kind takes its first values for a distance of one.
  const fallback = prior ?? { mean: own.mean, std: 1 };
  const weight = (prior === null ? 1 : priorWeight) * Math.max(0, 1 - count / enough);
  if (weight === 0) return own;
  const share = weight / (weight + count);
  const std = own.std > 0 ? Math.exp(share * Math.log(fallback.std) + (1 - share) * Math.log(own.std)) : fallback.std;
  return { mean: share * fallback.mean + (1 - share) * own.mean, std };
}

/** Mean, and a standard deviation that a few outliers do not move; 0 for none. */
function spreadOf(values: readonly number[]): Spread {
  const { length } = values;
  if (length === 0) return { mean: 0, std: 0 };
  const mean = values.reduce((sum, one) => sum + one, 0) / length;
  const sorted = Float64Array.from(values).sort();
  const quartile = (part: number): number => sorted[Math.round((length - 1) * part)] as number;
  const middle = (quartile(0.75) - quartile(0.25)) / middleHalf;
  if (middle > 0) return { mean, std: middle };
  return { mean, std: Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / length) };
}

/** What is left of values when their linear dependence on depth is taken out. */
function withoutTrend(values: readonly number[], depths: readonly number[]): readonly number[] {
  const count = values.length;
  if (count < 3) return values;
  const meanDepth = depths.reduce((sum, one) => sum + one, 0) / count;
  const mean = values.reduce((sum, one) => sum + one, 0) / count;
  let products = 0;
  let squares = 0;
  for (let i = 0; i < count; i += 1) {
    const depth = (depths[i] as number) - meanDepth;
    products += depth * ((values[i] as number) - mean);
    squares += depth * depth;
  }
  const slope = squares === 0 ? 0 : products / squares;
  return values.map((one, i) => one - slope * ((depths[i] as number) - meanDepth));
}

/** Twelve digits are what any machine gives alike. */
const rounded = (value: number): number => Number(value.toPrecision(12));
