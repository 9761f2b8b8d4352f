import { type FileHandle, open } from 'node:fs/promises';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { KEY_RECORD_BYTES, readKeyRecord, vectorSum } from './key-record.ts';

/** Where a vector is. */
export interface Place {
  readonly segment: SegmentReader;
  readonly row: number;
  readonly sum: number;
}

/** Most bytes of neighbouring vectors that are read at once. */
const MOST_BYTES_AT_ONCE = 4 << 20;
/** Vectors between two that are wanted, which are read along rather than apart. */
const GAP_ROWS = 4;

/** Two files of vectors and their keys, of this process or another, which may still grow. */
export class SegmentReader {
  readonly name: string;
  readonly #folder: string;
  readonly #rowBytes: number;
  #keysRead = 0;
  /** Opened once, however many read at the same moment. */
  #vectors: Promise<FileHandle> | null = null;

  constructor(folder: string, name: string, width: number) {
    this.#folder = folder;
    this.name = name;
    this.#rowBytes = width * Float32Array.BYTES_PER_ELEMENT;
  }

  /** Reads records that came since the last time. A torn one at the end is not yet written. Returns how many were damaged. */
  async readKeys(found: (key: string, place: Place) => void): Promise<number> {
    const handle = await open(join(this.#folder, `${this.name}.keys`), 'r');
    let damaged = 0;
    try {
      const { size } = await handle.stat();
      const whole = Math.floor(size / KEY_RECORD_BYTES) * KEY_RECORD_BYTES;
      if (whole <= this.#keysRead) return 0;
      const bytes = Buffer.alloc(whole - this.#keysRead);
      await readFully(handle, bytes, this.#keysRead);
      for (let at = 0; at < bytes.length; at += KEY_RECORD_BYTES) {
        const row = (this.#keysRead + at) / KEY_RECORD_BYTES;
        const record = readKeyRecord(bytes, at);
        if (record === null) damaged++;
        else found(record.key, { segment: this, row, sum: record.sum });
      }
      this.#keysRead = whole;
      return damaged;
    } finally {
      await handle.close();
    }
  }

  /** Vectors of rows in ascending order; null for one whose bytes are not those that were written. */
  async readRows(
    rows: readonly { readonly row: number; readonly sum: number }[],
  ): Promise<readonly (Float32Array | null)[]> {
    const file = await this.#open();
    const vectors: (Float32Array | null)[] = [];
    for (let at = 0; at < rows.length; ) {
      const first = (rows[at] as { row: number }).row;
      let end = at + 1;
      for (; end < rows.length; end++) {
        const { row } = rows[end] as { row: number };
        if (row - (rows[end - 1] as { row: number }).row > GAP_ROWS) break;
        if ((row - first + 1) * this.#rowBytes > MOST_BYTES_AT_ONCE) break;
      }
      const last = (rows[end - 1] as { row: number }).row;
      const bytes = Buffer.from(new ArrayBuffer((last - first + 1) * this.#rowBytes));
      const read = await readFully(file, bytes, first * this.#rowBytes);
      for (const { row, sum } of rows.slice(at, end)) {
        const from = (row - first) * this.#rowBytes;
        const vector = from + this.#rowBytes <= read ? floatsOf(bytes, from, this.#rowBytes) : null;
        vectors.push(vector !== null && vectorSum(vector) === sum ? vector : null);
      }
      at = end;
    }
    return vectors;
  }

  async close(): Promise<void> {
    const file = await this.#vectors?.catch(() => null);
    this.#vectors = null;
    await file?.close();
  }

  async #open(): Promise<FileHandle> {
    this.#vectors ??= open(join(this.#folder, `${this.name}.vectors`), 'r');
    try {
      return await this.#vectors;
    } catch (error) {
      this.#vectors = null;
      throw error;
    }
  }
}

/** A copy, so that one vector that is kept does not keep its neighbours. */
function floatsOf(bytes: Buffer, from: number, length: number): Float32Array {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset + from, bytes.byteOffset + from + length) as ArrayBuffer);
}

/** Fills `target` as far as the file goes. */
async function readFully(handle: FileHandle, target: Buffer, position: number): Promise<number> {
  let done = 0;
  while (done < target.length) {
    const { bytesRead } = await handle.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/** The files hold numbers as the processors that Node runs on have them. */
if (endianness() !== 'LE') throw new Error('the embedding cache needs a little-endian processor');
