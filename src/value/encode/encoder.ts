import type { EncoderIdentity } from './identity.ts';

/** Turns texts of proof states (`stateText` of src/lean/goal.ts, the `state_pp` of a trajectory) into vectors. */
export interface StateEncoder {
  readonly identity: EncoderIdentity;
  /** Vectors of known texts as the encoder gave them when it was opened, against which a cache is checked; absent when they cannot change. */
  readonly probes?: readonly Probe[];
  /** Vectors in the order of the texts: all of them, or why not. */
  encode(texts: readonly string[], signal: AbortSignal): Promise<EncodeResult>;
  /** The same, where a text that cannot be encoded is to cost no other. */
  encodeEach(texts: readonly string[], signal: AbortSignal): Promise<EncodeEachResult>;
  close(): Promise<void>;
}

export interface Probe {
  readonly text: string;
  readonly vector: Float32Array;
}

export type EncodeResult = { readonly kind: 'vectors'; readonly vectors: readonly Float32Array[] } | EncodeFailed;

export type EncodeEachResult = { readonly kind: 'encoded'; readonly texts: readonly EncodedText[] } | EncodeFailed;

/** Never a vector of zeros: a text that could not be encoded says why. */
export type EncodedText =
  /** Finite, not all zeros, as long as the identity says. Not to be changed: caches share it. */
  { readonly kind: 'vector'; readonly vector: Float32Array } | { readonly kind: 'failed'; readonly message: string };

export interface EncodeFailed {
  readonly kind: 'encodeFailed';
  readonly reason: /** The server is away, refuses, or answers what the protocol does not say. */
    | 'server'
    /** Another model, or other weights, than when the encoder was opened. */
    | 'modelChanged'
    /** A text cannot be encoded; only `encode` says so. */
    | 'text'
    /** Vectors that were to be on disk cannot be read or written. */
    | 'storage'
    /** By the given signal. */
    | 'aborted';
  /** Names the encoder and the remedy. */
  readonly message: string;
  /** Whether the same texts may succeed later. */
  readonly retriable: boolean;
}

/** All vectors, or the failure of the first text that has none. */
export function allVectors(result: EncodeEachResult): EncodeResult {
  if (result.kind === 'encodeFailed') return result;
  const vectors: Float32Array[] = [];
  for (const one of result.texts) {
    if (one.kind === 'failed') return { kind: 'encodeFailed', reason: 'text', message: one.message, retriable: false };
    vectors.push(one.vector);
  }
  return { kind: 'vectors', vectors };
}
