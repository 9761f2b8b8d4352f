import type { TrainingSet } from '../../src/value/data/training-set.ts';
import type { HeadVariant } from '../../src/value/head/config.ts';
import type { HeadScale } from '../../src/value/head/loaded-head.ts';
import type { OnnxFailed } from '../../src/value/onnx/worker.ts';
import { spreadOf } from '../../src/value/probe/statistics.ts';
import type { Spread } from '../../src/value/score/value-model.ts';
import { rowIndices } from '../../src/value/train/step-inputs.ts';
import type { HeadTrainer } from '../../src/value/train/trainer.ts';
import type { TableRows } from '../../src/value/train/vector-table.ts';

/** States whose energies are taken; more would not move mean and deviation. */
const mostStates = 4096;
const rowsAtOnce = 512;

/**
 * The scale of a head's energies on states that it was not trained on, and of the policy's log-probs: what a search needs to
 * weigh one against the other.
 */
export async function measureScale(
  trainer: HeadTrainer,
  validation: TrainingSet,
  rows: TableRows,
  variant: HeadVariant,
  all: TrainingSet,
  ofBest: boolean,
): Promise<HeadScale | OnnxFailed> {
  const { length } = validation.examples;
  const every = Math.max(1, Math.ceil(length / mostStates));
  const chosen = Int32Array.from({ length: Math.floor(length / every) }, (_, i) => i * every);
  const energies: number[] = [];
  for (let at = 0; at < chosen.length; at += rowsAtOnce) {
    const examples = chosen.subarray(at, at + rowsAtOnce);
    const batch = {
      size: examples.length,
      negatives: 0,
      examples,
      tiers: new Uint8Array(examples.length),
      remaining: new Int32Array(examples.length),
    };
    const given = await trainer.energies(rowIndices(validation, rows, variant, batch), { ofBest });
    if (given.kind === 'onnxFailed') return given;
    energies.push(...given.energies);
  }
  return {
    energy: spread(Float64Array.from(energies.filter(Number.isFinite))),
    logProb: spread(all.choices.logProb.filter(Number.isFinite)),
  };
}

/** Of one number alone nothing can be said. */
const spread = (values: Float64Array): Spread | null => (values.length < 2 ? null : spreadOf(values));
