/**
 * One message of Protocol Buffers in the making. Fields stand in the order of the calls. Contents are not copied before `bytes`,
 * so tensors of any size cost nothing until then, and must not change until then.
 */
export class ProtobufMessage {
  readonly #parts: Uint8Array[] = [];
  #size = 0;

  /** A whole number, also a negative one. */
  int(field: number, value: number | bigint): this {
    this.#add(varint((field << 3) | 0));
    return this.#add(varint(value));
  }

  float(field: number, value: number): this {
    this.#add(varint((field << 3) | 5));
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#add(bytes);
  }

  string(field: number, value: string): this {
    return this.bytesField(field, encoder.encode(value));
  }

  bytesField(field: number, value: Uint8Array): this {
    this.#add(varint((field << 3) | 2));
    this.#add(varint(value.length));
    return this.#add(value);
  }

  message(field: number, value: ProtobufMessage): this {
    this.#add(varint((field << 3) | 2));
    this.#add(varint(value.#size));
    for (const part of value.#parts) this.#add(part);
    return this;
  }

  /** The message as it is written to a file. Throws from 2 GB on, the limit of the format. */
  bytes(): Uint8Array<ArrayBuffer> {
    if (this.#size >= 2 ** 31) throw new Error(`a Protocol Buffers message of ${this.#size} bytes: the limit is 2 GB`);
    const bytes = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  #add(part: Uint8Array): this {
    this.#parts.push(part);
    this.#size += part.length;
    return this;
  }
}

const encoder = new TextEncoder();

function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  // Negative numbers are written as 64 bits of two's complement.
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest < 0x80n) {
      bytes.push(low);
      return Uint8Array.from(bytes);
    }
    bytes.push(low | 0x80);
  }
}
