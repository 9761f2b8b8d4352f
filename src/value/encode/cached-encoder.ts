import { LRUCache } from 'lru-cache';
import type { StorageFailed } from '../../storage/failure.ts';
import { disagreement } from './agreement.ts';
import { type CacheStatistics, EmbeddingCache } from './cache/embedding-cache.ts';
import {
  allVectors,
  type EncodedText,
  type EncodeEachResult,
  type EncodeResult,
  type StateEncoder,
} from './encoder.ts';
import type { EncoderIdentity } from './identity.ts';

export interface CachedEncoderOptions {
  /** Home under which vectors are kept on disk; null = memory only, which is right where encoding is as fast as reading (`ngram`). */
  readonly home: string | null;
  /** Megabytes of vectors kept in memory. @default 64 */
  readonly memoryMb?: number;
}

export type OpenCachedResult =
  | { readonly kind: 'cached'; readonly encoder: CachedEncoder }
  /** The vectors on disk are not those that the encoder gives now. */
  | { readonly kind: 'cacheMismatch'; readonly message: string }
  | StorageFailed;

export interface CachedEncoderStatistics {
  /** Texts found in memory, and on disk. */
  readonly fromMemory: number;
  readonly fromDisk: number;
  readonly encoded: number;
  readonly failed: number;
  /** Null when there is no disk cache. */
  readonly disk: CacheStatistics | null;
  /** Why the newest vectors could not be kept on disk; null when they could. */
  readonly storage: StorageFailed | null;
}

/** Texts that are encoded and written together: as much as is lost when the process dies. */
const MOST_AT_ONCE = 256;

/** Puts memory and a disk cache in front of an encoder. Closing it closes the encoder. */
export async function openCachedEncoder(
  encoder: StateEncoder,
  options: CachedEncoderOptions,
): Promise<OpenCachedResult> {
  const { home, memoryMb = 64 } = options;
  if (home === null) return { kind: 'cached', encoder: new CachedEncoder(encoder, null, memoryMb) };
  const opened = await EmbeddingCache.open(home, encoder.identity);
  if (opened.kind === 'storageFailed') return opened;
  const mismatch = await mismatchOf(encoder, opened.cache);
  if (mismatch === null) return { kind: 'cached', encoder: new CachedEncoder(encoder, opened.cache, memoryMb) };
  await opened.cache.close();
  return typeof mismatch === 'string' ? { kind: 'cacheMismatch', message: mismatch } : mismatch;
}

/** A server may load other numbers, or another template, under the name of the model before: the texts of its check tell. */
async function mismatchOf(encoder: StateEncoder, cache: EmbeddingCache): Promise<string | StorageFailed | null> {
  const probes = encoder.probes ?? [];
  const kept = await cache.read(probes.map(({ text }) => text));
  if ('kind' in kept) return kept;
  for (const [i, { vector }] of probes.entries()) {
    const before = kept[i] ?? null;
    const difference = before === null ? null : disagreement(vector, before);
    if (difference !== null)
      return (
        `the vectors in ${cache.folder} are not those that ${encoder.identity.name} gives now (${difference}): its model was ` +
        'changed under the same name, or its type of numbers, template or pooling; serve it as before, or remove the folder and train anew'
      );
  }
  return cache.write(probes);
}

/** An encoder that encodes no state twice, unless it is asked for by two at the same moment. */
export class CachedEncoder implements StateEncoder {
  readonly identity: EncoderIdentity;
  readonly #encoder: StateEncoder;
  readonly #disk: EmbeddingCache | null;
  readonly #memory: LRUCache<string, Float32Array> | null;
  readonly #counts = { fromMemory: 0, fromDisk: 0, encoded: 0, failed: 0 };
  #storage: StorageFailed | null = null;

  constructor(encoder: StateEncoder, disk: EmbeddingCache | null, memoryMb: number) {
    this.#encoder = encoder;
    this.identity = encoder.identity;
    this.#disk = disk;
    const states = Math.floor((memoryMb * 1_000_000) / (encoder.identity.width * Float32Array.BYTES_PER_ELEMENT));
    this.#memory = states === 0 ? null : new LRUCache({ max: states });
  }

  statistics(): CachedEncoderStatistics {
    return { ...this.#counts, disk: this.#disk?.statistics() ?? null, storage: this.#storage };
  }

  /** Whether a text has a vector already. */
  has(text: string): boolean {
    return this.#memory?.has(text) === true || this.#disk?.has(text) === true;
  }

  async encode(texts: readonly string[], signal: AbortSignal): Promise<EncodeResult> {
    return allVectors(await this.encodeEach(texts, signal));
  }

  async encodeEach(texts: readonly string[], signal: AbortSignal): Promise<EncodeEachResult> {
    const found = new Map<string, EncodedText>();
    for (const text of texts) {
      const vector = this.#memory?.get(text);
      if (vector !== undefined) found.set(text, { kind: 'vector', vector });
    }
    this.#counts.fromMemory += found.size;
    const onDisk = await this.#read(missingOf(texts, found));
    for (const [text, one] of onDisk) found.set(text, one);
    const missing = missingOf(texts, found);
    for (let at = 0; at < missing.length; at += MOST_AT_ONCE) {
      const part = missing.slice(at, at + MOST_AT_ONCE);
      const answer = await this.#encoder.encodeEach(part, signal);
      if (answer.kind === 'encodeFailed') return answer;
      const fresh = part.map((text, i): [string, EncodedText] => [text, answer.texts[i] as EncodedText]);
      for (const [text, one] of fresh) found.set(text, one);
      await this.#keep(fresh);
    }
    return { kind: 'encoded', texts: texts.map((text) => found.get(text) as EncodedText) };
  }

  /** Makes what was encoded survive a power failure. */
  async sync(): Promise<void> {
    this.#storage = (await this.#disk?.sync()) ?? this.#storage;
  }

  async close(): Promise<void> {
    this.#storage = (await this.#disk?.close()) ?? this.#storage;
    await this.#encoder.close();
  }

  async #read(texts: readonly string[]): Promise<readonly [string, EncodedText][]> {
    if (this.#disk === null || texts.length === 0) return [];
    if (texts.some((text) => !this.#disk?.has(text))) this.#storage = (await this.#disk.refreshSoon()) ?? this.#storage;
    const vectors = await this.#disk.read(texts);
    if ('kind' in vectors) {
      this.#storage = vectors;
      return [];
    }
    const found = texts.flatMap((text, i): [string, EncodedText][] => {
      const vector = vectors[i] ?? null;
      if (vector === null) return [];
      this.#memory?.set(text, vector);
      return [[text, { kind: 'vector', vector }]];
    });
    this.#counts.fromDisk += found.length;
    return found;
  }

  async #keep(fresh: readonly (readonly [string, EncodedText])[]): Promise<void> {
    const vectors = fresh.flatMap(([text, one]) => (one.kind === 'vector' ? [{ text, vector: one.vector }] : []));
    this.#counts.encoded += vectors.length;
    this.#counts.failed += fresh.length - vectors.length;
    for (const { text, vector } of vectors) this.#memory?.set(text, vector);
    this.#storage = (await this.#disk?.write(vectors)) ?? this.#storage;
  }
}

const missingOf = (texts: readonly string[], found: ReadonlyMap<string, unknown>): readonly string[] => [
  ...new Set(texts.filter((text) => !found.has(text))),
];
