/** Why a server gave no answer. */
export type ServerFailureReason =
  /** The prompt, or the prompt with `maxTokens`, is longer than the context. */
  | 'tooLong'
  | 'badRequest'
  | 'unauthorised'
  /** 429, 503, 408: it lives, and has too much to do. */
  | 'overloaded'
  /** Refused, reset, or gone in the middle of an answer. */
  | 'serverDown'
  /** By our own signal, or by the server. */
  | 'aborted'
  | 'timeout'
  /** An embedding server was asked to generate, or the reverse. */
  | 'wrongMode'
  /** An answer that is not what the protocol says: HTML, cut JSON, a wrong number of samples. */
  | 'badAnswer';

export interface ServerFailed {
  readonly kind: 'serverFailed';
  readonly reason: ServerFailureReason;
  /** Names the server and what to do; never holds a key. */
  readonly message: string;
  /** Whether the same request may succeed later. */
  readonly retriable: boolean;
  /** HTTP status, where there was one. */
  readonly status?: number;
  /** What the server asked to wait before the next try. */
  readonly retryAfterMs?: number;
  /** For `serverDown`: false when the request never got to the server. */
  readonly reached?: boolean;
  /** For `tooLong`, where the server told: tokens asked for, and the most it takes. */
  readonly context?: { readonly tokens: number | null; readonly limit: number | null };
}
