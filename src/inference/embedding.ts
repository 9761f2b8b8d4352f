import type { ServerClient } from './served-client.ts';
import type { ServerFailed } from './server-failure.ts';

/** Vectors of texts, in their order, or why there are none. */
export type EmbedResult =
  | {
      readonly kind: 'vectors';
      readonly vectors: readonly EmbeddedText[];
      readonly model: string;
      readonly weightVersion: string | null;
    }
  | ServerFailed;

/** Never a vector of zeros: a text that could not be embedded says why. */
export type EmbeddedText =
  | {
      readonly kind: 'vector';
      readonly vector: Float32Array;
      readonly tokens: number | null;
      /** Whether only the beginning of the text was embedded, as all of it would not fit. */
      readonly truncated: boolean;
    }
  | { readonly kind: 'failed'; readonly failure: ServerFailed };

export interface EmbedRequest {
  readonly texts: readonly string[];
  readonly lane?: string;
  readonly signal: AbortSignal;
}

/** What every server that embeds can do, whatever its kind. */
export interface EmbeddingClient extends ServerClient {
  embed(request: EmbedRequest): Promise<EmbedResult>;
}
