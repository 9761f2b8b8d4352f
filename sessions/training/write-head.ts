import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { replaceFile } from '../../src/storage/atomic-file.ts';
import type { StorageFailed } from '../../src/storage/failure.ts';
import { markTheorems } from '../../src/value/data/theorem-marks.ts';
import { exportHead } from '../../src/value/head/export.ts';
import type { OnnxFailed } from '../../src/value/onnx/worker.ts';
import { HEAD_FILE } from '../../src/value/score/locate.ts';
import type { FolderLost } from '../../src/value/train/checkpoint.ts';
import type { Trained } from '../../src/value/train/train-head.ts';
import type { VectorTable } from '../../src/value/train/vector-table.ts';
import { measureScale } from './head-scale.ts';
import type { OpenTraining } from './open-training.ts';
import type { TrainingData } from './training-data.ts';

/** Puts the head's file in its place, with what it is and how it came about. */
export async function writeHead(
  { manifest, folder, data, lock }: OpenTraining,
  { trainer, weights, step, best }: Trained,
  { rows }: VectorTable,
  validation: TrainingData['validation'],
): Promise<{ readonly kind: 'head'; readonly hash: string } | FolderLost | OnnxFailed | StorageFailed> {
  const { head, config, encoder, program } = manifest;
  const scale = await measureScale(trainer, validation, rows, head.variant, data.set, best !== null);
  if ('kind' in scale) return scale;
  const file = exportHead(weights, {
    head,
    encoder: { fingerprint: encoder.fingerprint, identity: encoder.identity },
    training: {
      seed: config.seed,
      step: best?.step ?? step,
      steps: step,
      dataHash: data.summary.hash,
      dataFiles: manifest.data.files.map(({ path, sha256 }) => ({ name: path.split(/[/\\]/).at(-1) ?? path, sha256 })),
      trainTheorems: data.summary.trainTheorems,
      validationTheorems: data.summary.validationTheorems,
      theorems: markTheorems(data.train),
      config,
      program,
    },
    scale,
  });
  if (!lock.stillOurs()) return { kind: 'folderLost' };
  const written = await replaceFile(join(folder, HEAD_FILE), file);
  if (written.kind === 'storageFailed') return written;
  return { kind: 'head', hash: createHash('sha256').update(file).digest('hex') };
}
