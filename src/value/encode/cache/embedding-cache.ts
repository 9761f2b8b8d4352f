import { readdir } from 'node:fs/promises';
import { damaged, type StorageFailed, storageFailure } from '../../../storage/failure.ts';
import { makeFolder } from '../../../storage/make-folder.ts';
import { type EncoderIdentity, encoderFingerprint } from '../identity.ts';
import { cacheFolder, identityPath, readIdentity, writeIdentity } from './identity-file.ts';
import { stateKey } from './key-record.ts';
import { type Place, SegmentReader } from './segment-reader.ts';
import { type NewVector, SegmentWriter } from './segment-writer.ts';

/** Vectors, or milliseconds, after which what is written is made to survive a power failure. */
const SYNC_VECTORS = 20_000;
const SYNC_MS = 60_000;
/** How often new files of other processes are looked for. */
const REFRESH_MS = 1000;

export type OpenCacheResult = { readonly kind: 'cache'; readonly cache: EmbeddingCache } | StorageFailed;

export interface CacheStatistics {
  /** Vectors that can be found. */
  readonly states: number;
  /** Records and vectors whose checksum was wrong: they count as not there. */
  readonly damaged: number;
  readonly segments: number;
  /** Bytes of the vectors that can be found. */
  readonly bytes: number;
}

/**
 * Vectors of one encoder on disk, found by the hash of the state's text. Only keys are held in memory; vectors are read where they are
 * wanted. Any number of processes may have it open: each writes files of its own and sees those of the others.
 */
export class EmbeddingCache {
  readonly folder: string;
  /** As the folder has it: of one fingerprint with the one that it was opened for, and perhaps another name. */
  readonly identity: EncoderIdentity;
  readonly #width: number;
  readonly #places = new Map<string, Place>();
  readonly #segments = new Map<string, SegmentReader>();
  #writer: SegmentWriter | null = null;
  #writerSegment: SegmentReader | null = null;
  #work: Promise<unknown> = Promise.resolve();
  #damaged = 0;
  #syncedMs = performance.now();
  #refreshedMs = Number.NEGATIVE_INFINITY;

  private constructor(folder: string, identity: EncoderIdentity) {
    this.folder = folder;
    this.identity = identity;
    this.#width = identity.width;
  }

  /** Opens the cache of an encoder, making it when there is none. */
  static async open(home: string, identity: EncoderIdentity): Promise<OpenCacheResult> {
    const folder = cacheFolder(home, identity);
    try {
      await makeFolder(folder);
      const known = await readIdentity(folder);
      if (known === null) {
        const unkept = await writeIdentity(folder, identity);
        if (unkept !== null) return unkept;
      } else if (known === 'damaged' || encoderFingerprint(known) !== encoderFingerprint(identity))
        return damaged(
          identityPath(folder),
          `${identityPath(folder)} does not name the encoder of its folder: remove the folder, its vectors are encoded again`,
        );
      const cache = new EmbeddingCache(folder, known ?? identity);
      await cache.refresh();
      return { kind: 'cache', cache };
    } catch (error) {
      return storageFailure(error, folder, 'open the embedding cache');
    }
  }

  has(text: string): boolean {
    return this.#places.has(stateKey(text));
  }

  statistics(): CacheStatistics {
    const states = this.#places.size;
    const bytes = states * this.#width * Float32Array.BYTES_PER_ELEMENT;
    return { states, damaged: this.#damaged, segments: this.#segments.size, bytes };
  }

  /** Vectors in the order of the texts; null where there is none. */
  async read(texts: readonly string[]): Promise<readonly (Float32Array | null)[] | StorageFailed> {
    const keys = texts.map(stateKey);
    const found: (Float32Array | null)[] = texts.map(() => null);
    const wanted = keys.flatMap((key, index) => {
      const place = this.#places.get(key);
      return place === undefined ? [] : [{ ...place, index, key }];
    });
    try {
      for (const [segment, members] of Map.groupBy(wanted, (one) => one.segment)) {
        const inOrder = members.sort((a, b) => a.row - b.row);
        const vectors = await segment.readRows(inOrder);
        for (const [i, { index, key }] of inOrder.entries()) {
          const vector = vectors[i] ?? null;
          found[index] = vector;
          if (vector !== null) continue;
          this.#damaged++;
          this.#places.delete(key);
        }
      }
      return found;
    } catch (error) {
      return storageFailure(error, this.folder, 'read the embedding cache');
    }
  }

  /** Adds vectors; those that are there already are left as they are. Null when it went well. */
  async write(
    entries: readonly { readonly text: string; readonly vector: Float32Array }[],
  ): Promise<StorageFailed | null> {
    return this.#inTurn(() => this.#append(entries));
  }

  /** Makes all of it survive a power failure. */
  async sync(): Promise<StorageFailed | null> {
    return this.#inTurn(() => this.#orFailure(async () => this.#writer?.sync()));
  }

  /** Looks for what other processes have added; at most once a second, as it costs a look at every file. */
  async refreshSoon(): Promise<StorageFailed | null> {
    if (performance.now() - this.#refreshedMs < REFRESH_MS) return null;
    return this.#inTurn(async () => {
      try {
        await this.refresh();
        return null;
      } catch (error) {
        return storageFailure(error, this.folder, 'read the embedding cache');
      }
    });
  }

  /** Throws what the file system throws. */
  async refresh(): Promise<void> {
    this.#refreshedMs = performance.now();
    for (const file of (await readdir(this.folder)).sort()) {
      if (!file.endsWith('.keys')) continue;
      const name = file.slice(0, -'.keys'.length);
      if (name === this.#writer?.name) continue;
      const segment = this.#segments.get(name) ?? new SegmentReader(this.folder, name, this.#width);
      this.#segments.set(name, segment);
      // Names sort by time: the newer one may have been written because the older was damaged.
      this.#damaged += await segment.readKeys((key, place) => this.#places.set(key, place));
    }
  }

  async close(): Promise<StorageFailed | null> {
    const failure = await this.sync();
    // What is synced is safe; a file that will not close keeps no other open.
    await Promise.allSettled([this.#writer, ...this.#segments.values()].map((one) => one?.close()));
    this.#writer = null;
    return failure;
  }

  /** One after the other: what reads the folder would take a segment that we are about to write for one of others. */
  #inTurn(work: () => Promise<StorageFailed | null>): Promise<StorageFailed | null> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => {});
    return done;
  }

  async #append(
    entries: readonly { readonly text: string; readonly vector: Float32Array }[],
  ): Promise<StorageFailed | null> {
    const fresh = new Map<string, NewVector>();
    for (const { text, vector } of entries) {
      if (vector.length !== this.#width)
        throw new Error(`a vector of ${vector.length} numbers for a cache of ${this.#width} (${this.folder})`);
      const key = stateKey(text);
      if (!this.#places.has(key)) fresh.set(key, { key, vector });
    }
    if (fresh.size === 0) return null;
    return this.#orFailure(async () => {
      const writer = this.#writer ?? (await this.#openWriter());
      await writer.append([...fresh.values()]);
      // Read back from the file: a sum of what was meant is in it.
      await this.#writerSegment?.readKeys((key, place) => this.#places.set(key, place));
      if (writer.unsynced < SYNC_VECTORS && performance.now() - this.#syncedMs < SYNC_MS) return;
      await writer.sync();
      this.#syncedMs = performance.now();
    });
  }

  async #openWriter(): Promise<SegmentWriter> {
    const writer = await SegmentWriter.open(this.folder);
    this.#writer = writer;
    this.#writerSegment = new SegmentReader(this.folder, writer.name, this.#width);
    this.#segments.set(writer.name, this.#writerSegment);
    return writer;
  }

  /** After a failed write a half row may be there: that file is given up, and the next write begins another. */
  async #orFailure(work: () => Promise<void>): Promise<StorageFailed | null> {
    try {
      await work();
      return null;
    } catch (error) {
      const failure = storageFailure(error, this.folder, 'write to the embedding cache');
      await this.#writer?.close().catch(() => {});
      this.#writer = null;
      return failure;
    }
  }
}
