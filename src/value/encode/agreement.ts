/** Cosine of the angle between two vectors of one length; 0 when one of them is all zeros. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    dot += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return squaresA === 0 || squaresB === 0 ? 0 : dot / Math.sqrt(squaresA * squaresB);
}

/** Length of `a` over that of `b`. */
export function lengthRatio(a: Float32Array, b: Float32Array): number {
  const squares = (vector: Float32Array): number => vector.reduce((sum, one) => sum + one * one, 0);
  return Math.sqrt(squares(a) / squares(b));
}

/**
 * One text, encoded alone and in a batch, in 16-bit numbers: the order of sums differs, and the cosine stays above 0.9999. What a
 * server gets wrong about batches brings it below 0.9.
 */
export const BATCH_AGREEMENT = 0.998;
/** One model in two programs reaches 0.9988; other 16-bit numbers (bf16 for fp16) only 0.945. */
const SAME_MODEL_AGREEMENT = 0.99;
/** Lengths may differ by this share. */
export const LENGTH_TOLERANCE = 0.02;
/** The same between two programs: what makes another encoder of one model, such as vectors of length one, changes lengths by far more. */
const SAME_MODEL_LENGTH_TOLERANCE = 0.1;

/** How far a vector is from the one that the same model is known to give for the text, in words; null where it may be of that model. */
export function disagreement(vector: Float32Array, known: Float32Array): string | null {
  if (vector.length !== known.length) return `${vector.length} numbers, expected ${known.length}`;
  const agreement = cosine(vector, known);
  const ratio = lengthRatio(vector, known);
  if (agreement >= SAME_MODEL_AGREEMENT && Math.abs(ratio - 1) <= SAME_MODEL_LENGTH_TOLERANCE) return null;
  return `cosine ${agreement.toFixed(3)}, length × ${ratio.toFixed(3)}`;
}
