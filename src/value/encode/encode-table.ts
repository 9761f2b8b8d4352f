import type { EncodeFailed, StateEncoder } from './encoder.ts';

export interface EncodedTable {
  readonly kind: 'table';
  /** Row `i` is the vector of text `i`; zeros where `failed` says that there is none. */
  readonly vectors: Float32Array;
  readonly width: number;
  readonly failed: readonly { readonly index: number; readonly message: string }[];
}

/** Texts that are asked for together; progress is told after each such part. */
const PART = 512;

/** Vectors of many texts as one table, such as training needs. Memory: texts × width × 4 bytes. */
export async function encodeTable(
  encoder: StateEncoder,
  texts: readonly string[],
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress?: (done: number, total: number) => void },
): Promise<EncodedTable | EncodeFailed> {
  const { width } = encoder.identity;
  const vectors = new Float32Array(texts.length * width);
  const failed: { index: number; message: string }[] = [];
  for (let at = 0; at < texts.length; at += PART) {
    const answer = await encoder.encodeEach(texts.slice(at, at + PART), signal);
    if (answer.kind === 'encodeFailed') return answer;
    for (const [i, one] of answer.texts.entries())
      if (one.kind === 'vector') vectors.set(one.vector, (at + i) * width);
      else failed.push({ index: at + i, message: one.message });
    onProgress?.(Math.min(texts.length, at + PART), texts.length);
  }
  return { kind: 'table', vectors, width, failed };
}
