import { randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../../storage/atomic-file.ts';
import { KEY_RECORD_BYTES, vectorSum, writeKeyRecord } from './key-record.ts';

export interface NewVector {
  readonly key: string;
  readonly vector: Float32Array;
}

/**
 * Two files that this process alone writes: the vectors one behind the other, and a record for each with its key. The vectors are
 * written first, so that what has a record has its vector; checksums find out where a power failure changed the order. Methods throw
 * what the file system throws; the segment is to be given up then, and what it holds can still be read.
 */
export class SegmentWriter {
  readonly name: string;
  readonly #vectors: FileHandle;
  readonly #keys: FileHandle;
  #unsynced = 0;

  static async open(folder: string): Promise<SegmentWriter> {
    const name = `${Date.now().toString(36)}-${process.pid}-${randomBytes(3).toString('hex')}`;
    const handles: FileHandle[] = [];
    try {
      const vectors = await open(join(folder, `${name}.vectors`), 'wx');
      handles.push(vectors);
      const keys = await open(join(folder, `${name}.keys`), 'wx');
      handles.push(keys);
      await syncFolder(folder);
      return new SegmentWriter(name, vectors, keys);
    } catch (error) {
      for (const handle of handles) await handle.close();
      throw error;
    }
  }

  private constructor(name: string, vectors: FileHandle, keys: FileHandle) {
    this.name = name;
    this.#vectors = vectors;
    this.#keys = keys;
  }

  get unsynced(): number {
    return this.#unsynced;
  }

  /** What is written survives the death of the process. One call after the other. */
  async append(entries: readonly NewVector[]): Promise<void> {
    const width = entries[0]?.vector.length ?? 0;
    const vectors = new Float32Array(entries.length * width);
    const records = Buffer.alloc(entries.length * KEY_RECORD_BYTES);
    for (const [i, { key, vector }] of entries.entries()) {
      vectors.set(vector, i * width);
      writeKeyRecord(records, i * KEY_RECORD_BYTES, key, vectorSum(vector));
    }
    // `writeFile` goes on after a short write, and throws when the disk is full.
    await this.#vectors.writeFile(new Uint8Array(vectors.buffer));
    await this.#keys.writeFile(records);
    this.#unsynced += entries.length;
  }

  /** Makes what is written survive a power failure. */
  async sync(): Promise<void> {
    if (this.#unsynced === 0) return;
    await this.#vectors.datasync();
    await this.#keys.datasync();
    this.#unsynced = 0;
  }

  async close(): Promise<void> {
    try {
      await this.#vectors.close();
    } finally {
      await this.#keys.close();
    }
  }
}
