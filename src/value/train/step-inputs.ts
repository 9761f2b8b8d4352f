import { type Batch, rootsOf, statesOf, TIER_NONE } from '../data/batch.ts';
import { Rng } from '../data/rng.ts';
import type { TrainingSet } from '../data/training-set.ts';
import { type HeadVariant, inputParts } from '../head/config.ts';
import { bool, float32, int32, joined, type Tensor } from '../onnx/tensor.ts';
import { adamFactors } from './graph/adamw.ts';
import { droppedOf256, maskName } from './graph/step-graph.ts';
import type { TableRows } from './vector-table.ts';

/** Indices into the table of vectors for each row of a batch, by the name of the input; -1 is its last row, all zeros. */
export function rowIndices(
  set: TrainingSet,
  rows: TableRows,
  variant: HeadVariant,
  batch: Batch,
): Readonly<Record<string, Int32Array>> {
  const parts = inputParts(variant);
  const { tactic } = set.examples;
  const rowOf = (numbers: Int32Array) => (index: number) => (index < 0 ? -1 : (numbers[index] as number));
  return {
    state: statesOf(set, batch).map(rowOf(rows.state)),
    ...(parts.includes('goal') && { goal: rootsOf(set, batch).map(rowOf(rows.state)) }),
    ...(parts.includes('tactic') && {
      tactic: batch.examples.map((example) => tactic[example] as number).map(rowOf(rows.tactic)),
    }),
  };
}

/** 1 for each row of a batch that is somebody, 0 for the places of groups that have fewer. */
export function presentOf({ tiers }: Batch): Float32Array {
  return Float32Array.from(tiers, (tier) => (tier === TIER_NONE ? 0 : 1));
}

/** One step to be done. */
export interface PlannedStep {
  readonly step: number;
  readonly batch: Batch;
  readonly lr: number;
}

export interface StackSettings {
  readonly set: TrainingSet;
  readonly rows: TableRows;
  readonly variant: HeadVariant;
  readonly hidden: readonly number[];
  readonly dropout: number;
  readonly weightDecay: number;
  readonly seed: number;
}

/**
 * Inputs of a call that does several steps, all but the states and the table.
 * @param done steps that were done before, which the corrections of AdamW count
 */
export function stackSteps(
  steps: readonly PlannedStep[],
  done: number,
  settings: StackSettings,
): Readonly<Record<string, Tensor>> {
  const { set, rows: tableRows, variant, hidden, dropout, weightDecay, seed } = settings;
  const batches = steps.map(({ batch }) => batch);
  const [first] = batches;
  if (first === undefined) throw new Error('a call of no steps');
  const groups = first.size;
  const width = 1 + first.negatives;
  const rows = groups * width;
  const indices = batches.map((batch) => rowIndices(set, tableRows, variant, batch));
  const factors = steps.map(({ lr }, i) => adamFactors(done + i + 1, lr, weightDecay));
  const column = (key: 'rate' | 'decay' | 'epsilon'): Tensor =>
    float32(
      [steps.length],
      Float32Array.from(factors, (one) => one[key]),
    );
  const inputs: Record<string, Tensor> = {
    present: float32([steps.length, groups, width], joined(batches.map(presentOf))),
    remaining: float32([steps.length, groups], joined(batches.map(({ remaining }) => Float32Array.from(remaining)))),
    rate: column('rate'),
    decay: column('decay'),
    epsilon: column('epsilon'),
  };
  for (const name of Object.keys(indices[0] as object)) {
    const all = new Int32Array(steps.length * rows);
    for (const [i, one] of indices.entries()) all.set(one[name] as Int32Array, i * rows);
    inputs[name] = int32([steps.length, rows], all);
  }
  const dropped = droppedOf256(dropout);
  if (dropped > 0)
    for (const [layer, units] of hidden.entries())
      inputs[maskName(layer)] = masks(steps, layer, rows, units, dropped, seed);
  return inputs;
}

/** Streams of random numbers under one seed; a step's numbers depend on the seed and the step alone, so any step can be done again. */
const SAMPLES = 0x1000_0000;
const MASKS = 0x2000_0000;
const VALIDATION = 0x3000_0000;
const mostLayers = 16;

export const samplesRng = (seed: number, step: number): Rng => Rng.seeded(seed, SAMPLES + step);
export const validationRng = (seed: number, batch: number): Rng => Rng.seeded(seed, VALIDATION + batch);

function masks(
  steps: readonly PlannedStep[],
  layer: number,
  rows: number,
  units: number,
  dropped: number,
  seed: number,
): Tensor {
  const size = rows * units;
  const all = new Uint8Array(steps.length * size);
  for (const [i, { step }] of steps.entries()) {
    const rng = Rng.seeded(seed, MASKS + step * mostLayers + layer);
    const end = (i + 1) * size;
    for (let at = i * size; at < end; ) {
      const bits = rng.bits();
      for (let shift = 0; shift < 32 && at < end; shift += 8) all[at++] = ((bits >>> shift) & 255) < dropped ? 0 : 1;
    }
  }
  return bool([steps.length, rows, units], all);
}
