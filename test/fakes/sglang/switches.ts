/** Everything about the fake that a test may choose, at the start and while it runs. */
export interface Switches {
  /** Which SGLang it plays: of early 2026 (older route names, fewer members) or of late 2026. */
  readonly persona: 'early' | 'late';
  readonly model: string;
  readonly weightVersion: string;
  readonly isEmbedding: boolean;
  /** Tokens of prompt and answer together. A token is four plain signs, or half of any other. */
  readonly contextLength: number;
  /** What the model says: for a prompt, its sample number, and the temperature. */
  readonly complete: (prompt: string, sample: number, temperature: number) => string;
  /** How long a request takes once it runs. @default no time */
  readonly generateMs: (tokens: number) => number;
  /** How long the prompt of a request with several samples is read before those run, and of a list one prompt after the other. */
  readonly prefillMs: (tokens: number) => number;
  /** Called for each request that begins to run; it answers no sooner than this resolves. */
  readonly whileRunning: (rid: string) => Promise<void> | void;
  readonly maxRunning: number;
  /** Requests that may wait; more are refused with 503. */
  readonly maxQueued: number;
  /** Share of `/generate` requests that get a 503 for no reason, by a fixed series of draws. */
  readonly overloadShare: number;
  /** Whether the environment has SGLANG_RETURN_ORIGINAL_LOGPROB. */
  readonly originalLogProbs: boolean;
  /** Whether streamed chunks hold only what is new. */
  readonly incrementalStreaming: boolean;
  /** Whether chunks hold the whole text, and of the tokens only the new ones: `--stream-output` of early servers. */
  readonly incrementalIds: boolean;
  /** Whether `/server_info` tells of the form of chunks. */
  readonly tellsStreaming: boolean;
  /** `refused`: as the Rust front end. `object`: an object where a list is due. */
  readonly severalSamples: 'yes' | 'refused' | 'object';
  /** Whether lists of prompts are refused too. */
  readonly refusesLists: boolean;
  readonly healthMs: number;
  /** `starting`, `stuck`: 503 at once, and 503 after the time limit of the check. */
  readonly health: 'ok' | 'starting' | 'stuck';
  readonly healthLimitMs: number;
  readonly abortPollMs: number;
  readonly apiKey: string | null;
  readonly adminKey: string | null;
  readonly returnHiddenStates: boolean;
  readonly memorySaver: boolean;
  readonly weightsCpuBackup: boolean;
  /** What a request does while memory is released. */
  readonly whileReleased: 'hang' | 'crash';
  /** An embedding server that got this many requests at once answers no more, health included, until it is restarted. */
  readonly freezeAtParallel: number;
  /** Asked at each request for vectors: whether the server freezes now, as it does by itself after thousands. */
  readonly freezes: () => boolean;
  /** An embedding input over the context: refused, or the end of the server. */
  readonly overlongEmbedding: 'refused' | 'crash';
  readonly loraAdapters: readonly string[];
}

export const defaults: Switches = {
  persona: 'late',
  model: 'fake/prover-7b',
  weightVersion: 'default',
  isEmbedding: false,
  contextLength: 4096,
  complete: (_prompt, sample) => ['intro h', 'simp', 'exact ⟨h.2, h.1⟩', 'omega'][sample % 4] as string,
  generateMs: () => 0,
  prefillMs: () => 0,
  whileRunning: () => {},
  maxRunning: 256,
  maxQueued: Number.POSITIVE_INFINITY,
  overloadShare: 0,
  originalLogProbs: false,
  incrementalStreaming: false,
  incrementalIds: false,
  tellsStreaming: true,
  severalSamples: 'yes',
  refusesLists: false,
  healthMs: 0,
  health: 'ok',
  healthLimitMs: 20_000,
  abortPollMs: 0,
  apiKey: null,
  adminKey: null,
  returnHiddenStates: false,
  memorySaver: true,
  weightsCpuBackup: false,
  whileReleased: 'hang',
  freezeAtParallel: Number.POSITIVE_INFINITY,
  freezes: () => false,
  overlongEmbedding: 'refused',
  loraAdapters: [],
};

/** Something that goes wrong with the next request to a route. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly body: string }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'cutJson' }
  | { readonly kind: 'html' }
  | { readonly kind: 'tooFew' }
  /** Vectors of zeros. */
  | { readonly kind: 'zeros' }
  /** An answer with status 200 whose finish is `abort`. */
  | { readonly kind: 'abort'; readonly message: string; readonly status?: number }
  /** In a stream: after that many chunks an error, the end of the connection, or silence. */
  | { readonly kind: 'errorChunk' | 'cutStream' | 'hangStream'; readonly afterChunks: number };
