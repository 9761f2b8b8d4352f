import type { DeadlineOptions } from '../http/deadline.ts';
import type { ServerCapabilities, ServerKind } from '../server-identity.ts';

/** How a chat is continued whose last message is the beginning of the answer. */
export type PrefillForm =
  /** `continue_final_message`, and no new turn. vLLM, SGLang. */
  | 'flags'
  /** A last message of the assistant is always continued; some versions repeat it in their answer. llama-server, Ollama. */
  | 'lastMessage';

/** What a kind of server does in its own way, as far as one can know before asking it anything. */
export interface Dialect {
  readonly server: ServerKind;
  readonly logProbs: ServerCapabilities['logProbs'];
  readonly n: boolean;
  /** The value of `top_k` that means all tokens; null = it is sent only when it is wanted. */
  readonly allTokens: number | null;
  /** Whether `min_p` is known, so that 0 is sent against the server's default. */
  readonly minP: boolean;
  readonly stopTokenIds: boolean;
  readonly prefill: PrefillForm | null;
  readonly embeddings: boolean;
  readonly weightSwap: boolean;
  readonly metrics: boolean;
  /** What an answer may take: loading the model is part of the base. */
  readonly deadlines: DeadlineOptions;
}

const onGpu = { deadlines: { baseMs: 60_000, msPerToken: 100 } } as const;
/** On a laptop's processor; the first request may load the model. */
const onCpu = { deadlines: { baseMs: 300_000, msPerToken: 1000 } } as const;

const vllm: Dialect = {
  server: 'vllm',
  logProbs: 'raw',
  n: true,
  allTokens: 0,
  minP: true,
  stopTokenIds: true,
  prefill: 'flags',
  embeddings: true,
  weightSwap: false,
  metrics: true,
  ...onGpu,
};

const unknown: Dialect = {
  server: 'openai',
  logProbs: 'unknown',
  n: true,
  allTokens: null,
  minP: false,
  stopTokenIds: false,
  prefill: null,
  embeddings: true,
  weightSwap: false,
  metrics: false,
  ...onCpu,
};

const DIALECTS: Readonly<Partial<Record<ServerKind, Dialect>>> = {
  vllm,
  sglang: { ...vllm, server: 'sglang', logProbs: 'scaled', allTokens: -1, weightSwap: true },
  'llama-server': {
    ...vllm,
    server: 'llama-server',
    stopTokenIds: false,
    prefill: 'lastMessage',
    ...onCpu,
  },
  ollama: {
    ...unknown,
    server: 'ollama',
    logProbs: 'raw',
    n: false,
    allTokens: 0,
    minP: true,
    prefill: 'lastMessage',
  },
  tgi: { ...unknown, server: 'tgi', n: false, metrics: true, ...onGpu },
};

/** The ways of a kind of server; those that any OpenAI-compatible one is taken to have where it is no known one. */
export const dialectOf = (server: ServerKind): Dialect => DIALECTS[server] ?? unknown;
