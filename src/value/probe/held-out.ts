import { type Half, halfOf } from '../../corpus/split.ts';
import { partOf, splitByTheorem } from '../data/split-set.ts';
import type { TrainingSet } from '../data/training-set.ts';
import type { HeadTraining } from '../head/loaded-head.ts';
import { trainingConfigSchema } from '../train/config.ts';
import { withoutUnknown } from '../train/vector-table.ts';

export interface HeldOut {
  readonly set: TrainingSet;
  /** Which theorems these are. */
  readonly what: string;
  /** Some of the files are files of its training, and nothing sets their theorems apart. */
  readonly mayBeTrainedOn: boolean;
}

/**
 * The part of a set that a model was not trained on. Of the data of its own training that is the validation side of the same
 * split; of other data it is everything, or the half that was asked for.
 * @param half of the theorems by their names, as in `core_panel#evaluate`; null for both
 * @param files SHA-256 of each file that the set was read from
 */
export function heldOutOf(
  set: TrainingSet,
  training: HeadTraining | null,
  half: Half | null,
  files: readonly string[],
): HeldOut {
  const isHalf = (example: number): boolean =>
    half === null || halfOf(set.theorems[set.examples.theorem[example] as number] as string) === half;
  if (training !== null && training.dataHash === set.hash && half === null) {
    const config = trainingConfigSchema.parse(training.config);
    // As training splits it.
    const base = config.unprovedAsEasy ? set : withoutUnknown(set);
    const { validation } = splitByTheorem(base, config.seed, config.validationShare);
    return { set: validation, what: 'the validation theorems of its own training', mayBeTrainedOn: false };
  }
  const trained = new Set(training?.dataFiles.map(({ sha256 }) => sha256));
  return {
    set: half === null ? set : partOf(set, isHalf),
    what: half === null ? 'all theorems of the files' : `the theorems of the half "${half}"`,
    mayBeTrainedOn: files.some((sha256) => trained.has(sha256)),
  };
}
