import { partOf } from '../data/split-set.ts';
import { isRoot, type TrainingSet, UNKNOWN } from '../data/training-set.ts';
import { encodeTable } from '../encode/encode-table.ts';
import type { EncodeFailed, StateEncoder } from '../encode/encoder.ts';
import { type HeadVariant, inputParts } from '../head/config.ts';

/** Vectors of the states and tactics that a training draws from, as one table. */
export interface VectorTable {
  readonly kind: 'vectorTable';
  /** Rows of `width` numbers. The last is all zeros: the tactic of a root. */
  readonly vectors: Float32Array<ArrayBuffer>;
  readonly width: number;
  readonly rows: TableRows;
  /** How many texts have no vector, and why the first has none. */
  readonly failed: number;
  readonly firstFailure: string | null;
}

/** Row of each state and each tactic of a set; -1 for those that have none. */
export interface TableRows {
  readonly state: Int32Array;
  readonly tactic: Int32Array;
}

/** Texts encoded together, so that no second copy of a large table is ever in memory. */
const textsAtOnce = 4096;

/**
 * Encodes what a head of the variant looks at in the given parts of one set.
 * @param parts must share `states` and `tactics`, as parts of a split do
 */
export async function encodeVectors(
  encoder: StateEncoder,
  parts: readonly TrainingSet[],
  variant: HeadVariant,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (done: number, total: number) => void },
): Promise<VectorTable | EncodeFailed> {
  const [{ states, tactics }] = parts as [TrainingSet];
  const looksAt = inputParts(variant);
  const stateUsed = new Uint8Array(states.length);
  const tacticUsed = new Uint8Array(tactics.length);
  const use = (flags: Uint8Array, index: number): void => {
    if (index >= 0) flags[index] = 1;
  };
  for (const { examples, roots } of parts)
    for (let i = 0; i < examples.length; i++) {
      use(stateUsed, examples.state[i] as number);
      if (looksAt.includes('goal')) use(stateUsed, roots[examples.theorem[i] as number] as number);
      if (looksAt.includes('tactic')) use(tacticUsed, examples.tactic[i] as number);
    }
  const stateCount = stateUsed.reduce((sum, one) => sum + one, 0);
  const texts = [...states.filter((_, i) => stateUsed[i]), ...tactics.filter((_, i) => tacticUsed[i])];
  const { width } = encoder.identity;
  const vectors = new Float32Array((texts.length + 1) * width);
  const failed: { readonly index: number; readonly message: string }[] = [];
  for (let at = 0; at < texts.length; at += textsAtOnce) {
    const part = texts.slice(at, at + textsAtOnce);
    const encoded = await encodeTable(encoder, part, {
      signal,
      onProgress: (done) => onProgress(at + done, texts.length),
    });
    if (encoded.kind === 'encodeFailed') return encoded;
    vectors.set(encoded.vectors, at * width);
    failed.push(...encoded.failed.map(({ index, message }) => ({ index: at + index, message })));
  }
  const without = new Set(failed.map(({ index }) => index));
  const rowsOf = (used: Uint8Array, from: number): Int32Array =>
    numbered(used, from).map((row) => (without.has(row) ? -1 : row));
  return {
    kind: 'vectorTable',
    vectors,
    width,
    rows: { state: rowsOf(stateUsed, 0), tactic: rowsOf(tacticUsed, stateCount) },
    failed: failed.length,
    firstFailure: failed[0]?.message ?? null,
  };
}

/** The numbers from `from` on for what is used, -1 for the rest. */
function numbered(used: Uint8Array, from: number): Int32Array {
  let next = from;
  return Int32Array.from(used, (flag) => (flag === 1 ? next++ : -1));
}

/** What a training can draw from at all: examples of unproved theorems only where they are wanted. */
export function withoutUnknown(set: TrainingSet): TrainingSet {
  return partOf(set, (example) => set.examples.kind[example] !== UNKNOWN);
}

/** The examples that have all the vectors that a head of the variant looks at: nothing is ever trained on zeros in their place. */
export function withVectors(set: TrainingSet, rows: TableRows, variant: HeadVariant): TrainingSet {
  const looksAt = inputParts(variant);
  const { state, theorem, tactic } = set.examples;
  const has = (numbers: Int32Array, index: number): boolean => index >= 0 && (numbers[index] as number) >= 0;
  return partOf(
    set,
    (i) =>
      has(rows.state, state[i] as number) &&
      (!looksAt.includes('goal') || has(rows.state, set.roots[theorem[i] as number] as number)) &&
      (!looksAt.includes('tactic') || isRoot(set.examples, i) || has(rows.tactic, tactic[i] as number)),
  );
}
