/*
 * Writes a model file of llama.cpp (GGUF, version 3). Only what a test needs: 32-bit floats, and the types of metadata that a
 * model of the architecture `llama` has.
 */

export type GgufValue =
  | { readonly type: 'uint32' | 'float32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'int32s'; readonly value: readonly number[] };

export interface GgufTensor {
  readonly name: string;
  /** The fastest dimension first. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const ALIGNMENT = 32;
const TYPES = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;

const u32 = (value: number): Buffer => Buffer.from(new Uint32Array([value]).buffer);
const i32 = (value: number): Buffer => Buffer.from(new Int32Array([value]).buffer);
const f32 = (value: number): Buffer => Buffer.from(new Float32Array([value]).buffer);
const u64 = (value: number): Buffer => Buffer.from(new BigUint64Array([BigInt(value)]).buffer);
const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
};
const padding = (length: number): Buffer => Buffer.alloc((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT);

function valueBytes(value: GgufValue): Buffer {
  switch (value.type) {
    case 'uint32':
      return Buffer.concat([u32(TYPES.uint32), u32(value.value)]);
    case 'float32':
      return Buffer.concat([u32(TYPES.float32), f32(value.value)]);
    case 'bool':
      return Buffer.concat([u32(TYPES.bool), Buffer.from([value.value ? 1 : 0])]);
    case 'string':
      return Buffer.concat([u32(TYPES.string), text(value.value)]);
    case 'strings':
      return Buffer.concat([u32(TYPES.array), u32(TYPES.string), u64(value.value.length), ...value.value.map(text)]);
    case 'int32s':
      return Buffer.concat([u32(TYPES.array), u32(TYPES.int32), u64(value.value.length), ...value.value.map(i32)]);
  }
}

/** The bytes of a model file. */
export function ggufFile(metadata: Readonly<Record<string, GgufValue>>, tensors: readonly GgufTensor[]): Buffer {
  const head = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(Object.keys(metadata).length)];
  for (const [key, value] of Object.entries(metadata)) head.push(text(key), valueBytes(value));
  const data: Buffer[] = [];
  let offset = 0;
  for (const tensor of tensors) {
    head.push(text(tensor.name), u32(tensor.shape.length), ...tensor.shape.map(u64), u32(0), u64(offset));
    const bytes = Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
    const filled = Buffer.concat([bytes, padding(bytes.length)]);
    data.push(filled);
    offset += filled.length;
  }
  const header = Buffer.concat(head);
  return Buffer.concat([header, padding(header.length), ...data]);
}
