import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** A saved wasm memory: [non-empty pages][meta as JSON][footer], in one file so that it can only be replaced as a whole. */
export const IMAGE_FILE = 'image.bin';
/** Part of the cache key; raise it when the layout of the entry or the way it is made changes. */
export const IMAGE_FORMAT = 2;
export const WASM_PAGE = 65536;

const FOOTER_BYTES = 16;
const MAGIC = 'PDIMAGE1';
const MAX_META_BYTES = 1 << 20;
/** Reads this much at a time, so that the checksum runs over bytes that are still in the processor's cache. */
const READ_BYTES = 4 << 20;

export interface ImageMeta {
  /** Address of the Lean closure `String -> IO String` that answers requests. */
  readonly handler: number;
  /** Address of the flag inside the cancel token. */
  readonly cancel: number;
  readonly stack: { readonly low: number; readonly high: number };
  /** Size of the memory in wasm pages. */
  readonly pages: number;
  /** Length of the function table. */
  readonly table: number;
  readonly globals: readonly (readonly [exportName: string, value: number])[];
  /** First page and count of each run of pages that hold something. */
  readonly runs: readonly (readonly [page: number, count: number])[];
  /** CRC-32 of the pages in file order. */
  readonly crc: number;
}

/** The image file is not what its footer or checksum says. */
export class DamagedImage extends Error {}

/** Saves all pages of `memory` that are not zero. */
export function writeImage(file: string, memory: Uint8Array, meta: Omit<ImageMeta, 'pages' | 'runs' | 'crc'>): void {
  const runs = usedRuns(memory);
  const fd = openSync(file, 'w');
  try {
    let crc = 0;
    for (const [page, count] of runs) {
      for (let at = page * WASM_PAGE, end = at + count * WASM_PAGE; at < end; ) {
        // A copy: file system calls refuse shared memory.
        const bytes = memory.slice(at, Math.min(end, at + READ_BYTES));
        crc = crc32(bytes, crc);
        writeFully(fd, bytes);
        at += bytes.length;
      }
    }
    const json = Buffer.from(
      JSON.stringify({ ...meta, pages: memory.length / WASM_PAGE, runs, crc } satisfies ImageMeta),
    );
    const footer = Buffer.alloc(FOOTER_BYTES);
    footer.writeUInt32LE(json.length, 0);
    footer.write(MAGIC, FOOTER_BYTES - MAGIC.length, 'latin1');
    writeFully(fd, json);
    writeFully(fd, footer);
  } finally {
    closeSync(fd);
  }
}

function writeFully(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function usedRuns(memory: Uint8Array): [number, number][] {
  const words = new BigUint64Array(memory.buffer, memory.byteOffset, memory.byteLength / 8);
  const wordsPerPage = WASM_PAGE / 8;
  const runs: [number, number][] = [];
  for (let page = 0; page < memory.length / WASM_PAGE; page++) {
    if (words.subarray(page * wordsPerPage, (page + 1) * wordsPerPage).every((word) => word === 0n)) continue;
    const last = runs.at(-1);
    if (last && last[0] + last[1] === page) last[1]++;
    else runs.push([page, 1]);
  }
  return runs;
}

/**
 * Reads an image into a fresh shared memory that may grow to `maximumPages`. With `check` the checksum of all pages is
 * compared (70 ms more). Throws `DamagedImage`, a RangeError when there is no memory, or the file system's error.
 */
export function readImage(
  file: string,
  maximumPages: number,
  check: boolean,
): { meta: ImageMeta; memory: WebAssembly.Memory } {
  const fd = openSync(file, 'r');
  try {
    const meta = readMeta(fd);
    const memory = new WebAssembly.Memory({
      initial: meta.pages,
      maximum: Math.max(maximumPages, meta.pages),
      shared: true,
    });
    const bytes = new Uint8Array(memory.buffer);
    let crc = 0;
    for (const [page, count] of meta.runs) {
      for (let at = page * WASM_PAGE, end = at + count * WASM_PAGE; at < end; ) {
        const read = readSync(fd, bytes, at, Math.min(READ_BYTES, end - at), null);
        if (read === 0) throw new DamagedImage('the image is cut short');
        if (check) crc = crc32(bytes.subarray(at, at + read), crc);
        at += read;
      }
    }
    if (check && crc !== meta.crc) throw new DamagedImage('the checksum of the image differs');
    return { meta, memory };
  } finally {
    closeSync(fd);
  }
}

function readMeta(fd: number): ImageMeta {
  const size = fstatSync(fd).size;
  const footer = Buffer.alloc(FOOTER_BYTES);
  if (size < FOOTER_BYTES || readSync(fd, footer, 0, FOOTER_BYTES, size - FOOTER_BYTES) !== FOOTER_BYTES) {
    throw new DamagedImage('the image is cut short');
  }
  const length = footer.readUInt32LE(0);
  if (
    footer.toString('latin1', FOOTER_BYTES - MAGIC.length) !== MAGIC ||
    length > MAX_META_BYTES ||
    length + FOOTER_BYTES > size
  ) {
    throw new DamagedImage('the image has no valid footer');
  }
  const json = Buffer.alloc(length);
  readSync(fd, json, 0, length, size - FOOTER_BYTES - length);
  let meta: ImageMeta;
  try {
    // Not checked field by field: only `writeImage` makes such a file, and the lengths below must fit its pages exactly.
    meta = JSON.parse(json.toString('utf8')) as ImageMeta;
  } catch {
    throw new DamagedImage('the description in the image is not JSON');
  }
  const pages = Array.isArray(meta.runs) ? meta.runs.reduce((sum, [, count]) => sum + count, 0) : -1;
  if (pages * WASM_PAGE !== size - FOOTER_BYTES - length) throw new DamagedImage('the image has the wrong length');
  return meta;
}
