import { type Rate, rateOf } from '../../run/wilson.ts';
import type { TrainingSet } from '../data/training-set.ts';
import type { Spread } from '../score/value-model.ts';

/** How often one way of choosing takes a right child. `n` counts ties by shares, so it need not be whole. */
export interface ChoiceRates {
  readonly energy: Rate;
  readonly logProb: Rate;
  /** Half log-prob, half energy on the scale of the log-probs, as searches weigh them by default. */
  readonly combined: Rate;
  /** Expected of drawing a child blindly: the mean share of right children. */
  readonly chance: number;
  /** Children of a choice, on average. */
  readonly children: number;
}

export interface ChildChoice {
  /** Right is the child on the search's own proof alone; all its open siblings are wrong. */
  readonly proof: ChoiceRates;
  /** Right is every child that some proof is known to go through; children of whom nobody knows are left out. */
  readonly anyProof: ChoiceRates;
}

/** What a state's choice is between: scores by way of choosing, lower is better. */
interface Choice {
  readonly depth: number;
  readonly right: readonly boolean[];
  readonly energy: readonly number[];
  readonly logProb: readonly number[];
  readonly combined: readonly number[];
}

export interface ChoiceScale {
  readonly energy: Spread;
  readonly logProb: Spread;
}

/**
 * Child choice on the choices of a set: at each state on a proof with at least two open children, right and wrong ones among
 * them, whether the best child is a right one. Choices with a child that has no energy are left out.
 * @param depth only choices of states at this depth
 */
export function childChoice(set: TrainingSet, energies: Float64Array, scale: ChoiceScale, depth?: number): ChildChoice {
  const wanted = (choice: Choice): boolean => depth === undefined || choice.depth === depth;
  return {
    proof: ratesOf(choicesOf(set, energies, scale, 'proof').filter(wanted)),
    anyProof: ratesOf(choicesOf(set, energies, scale, 'anyProof').filter(wanted)),
  };
}

function choicesOf(
  { choices }: TrainingSet,
  energies: Float64Array,
  scale: ChoiceScale,
  reading: keyof ChildChoice,
): readonly Choice[] {
  const found: Choice[] = [];
  const stretch = scale.energy.std === 0 ? 0 : scale.logProb.std / scale.energy.std;
  for (let i = 0; i < choices.length; i++) {
    const right: boolean[] = [];
    const [energy, logProb, combined] = [[], [], []] as [number[], number[], number[]];
    for (let at = choices.children[i] as number; at < (choices.children[i + 1] as number); at++) {
      if (reading === 'anyProof' && choices.onProof[at] === 2) continue;
      const own = energies[choices.example[at] as number] as number;
      const policy = -(choices.logProb[at] as number);
      right.push((reading === 'proof' ? choices.onFirst[at] : choices.onProof[at]) === 1);
      energy.push(own);
      logProb.push(policy);
      combined.push(0.5 * policy + 0.5 * (own - scale.energy.mean) * stretch);
    }
    if (!right.includes(true) || !right.includes(false) || energy.some(Number.isNaN)) continue;
    found.push({ depth: choices.depth[i] as number, right, energy, logProb, combined });
  }
  return found;
}

function ratesOf(choices: readonly Choice[]): ChoiceRates {
  const mean = (figure: (choice: Choice) => number): number =>
    choices.length === 0 ? 0 : choices.reduce((sum, one) => sum + figure(one), 0) / choices.length;
  const rate = (scoresOf: (choice: Choice) => readonly number[]): Rate =>
    rateOf(
      choices.reduce((sum, one) => sum + rightAmongBest(scoresOf(one), one.right), 0),
      choices.length,
    );
  return {
    energy: rate(({ energy }) => energy),
    logProb: rate(({ logProb }) => logProb),
    combined: rate(({ combined }) => combined),
    chance: mean(({ right }) => right.filter((one) => one).length / right.length),
    children: mean(({ right }) => right.length),
  };
}

/** 1 when the child with the lowest score is right, 0 when it is not; of several with that score, the share that is. */
function rightAmongBest(scores: readonly number[], right: readonly boolean[]): number {
  const best = Math.min(...scores);
  const tied = right.filter((_, i) => scores[i] === best);
  return tied.filter((one) => one).length / tied.length;
}
