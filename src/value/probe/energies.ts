import { isRoot, type TrainingSet } from '../data/training-set.ts';
import type { EncodeFailed, StateEncoder } from '../encode/encoder.ts';
import { type HeadVariant, inputParts } from '../head/config.ts';
import type { HeadScorer } from '../head/scorer.ts';
import type { OnnxFailed } from '../onnx/worker.ts';
import { encodeVectors, type VectorTable } from '../train/vector-table.ts';

export interface ProbedStates {
  readonly kind: 'probed';
  /** By example; NaN where its texts could not be encoded. */
  readonly energies: Float64Array;
  readonly table: VectorTable;
  /** Examples without an energy. */
  readonly failed: number;
}

/** States that go through the head together. */
const BATCH = 256;

/** The energy of every example of a set, each from the same texts as in training and in a search. */
export async function energiesOfSet(
  set: TrainingSet,
  variant: HeadVariant,
  encoder: StateEncoder,
  scorer: HeadScorer,
  options: { readonly signal: AbortSignal; readonly onProgress: (done: number, total: number) => void },
): Promise<ProbedStates | EncodeFailed | OnnxFailed> {
  const table = await encodeVectors(encoder, [set], variant, options);
  if (table.kind === 'encodeFailed') return table;
  const { length } = set.examples;
  const rows = Int32Array.from({ length: length * 3 }, (_, i) => rowOf(set, table, Math.floor(i / 3), i % 3));
  const looksAt = inputParts(variant);
  const wanted = Int32Array.from({ length }, (_, i) => i).filter(
    (i) =>
      (rows[i * 3] as number) >= 0 &&
      (!looksAt.includes('goal') || (rows[i * 3 + 1] as number) >= 0) &&
      (!looksAt.includes('tactic') || (rows[i * 3 + 2] as number) >= 0),
  );
  const energies = new Float64Array(length).fill(Number.NaN);
  const { vectors, width } = table;
  for (let at = 0; at < wanted.length; at += BATCH) {
    const some = wanted.subarray(at, at + BATCH);
    const inputs = new Float32Array(some.length * scorer.inputWidth);
    for (const [i, example] of some.entries()) {
      const vector = (which: number): Float32Array => {
        const row = rows[example * 3 + which] as number;
        return vectors.subarray(row * width, (row + 1) * width);
      };
      let to = i * scorer.inputWidth;
      for (const part of looksAt) {
        if (part === 'product') {
          const [state, goal] = [vector(0), vector(1)];
          for (let k = 0; k < width; k++) inputs[to + k] = (state[k] as number) * (goal[k] as number);
        } else inputs.set(vector(part === 'state' ? 0 : part === 'goal' ? 1 : 2), to);
        to += width;
      }
    }
    const scored = await scorer.energies(inputs, some.length);
    if (scored.kind === 'onnxFailed') return scored;
    for (const [i, example] of some.entries()) energies[example] = scored.energies[i] as number;
  }
  return { kind: 'probed', energies, table, failed: length - wanted.length };
}

/** The row of an example's state (0), of its theorem's root (1), or of its tactic (2); −1 where there is none. */
function rowOf({ examples, roots }: TrainingSet, table: VectorTable, example: number, which: number): number {
  const { rows, vectors, width } = table;
  if (which === 0) return rows.state[examples.state[example] as number] as number;
  if (which === 1) {
    const root = roots[examples.theorem[example] as number] as number;
    return root < 0 ? -1 : (rows.state[root] as number);
  }
  // A root has no tactic, and the last row is all zeros.
  if (isRoot(examples, example)) return vectors.length / width - 1;
  return rows.tactic[examples.tactic[example] as number] ?? -1;
}
