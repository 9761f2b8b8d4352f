/** A block of numbers, in row-major order. Booleans are bytes of 0 and 1. */
export type Tensor =
  | { readonly type: 'float32'; readonly dims: readonly number[]; readonly data: Float32Array }
  | { readonly type: 'int32'; readonly dims: readonly number[]; readonly data: Int32Array }
  | { readonly type: 'int64'; readonly dims: readonly number[]; readonly data: BigInt64Array }
  | { readonly type: 'bool'; readonly dims: readonly number[]; readonly data: Uint8Array };

export type TensorType = Tensor['type'];

/** A tensor of 32-bit floats. */
export function float32(dims: readonly number[], data: Float32Array): Tensor & { readonly type: 'float32' } {
  return { type: 'float32', dims, data };
}

/** A tensor of 32-bit integers. */
export function int32(dims: readonly number[], data: Int32Array): Tensor & { readonly type: 'int32' } {
  return { type: 'int32', dims, data };
}

/** A tensor of truth values, one byte each. */
export function bool(dims: readonly number[], data: Uint8Array): Tensor & { readonly type: 'bool' } {
  return { type: 'bool', dims, data };
}

/** Floats one behind the other. */
export function joined(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
