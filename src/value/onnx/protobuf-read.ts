/** One field of a message: a number of any size as `bigint`, or its bytes, which are a view. */
export type ProtobufField =
  | { readonly field: number; readonly kind: 'int'; readonly value: bigint }
  | { readonly field: number; readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> };

/** Thrown for bytes that are no whole message; whoever reads a file makes a value of it. */
export class NotProtobuf extends Error {}

const mostFields = 1_000_000;

/** The fields of a message, in their order. Throws `NotProtobuf`. */
export function readMessage(bytes: Uint8Array<ArrayBuffer>): readonly ProtobufField[] {
  const fields: ProtobufField[] = [];
  let at = 0;
  const number = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new NotProtobuf('a number is cut');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new NotProtobuf('a number is too long');
  };
  const take = (length: number): Uint8Array<ArrayBuffer> => {
    if (length > bytes.length - at)
      throw new NotProtobuf(`${length} bytes are announced, ${bytes.length - at} are there`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(number());
    const field = Math.floor(tag / 8);
    if (field === 0 || fields.length >= mostFields) throw new NotProtobuf(`a field has the number ${field}`);
    switch (tag % 8) {
      case 0:
        fields.push({ field, kind: 'int', value: number() });
        break;
      case 1:
        fields.push({ field, kind: 'bytes', bytes: take(8) });
        break;
      case 2:
        fields.push({ field, kind: 'bytes', bytes: take(Number(number())) });
        break;
      case 5:
        fields.push({ field, kind: 'bytes', bytes: take(4) });
        break;
      default:
        throw new NotProtobuf(`a field has the wire type ${tag % 8}`);
    }
  }
  return fields;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Contents of every field of that number that holds bytes. */
export function bytesOf(fields: readonly ProtobufField[], field: number): readonly Uint8Array<ArrayBuffer>[] {
  return fields.flatMap((one) => (one.field === field && one.kind === 'bytes' ? [one.bytes] : []));
}

/** The text of a field, "" when it is not there. Throws `NotProtobuf` when it is no text. */
export function textOf(fields: readonly ProtobufField[], field: number): string {
  const bytes = bytesOf(fields, field).at(-1);
  try {
    return bytes === undefined ? '' : decoder.decode(bytes);
  } catch {
    throw new NotProtobuf(`field ${field} is no text`);
  }
}

/** The signed whole number in a field, 0 when it is not there. */
export function numberOf(fields: readonly ProtobufField[], field: number): number {
  const found = fields.findLast((one) => one.field === field && one.kind === 'int');
  return found?.kind === 'int' ? Number(BigInt.asIntN(64, found.value)) : 0;
}

/** All whole numbers of a repeated field, whether packed or not. Throws `NotProtobuf`. */
export function numbersOf(fields: readonly ProtobufField[], field: number): readonly number[] {
  return fields.flatMap((one) => {
    if (one.field !== field) return [];
    if (one.kind === 'int') return [Number(BigInt.asIntN(64, one.value))];
    return unpack(one.bytes);
  });
}

function unpack(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) continue;
    numbers.push(Number(BigInt.asIntN(64, value)));
    value = 0n;
    shift = 0n;
  }
  if (shift !== 0n) throw new NotProtobuf('a packed number is cut');
  return numbers;
}
