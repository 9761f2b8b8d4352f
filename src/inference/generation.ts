/** One turn of a chat. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What a model is asked to continue. */
export type GenerationPrompt =
  | { readonly kind: 'text'; readonly text: string }
  /** `prefill` is the beginning of the answer; the sample's text continues after it. */
  | { readonly kind: 'chat'; readonly messages: readonly ChatMessage[]; readonly prefill?: string };

/** One question to a server: samples for one prompt. Every sampling parameter is sent, so that no server default acts. */
export interface GenerateRequest {
  readonly prompt: GenerationPrompt;
  /** Samples wanted. */
  readonly n: number;
  /** Most tokens of each sample. */
  readonly maxTokens: number;
  /** 0 = greedy. */
  readonly temperature: number;
  /** In (0, 1]; 1 = all tokens. */
  readonly topP: number;
  /** Absent = all tokens. */
  readonly topK?: number;
  /** Absent = 0, nothing cut off. */
  readonly minP?: number;
  /** Texts at which a sample ends; they are not part of its text. */
  readonly stop: readonly string[];
  readonly stopTokenIds?: readonly number[];
  /** Same seed, same samples, where the server can: see `capabilities.seed`. */
  readonly seed?: number;
  /** Whether log-probs are wanted. A server that has none answers without. */
  readonly logProbs: boolean;
  /** Which search asks: requests that wait are served in turn between lanes. @default one lane for all */
  readonly lane?: string;
  readonly signal: AbortSignal;
  /** Most milliseconds of one try, from when it is sent. @default the client's base and its time per token */
  readonly deadlineMs?: number;
}

/** How a sample ended. Only `stop` is a finished text. */
export type SampleFinish =
  /** `matched`: the stop text or the id of the token that ended it; null when the server does not tell. */
  | { readonly kind: 'stop'; readonly matched: string | number | null }
  | { readonly kind: 'length' }
  | { readonly kind: 'aborted'; readonly message: string };

/** Natural-log probability of a sample's text. */
export interface SampleLogProb {
  /** Sum of `perToken`. */
  readonly sum: number;
  /** Length of `perToken`. */
  readonly tokens: number;
  /** Tokens after the cut at a stop text are not among them. */
  readonly perToken: readonly number[];
  /** The temperature still in the numbers; null = the model's own, comparable at any temperature. */
  readonly scaledBy: number | null;
  /** Whether the end token, or the tokens of the stop text, are in the sum. */
  readonly countsEnd: boolean;
}

export interface Sample {
  readonly text: string;
  readonly finish: SampleFinish;
  /** Null when the server gave none. */
  readonly logProb: SampleLogProb | null;
  readonly promptTokens: number;
  /** As the server counts: the end token is among them. */
  readonly completionTokens: number;
  /** Prompt tokens that the server had in its prefix cache; null when it does not tell, or tells wrongly (`n` > 1). */
  readonly cachedTokens: number | null;
  /** From sending the request to having this sample. */
  readonly ms: number;
}

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

export type GenerateResult =
  | {
      readonly kind: 'samples';
      readonly samples: readonly Sample[];
      /** As the server names it now; a swap of weights may change it. */
      readonly model: string;
      /** Null when the server does not tell. */
      readonly weightVersion: string | null;
    }
  | ServerFailed;

/** A piece of a streamed answer: new text of one of the samples. */
export interface StreamedText {
  /** 0 … n-1. */
  readonly sample: number;
  readonly text: string;
}

export type ServerKind = 'sglang' | 'vllm' | 'llama-server' | 'ollama' | 'tgi' | 'openai' | 'leancopilot';

export interface ServerCapabilities {
  /**
   * `raw` = the model's own; `scaled` = after division by the temperature; `unknown` = there are some, and nothing says which:
   * they compare only at temperature 1.
   */
  readonly logProbs: 'none' | 'raw' | 'scaled' | 'unknown';
  /** More than one sample for each request. Otherwise the client repeats the request. */
  readonly n: boolean;
  readonly stop: boolean;
  readonly stopTokenIds: boolean;
  readonly topK: boolean;
  readonly minP: boolean;
  readonly seed: boolean;
  readonly stream: boolean;
  readonly completion: boolean;
  readonly chat: boolean;
  /** A beginning of the answer in a chat. */
  readonly prefill: boolean;
  readonly embeddings: boolean;
  /** `/update_weights_from_disk` and its like. */
  readonly weightSwap: boolean;
  readonly memoryRelease: boolean;
  readonly metrics: boolean;
}

/** Who answers at an address. */
export interface ServerIdentity {
  readonly kind: 'identity';
  readonly server: ServerKind;
  /** Null when it does not tell. */
  readonly version: string | null;
  readonly model: string;
  /** Tokens of prompt and answer together; null when it does not tell. */
  readonly contextLength: number | null;
  readonly weightVersion: string | null;
  readonly capabilities: ServerCapabilities;
}

/** What a server is doing, in the words that a screen shows. */
export type ServerHealth =
  | { readonly kind: 'ready'; readonly ms: number }
  /** Has never been ready since we know it: it loads its model. */
  | { readonly kind: 'starting'; readonly message: string }
  /** Was ready, and one or two checks in a row failed; long prefills do that. */
  | { readonly kind: 'suspect'; readonly message: string; readonly failures: number }
  /** Three checks in a row failed, and no request was answered in between. */
  | { readonly kind: 'unresponsive'; readonly message: string }
  /** Nobody listens at the address. */
  | { readonly kind: 'down'; readonly message: string }
  | { readonly kind: 'unauthorised'; readonly message: string };

/** Three failures in a row open it; then one request at a time is let through, until one is answered. */
export type BreakerState =
  | { readonly kind: 'closed'; readonly failures: number }
  /** Times by the client's clock, in milliseconds. */
  | { readonly kind: 'open'; readonly sinceMs: number; readonly nextProbeMs: number; readonly message: string }
  | { readonly kind: 'probing'; readonly sinceMs: number; readonly message: string };

export interface LatencySummary {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** Counts since the client was opened. */
export interface ClientStatistics {
  /** Requests that were answered. */
  readonly answered: number;
  readonly samples: number;
  /** Requests that failed for good, by reason. */
  readonly failed: Readonly<Partial<Record<ServerFailureReason, number>>>;
  readonly retries: number;
  readonly inFlight: number;
  /** Waiting for a place, or for the server to come back. */
  readonly queued: number;
  /** Most requests that are in flight together just now; falls when the server is overloaded. */
  readonly limit: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** From sending to the whole answer, of the most recent requests. */
  readonly latency: LatencySummary;
  /** Time in the queue, of the same requests. */
  readonly waiting: LatencySummary;
  readonly breaker: BreakerState;
}

/** What happens to a client between question and answer, as it happens. */
export type ClientEvent =
  | {
      readonly kind: 'retry';
      readonly reason: ServerFailureReason;
      readonly message: string;
      readonly attempt: number;
      readonly waitMs: number;
    }
  /** The server is gone: requests wait until it answers again. */
  | { readonly kind: 'lost'; readonly message: string }
  | { readonly kind: 'back'; readonly awayMs: number }
  | { readonly kind: 'modelChanged'; readonly model: string; readonly weightVersion: string | null };

/** What every generation server can do, whatever its kind. */
export interface GenerationClient {
  /** Where it is, without keys: for messages and records. */
  readonly url: string;
  generate(request: GenerateRequest): Promise<GenerateResult>;
  /** As `generate`, and tells each piece of text as it comes. A retry is made only before the first piece. */
  stream(request: GenerateRequest, onText: (piece: StreamedText) => void): Promise<GenerateResult>;
  /** Asked of the server at the first call, and again after it was away or its weights changed. */
  identity(signal?: AbortSignal): Promise<ServerIdentity | ServerFailed>;
  health(signal?: AbortSignal): Promise<ServerHealth>;
  statistics(): ClientStatistics;
  /** Calls back at each event until the returned function is called. */
  watch(listener: (event: ClientEvent) => void): () => void;
  /** Aborts what is in flight and closes the connections. */
  close(): Promise<void>;
}

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

export interface EmbeddingClient {
  readonly url: string;
  embed(request: EmbedRequest): Promise<EmbedResult>;
  identity(signal?: AbortSignal): Promise<ServerIdentity | ServerFailed>;
  health(signal?: AbortSignal): Promise<ServerHealth>;
  statistics(): ClientStatistics;
  watch(listener: (event: ClientEvent) => void): () => void;
  close(): Promise<void>;
}
