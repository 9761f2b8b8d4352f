import type { SamplingSettings } from '../data/batch.ts';
import { listAt } from '../data/lists.ts';
import { Rng } from '../data/rng.ts';
import { Sampler } from '../data/sample.ts';
import { POSITIVE, SAME_THEOREM, SIBLING, type TrainingSet } from '../data/training-set.ts';
import type { HeadScale } from '../head/loaded-head.ts';
import { measureRanking, type Ranking } from '../train/measures.ts';
import type { VectorTable } from '../train/vector-table.ts';
import { type Calibration, calibrationOf } from './calibration.ts';
import { type ChildChoice, type ChoiceScale, childChoice } from './child-choice.ts';
import { shareBelow, spreadOf } from './statistics.ts';

export interface KindFigures {
  readonly n: number;
  readonly mean: number;
  readonly std: number;
}

/** How well energies tell states on proofs from states beside them. */
export interface Separation {
  readonly positive: KindFigures;
  readonly negative: KindFigures;
  readonly gap: number;
  /** Share of pairs of a positive and a negative in which the positive is lower; null when one kind has none. */
  readonly auroc: number | null;
  /** The same over pairs of one theorem, and over siblings and positives of one theorem; each theorem counts alike. */
  readonly withinTheorem: number | null;
  readonly siblings: number | null;
}

/** What the encoder alone tells apart: distance of the mean vectors of both kinds, and how well the line between them separates. */
export interface VectorSeparation {
  readonly centroidL2: number;
  readonly centroidAuroc: number | null;
}

export interface DepthFigures {
  readonly depth: number;
  readonly separation: Separation;
  readonly choice: ChildChoice;
}

export interface ProbeResult {
  readonly theorems: number;
  readonly withPositives: number;
  readonly states: number;
  /** Examples without an energy. */
  readonly failed: number;
  readonly separation: Separation;
  readonly vectors: VectorSeparation;
  /** On samples as in training; null when nothing can be sampled. */
  readonly ranking: Ranking | null;
  readonly samples: number;
  readonly choice: ChildChoice;
  readonly calibration: Calibration | null;
  readonly byDepth: readonly DepthFigures[];
  /** The reference's gate: gap > 0 and rank accuracy > 0.60. Null when there is nothing to judge by. */
  readonly go: boolean | null;
}

export interface ProbeOptions {
  readonly sampling: SamplingSettings;
  readonly samples: number;
  readonly seed: number;
  readonly margin: number;
  readonly scale: HeadScale;
}

const RANK_GATE = 0.6;

/** Measures a value model on a set that it was not trained on, by the energies of its examples. */
export function probe(
  whole: TrainingSet,
  energies: Float64Array,
  table: VectorTable,
  options: ProbeOptions,
): ProbeResult {
  const ranking = rank(whole, energies, options);
  const separation = separationOf(whole, energies);
  const scale = scaleOf(whole, energies, options.scale);
  const depths = [...new Set(whole.examples.depth)].sort((a, b) => a - b);
  return {
    theorems: whole.counts.theorems,
    withPositives: whole.eligible.length,
    states: whole.counts.states,
    failed: energies.reduce((sum, energy) => sum + (Number.isNaN(energy) ? 1 : 0), 0),
    separation,
    vectors: vectorSeparation(whole, table),
    ranking,
    samples: ranking === null ? 0 : options.samples,
    choice: childChoice(whole, energies, scale),
    calibration: calibrationOf(whole, energies),
    byDepth: depths.map((depth) => ({
      depth,
      separation: separationOf(whole, energies, depth),
      choice: childChoice(whole, energies, scale, depth),
    })),
    go: ranking === null ? null : ranking.gap > 0 && ranking.rank > RANK_GATE,
  };
}

function rank(set: TrainingSet, energies: Float64Array, options: ProbeOptions): Ranking | null {
  const { sampling, samples, seed, margin } = options;
  const sampler = new Sampler(set, sampling);
  if (!sampler.canSample) return null;
  const { examples, negatives } = sampler.sample(Rng.seeded(seed, PROBE_STREAM), samples);
  const drawn = Float32Array.from(examples, (example) => energies[example] as number);
  // A group whose positive has no energy says nothing.
  const isWhole = (group: number): boolean => !Number.isNaN(drawn[group * (1 + negatives)] as number);
  const groups = Array.from({ length: samples }, (_, group) => group).filter(isWhole);
  const kept = Float32Array.from(
    groups.flatMap((group) => [...drawn.subarray(group * (1 + negatives), (group + 1) * (1 + negatives))]),
  );
  const present = kept.map((energy) => (Number.isNaN(energy) ? 0 : 1));
  return measureRanking({ energies: kept, negatives, present, margin });
}

/** Other numbers than those of a training with the same seed. */
const PROBE_STREAM = 77;

const isNegative = (kind: number): boolean => kind === SIBLING || kind === SAME_THEOREM;

function separationOf(set: TrainingSet, energies: Float64Array, depth?: number): Separation {
  const { examples, siblings, sameTheorem, positives, eligible } = set;
  const usable = (i: number): boolean =>
    !Number.isNaN(energies[i] as number) && (depth === undefined || examples.depth[i] === depth);
  const pick = (isWanted: (kind: number) => boolean): Float64Array =>
    energies.filter((_, i) => usable(i) && isWanted(examples.kind[i] as number));
  const [low, high] = [pick((kind) => kind === POSITIVE), pick(isNegative)];
  const own = (lists: TrainingSet['positives'], theorem: number): Float64Array =>
    Float64Array.from(listAt(lists, theorem).filter(usable), (i) => energies[i] as number);
  const within = (others: readonly TrainingSet['positives'][]): number | null => {
    const shares = [...eligible].flatMap((theorem) => {
      const beside = others.flatMap((lists) => [...own(lists, theorem)]);
      return shareBelow(own(positives, theorem), Float64Array.from(beside)) ?? [];
    });
    return shares.length === 0 ? null : shares.reduce((sum, one) => sum + one, 0) / shares.length;
  };
  const [positive, negative] = [spreadOf(low), spreadOf(high)];
  return {
    positive: { n: low.length, ...positive },
    negative: { n: high.length, ...negative },
    gap: low.length === 0 || high.length === 0 ? 0 : negative.mean - positive.mean,
    auroc: shareBelow(low, high),
    withinTheorem: within([siblings, sameTheorem]),
    siblings: within([siblings]),
  };
}

/** The scale that the head was exported with, else what is found here. */
function scaleOf({ choices }: TrainingSet, energies: Float64Array, { energy, logProb }: HeadScale): ChoiceScale {
  return {
    energy: energy ?? spreadOf(energies.filter((one) => !Number.isNaN(one))),
    logProb: logProb ?? spreadOf(choices.logProb),
  };
}

function vectorSeparation({ examples }: TrainingSet, { vectors, width, rows }: VectorTable): VectorSeparation {
  const rowOf = (i: number): number => rows.state[examples.state[i] as number] as number;
  const all = Array.from({ length: examples.length }, (_, i) => i).filter((i) => rowOf(i) >= 0);
  const [low, high] = [
    all.filter((i) => examples.kind[i] === POSITIVE),
    all.filter((i) => isNegative(examples.kind[i] as number)),
  ];
  const direction = new Float64Array(width);
  for (const [members, sign] of [
    [low, -1],
    [high, 1],
  ] as const)
    for (const i of members)
      for (let k = 0; k < width; k++)
        direction[k]! += (sign * (vectors[rowOf(i) * width + k] as number)) / members.length;
  const along = (members: readonly number[]): Float64Array =>
    Float64Array.from(members, (i) => {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += (vectors[rowOf(i) * width + k] as number) * (direction[k] as number);
      return sum;
    });
  const none = low.length === 0 || high.length === 0;
  return {
    centroidL2: none ? 0 : Math.hypot(...direction),
    centroidAuroc: none ? null : shareBelow(along(low), along(high)),
  };
}
