import { damaged } from '../../../storage/failure.ts';
import { fileHash } from '../../../storage/file-hash.ts';
import { disagreement } from '../agreement.ts';
import { EmbeddingCache } from '../cache/embedding-cache.ts';
import type { StateEncoder } from '../encoder.ts';
import type { EncoderIdentity } from '../identity.ts';
import { type EmbeddingRow, type EmbeddingsRead, embeddingWidth, readEmbeddings } from './embeddings-file.ts';

export interface VectorsWish {
  readonly path: string;
  /** What vectors of an encoder that is not at hand are to be called. */
  readonly name: string;
  readonly home: string;
  /** The encoder that made them, when it is at hand: it is compared with them. */
  readonly encoder: StateEncoder | null;
  /** Numbers that the head takes; null when no head says so. */
  readonly headWidth: number | null;
  readonly signal: AbortSignal;
}

export type ImportVectorsResult =
  | {
      readonly kind: 'vectors';
      readonly identity: EncoderIdentity;
      readonly embeddings: EmbeddingsRead & { readonly folder: string; readonly added: number };
    }
  /** The file cannot be read, or the vectors cannot be kept. */
  | { readonly kind: 'unreadable'; readonly message: string }
  /** It can be read, and its vectors are not of the encoder that is said to have made them; or it was given up. */
  | { readonly kind: 'refused'; readonly message: string };

/** States of a file that are encoded anew, to see that they are of the encoder that is said to have made them. */
const COMPARED_STATES = 8;

const unreadable = (message: string): ImportVectorsResult => ({ kind: 'unreadable', message });

/** Brings an `embeddings.parquet` of the reference into the cache. */
export async function importVectors(wish: VectorsWish): Promise<ImportVectorsResult> {
  const { path, name, home, encoder, headWidth, signal } = wish;
  const width = await embeddingWidth(path);
  if (typeof width !== 'number') return unreadable(width.message);
  if (width === 0) return unreadable(`${path} holds no vectors, or its first one is empty`);
  if (headWidth !== null && width !== headWidth)
    return unreadable(`${path} has vectors of ${width} numbers, the head takes ${headWidth}`);
  if (encoder !== null && encoder.identity.width !== width)
    return unreadable(
      `${path} has vectors of ${width} numbers, ${encoder.identity.name} makes ${encoder.identity.width}`,
    );
  const source = await fileHash(path);
  if (typeof source !== 'string') return unreadable(source.message);
  // The hash is in the name, as heads find their vectors by it, and a name may be given to others later.
  const called = `imported:${name}@${source.slice(0, 8)}`;
  const wanted = encoder?.identity ?? ({ kind: 'imported', name: called, width, source } as const);
  const opened = await EmbeddingCache.open(home, wanted);
  if (opened.kind === 'storageFailed') return unreadable(opened.message);
  const { cache } = opened;
  try {
    const before = cache.statistics().states;
    let compared = false;
    let refused: string | null = null;
    const read = await readEmbeddings(path, width, async (rows) => {
      if (signal.aborted) refused = 'stopped; the same command goes on from here';
      else if (encoder !== null && !compared && rows.length > 0) {
        compared = true;
        refused = await whyNotOf(encoder, rows.slice(0, COMPARED_STATES), signal);
      }
      return refused === null ? cache.write(rows) : damaged(path, refused);
    });
    if (refused !== null) return { kind: 'refused', message: refused };
    if (read.kind === 'storageFailed') return unreadable(read.message);
    const added = cache.statistics().states - before;
    // The same file may have been imported before, under another name: that is the one by which it is found.
    const identity = wanted.kind === 'imported' ? cache.identity : wanted;
    return { kind: 'vectors', identity, embeddings: { ...read, folder: cache.folder, added } };
  } finally {
    await cache.close();
  }
}

/** Why vectors are not of this encoder; null when they are. */
async function whyNotOf(
  encoder: StateEncoder,
  rows: readonly EmbeddingRow[],
  signal: AbortSignal,
): Promise<string | null> {
  const { name } = encoder.identity;
  const incomparable = (why: string): string => `the vectors cannot be compared with those of ${name}: ${why}`;
  const answer = await encoder.encodeEach(
    rows.map(({ text }) => text),
    signal,
  );
  if (answer.kind === 'encodeFailed') return incomparable(answer.message);
  let failure: string | null = null;
  let compared = 0;
  for (const [i, one] of answer.texts.entries()) {
    if (one.kind === 'failed') {
      failure = one.message;
      continue;
    }
    compared++;
    const difference = disagreement((rows[i] as EmbeddingRow).vector, one.vector);
    if (difference !== null)
      return `the vectors are not those that ${name} gives (${difference}): another model, pooling, scale or type of numbers made them; import them without --encoder, under a name of their own`;
  }
  return compared === 0 && failure !== null ? incomparable(failure) : null;
}
