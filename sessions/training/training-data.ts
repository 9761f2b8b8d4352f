import type { StorageFailed } from '../../src/storage/failure.ts';
import { fileHashes } from '../../src/storage/file-hash.ts';
import { readTrainingSet } from '../../src/value/data/read-set.ts';
import { splitByTheorem } from '../../src/value/data/split-set.ts';
import type { TrainingSet } from '../../src/value/data/training-set.ts';
import type { TrainingConfig } from '../../src/value/train/config.ts';
import type { DataSummary } from '../../src/value/train/events.ts';
import { withoutUnknown } from '../../src/value/train/vector-table.ts';

export interface TrainingData {
  readonly kind: 'data';
  readonly set: TrainingSet;
  readonly train: TrainingSet;
  readonly validation: TrainingSet;
  readonly summary: DataSummary;
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

/** Reads trajectories and sets theorems aside for validation. */
export async function readTrainingData(
  paths: readonly string[],
  config: Pick<TrainingConfig, 'seed' | 'validationShare' | 'unprovedAsEasy'>,
): Promise<TrainingData | StorageFailed> {
  const hashes = await fileHashes(paths);
  if ('kind' in hashes) return hashes;
  const files = paths.map((path, i) => ({ path, sha256: hashes[i] as string }));
  const read = await readTrainingSet(paths);
  if (read.kind === 'storageFailed') return read;
  const set = config.unprovedAsEasy ? read.set : withoutUnknown(read.set);
  const { train, validation } = splitByTheorem(set, config.seed, config.validationShare);
  const { counts } = read.set;
  return {
    kind: 'data',
    set: read.set,
    train,
    validation,
    files,
    summary: {
      files: paths.length,
      rows: counts.rows,
      theorems: counts.theorems,
      eligible: read.set.eligible.length,
      states: counts.states,
      positives: counts.positives,
      siblings: counts.siblings,
      sameTheorem: counts.sameTheorem,
      unknown: counts.unknown,
      trainTheorems: train.eligible.length,
      validationTheorems: validation.eligible.length,
      hash: read.set.hash,
    },
  };
}
