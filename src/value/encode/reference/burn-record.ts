import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { type StorageFailed, storageFailure } from '../../../storage/failure.ts';

/** A tensor of a record, by the path of its module's fields: `sn_linear1.weight`. */
export interface BurnTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export type BurnRecordResult =
  | {
      readonly kind: 'record';
      readonly tensors: readonly BurnTensor[];
      /** Version of Burn that wrote it; null when it does not say. */
      readonly version: string | null;
    }
  /** What about it cannot be read. */
  | { readonly kind: 'unreadableRecord'; readonly message: string }
  | StorageFailed;

/**
 * Reads a record of Burn's `NamedMpkFileRecorder` (`.mpk`), or of its Gz variant: MessagePack with named fields, `metadata` and `item`,
 * the item being the module with a parameter `{id, param}` at each leaf. From Burn 0.14 on a tensor is `{bytes, shape, dtype}`, before it
 * was `{value, shape}` with the numbers one by one.
 */
export async function readBurnRecord(path: string): Promise<BurnRecordResult> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return storageFailure(error, path, 'read');
  }
  const { decode } = await import('./message-pack.ts');
  let root: unknown;
  try {
    root = decode(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return unreadable(path, `it is no whole MessagePack file (${why})`);
  }
  if (!isRecord(root) || !isRecord(root.item))
    return unreadable(path, 'it has no fields "metadata" and "item", so it is no record of Burn');
  const tensors: BurnTensor[] = [];
  const problem = collect(root.item, '', tensors);
  if (problem !== null) return unreadable(path, problem);
  if (tensors.length === 0) return unreadable(path, 'it holds no parameters');
  const version = isRecord(root.metadata) && typeof root.metadata.version === 'string' ? root.metadata.version : null;
  return { kind: 'record', tensors, version };
}

type Fields = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

const unreadable = (path: string, why: string): BurnRecordResult => ({
  kind: 'unreadableRecord',
  message: `${path} cannot be read: ${why}`,
});

/** Modules within modules; those of the reference are two deep. */
const MOST_DEPTH = 32;

/** Adds the parameters below a value; says what is wrong with one of them. */
function collect(value: unknown, name: string, tensors: BurnTensor[], depth = 0): string | null {
  if (depth > MOST_DEPTH) return `its modules lie more than ${MOST_DEPTH} deep in one another`;
  if (Array.isArray(value)) {
    for (const [i, member] of value.entries()) {
      const problem = collect(member, `${name}.${i}`, tensors, depth + 1);
      if (problem !== null) return problem;
    }
    return null;
  }
  if (!isRecord(value)) return null;
  if (typeof value.id === 'string' && isRecord(value.param)) {
    const tensor = tensorOf(value.param, name);
    if (typeof tensor === 'string') return tensor;
    tensors.push(tensor);
    return null;
  }
  for (const [field, member] of Object.entries(value)) {
    const problem = collect(member, name === '' ? field : `${name}.${field}`, tensors, depth + 1);
    if (problem !== null) return problem;
  }
  return null;
}

function tensorOf(param: Fields, name: string): BurnTensor | string {
  const { shape, dtype } = param;
  const data = param.bytes ?? param.value;
  if (!isNumbers(shape)) return `the parameter ${name} has no shape`;
  const values = valuesOf(data, dtype);
  if (typeof values === 'string') return `the parameter ${name} ${values}`;
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (values.length !== size)
    return `the parameter ${name} has ${values.length} numbers, its shape ${shape.join(' × ')} asks for ${size}`;
  if (!values.every(Number.isFinite)) return `the parameter ${name} holds something that is no number`;
  return { name, shape, values };
}

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'number');

function valuesOf(data: unknown, dtype: unknown): Float32Array | string {
  if (dtype === undefined) return isNumbers(data) ? Float32Array.from(data) : 'has no numbers';
  // As `serde_bytes` writes them, or as a list of bytes.
  const bytes = data instanceof Uint8Array ? data : isNumbers(data) ? Uint8Array.from(data) : null;
  if (bytes === null) return 'has no bytes';
  const aligned = new Uint8Array(bytes).buffer;
  switch (dtype) {
    case 'F32':
      return bytes.length % 4 === 0 ? new Float32Array(aligned) : 'is cut off';
    case 'F64':
      return bytes.length % 8 === 0 ? Float32Array.from(new Float64Array(aligned)) : 'is cut off';
    case 'F16':
      return bytes.length % 2 === 0 ? Float32Array.from(new Float16Array(aligned)) : 'is cut off';
    case 'BF16':
      return bytes.length % 2 === 0 ? fromBrain(new Uint16Array(aligned)) : 'is cut off';
    default:
      return `is of the type ${JSON.stringify(dtype)}; F32, F64, F16 and BF16 can be read`;
  }
}

/** A brain float is the upper half of a float. */
function fromBrain(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}
