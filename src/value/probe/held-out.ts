import { type Half, halfOf } from '../../corpus/split.ts';
import { partOf, splitByTheorem } from '../data/split-set.ts';
import { markedTheorems } from '../data/theorem-marks.ts';
import type { TrainingSet } from '../data/training-set.ts';
import type { HeadTraining } from '../head/loaded-head.ts';
import { trainingConfigSchema } from '../train/config.ts';
import { withoutUnknown } from '../train/vector-table.ts';

export interface HeldOut {
  readonly set: TrainingSet;
  /** Which theorems these are. */
  readonly what: string;
  /** Theorems that it was trained on, of those that were asked for; null where the model does not say which these are. */
  readonly leftOut: { readonly n: number; readonly of: number } | null;
  /** Some of the files are files of its training, and nothing sets their theorems apart. */
  readonly mayBeTrainedOn: boolean;
}

/**
 * The part of a set that a model was not trained on. Of the data of its own training that is the validation side of the same
 * split; of other data it is everything, or the half that was asked for, without the theorems that the model says it was trained on.
 * @param half of the theorems by their names, as in `core_panel#evaluate`; null for both
 * @param files SHA-256 of each file that the set was read from
 */
export function heldOutOf(
  set: TrainingSet,
  training: HeadTraining | null,
  half: Half | null,
  files: readonly string[],
): HeldOut {
  if (training !== null && training.dataHash === set.hash && half === null) {
    const config = trainingConfigSchema.parse(training.config);
    // As training splits it.
    const base = config.unprovedAsEasy ? set : withoutUnknown(set);
    const { train, validation } = splitByTheorem(base, config.seed, config.validationShare);
    const leftOut = { n: train.counts.theorems, of: set.counts.theorems };
    return { set: validation, what: 'the validation theorems of its own training', leftOut, mayBeTrainedOn: false };
  }
  const theoremOf = (example: number): number => set.examples.theorem[example] as number;
  const asked =
    half === null ? set : partOf(set, (example) => halfOf(set.theorems[theoremOf(example)] as string) === half);
  const what = half === null ? 'all theorems of the files' : `the theorems of the half "${half}"`;
  if (training?.theorems === undefined) {
    const trained = new Set(training?.dataFiles.map(({ sha256 }) => sha256));
    return { set: asked, what, leftOut: null, mayBeTrainedOn: files.some((sha256) => trained.has(sha256)) };
  }
  const trained = markedTheorems(asked, training.theorems);
  const leftOut = { n: trained.size, of: asked.counts.theorems };
  if (trained.size === 0) return { set: asked, what, leftOut, mayBeTrainedOn: false };
  const left = partOf(asked, (example) => !trained.has(asked.examples.theorem[example] as number));
  return { set: left, what: `${what} that it was not trained on`, leftOut, mayBeTrainedOn: false };
}
