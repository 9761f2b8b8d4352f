/** The parts of the WebAssembly binary format that the preparation reads and writes. */
export const SECTION = { CUSTOM: 0, IMPORT: 2, TABLE: 4, GLOBAL: 6, EXPORT: 7, ELEMENT: 9 } as const;
export const KIND = { FUNCTION: 0, TABLE: 1, MEMORY: 2, GLOBAL: 3 } as const;
export const TYPE = { FUNCREF: 0x70, I32: 0x7f } as const;
export const OPCODE = { END: 0x0b, I32_CONST: 0x41 } as const;
export const HEADER_BYTES = 8;

/** A cursor over wasm bytes. Reading past the end throws a RangeError. */
export class Reader {
  readonly bytes: Buffer;
  position: number;

  constructor(bytes: Buffer, position = 0) {
    this.bytes = bytes;
    this.position = position;
  }

  byte(): number {
    const value = this.bytes[this.position++];
    if (value === undefined) throw new RangeError('the wasm file ends in the middle of a section');
    return value;
  }

  /** Unsigned LEB128. */
  u32(): number {
    let result = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      result += (byte & 0x7f) * 2 ** shift;
      if (!(byte & 0x80)) return result;
    }
  }

  /** Signed LEB128. */
  s32(): number {
    let result = 0;
    for (let shift = 0; ; ) {
      const byte = this.byte();
      result |= (byte & 0x7f) << shift;
      shift += 7;
      if (!(byte & 0x80)) return shift < 32 && byte & 0x40 ? result | (-1 << shift) : result;
    }
  }

  name(): string {
    const length = this.u32();
    const start = this.position;
    this.position += length;
    return this.bytes.toString('latin1', start, this.position);
  }
}

export function unsignedLeb(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    out.push(rest ? low | 0x80 : low);
  } while (rest);
  return out;
}

export function signedLeb(value: number): number[] {
  const out: number[] = [];
  for (let rest = value; ; ) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && !(low & 0x40)) || (rest === -1 && low & 0x40)) return [...out, low];
    out.push(low | 0x80);
  }
}

export function nameBytes(name: string): number[] {
  const bytes = Buffer.from(name, 'latin1');
  return [...unsignedLeb(bytes.length), ...bytes];
}

export function section(id: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([id, ...unsignedLeb(body.length)]), body]);
}

export interface SectionSpan {
  readonly id: number;
  /** Where the section starts, its id byte included. */
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

/** The sections of a module in file order. */
export function sections(bytes: Buffer): SectionSpan[] {
  const reader = new Reader(bytes, HEADER_BYTES);
  const spans: SectionSpan[] = [];
  while (reader.position < bytes.length) {
    const start = reader.position;
    const id = reader.byte();
    const size = reader.u32();
    spans.push({ id, start, body: reader.position, end: reader.position + size });
    reader.position += size;
  }
  return spans;
}
