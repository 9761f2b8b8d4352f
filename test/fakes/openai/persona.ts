import { END, type FakeGeneration, type FakeToken, tokenise } from './model.ts';

export type PersonaName = 'vllm' | 'llama-server' | 'ollama' | 'sglang' | 'tgi' | 'transformers' | 'plain';

/** How one kind of server differs from the others. */
export interface Persona {
  readonly name: PersonaName;
  /** What it answers to questions about itself: path to JSON. */
  readonly about: (facts: Facts) => Readonly<Record<string, unknown>>;
  /** Samples in one request. */
  readonly mostN: number | 'ignored';
  readonly errorBody: (status: number, message: string) => unknown;
  readonly tooLong: (tokens: number, limit: number) => string;
  /** Members of a request beyond OpenAI's own; any other is refused or ignored. */
  readonly knows: readonly string[];
  readonly unknownMembers: 'ignored' | 'refused';
  /** The log-probs of a choice in this server's form; null where it has none. */
  readonly logProbs: (generation: FakeGeneration, chat: boolean, temperature: number) => unknown;
  /** Members of a choice that say what ended it. */
  readonly ending: (generation: FakeGeneration) => Readonly<Record<string, unknown>>;
  readonly repeatsPrefill: boolean;
  readonly usage: 'all' | 'firstChoice';
}

export interface Facts {
  readonly model: string;
  readonly contextLength: number;
  readonly slots: number;
  readonly version: string;
  readonly embeds?: boolean;
}

const chatForm = (tokens: readonly FakeToken[], endText: string) => ({
  content: tokens.map(({ text, bytes, logProb }) => ({
    token: text === END ? endText : text,
    bytes,
    logprob: logProb,
    top_logprobs: [{ token: text, bytes, logprob: logProb }],
  })),
});

const textForm = (tokens: readonly FakeToken[], endText: string) => ({
  tokens: tokens.map(({ text }) => (text === END ? endText : text)),
  token_logprobs: tokens.map(({ logProb }) => logProb),
  top_logprobs: tokens.map(({ text, logProb }) => ({ [text]: logProb })),
  text_offset: tokens.map(() => -1),
});

const eitherForm = (tokens: readonly FakeToken[], chat: boolean) =>
  chat ? chatForm(tokens, '<|im_end|>') : textForm(tokens, '<|im_end|>');

const models = (facts: Facts, ownedBy: string, more: object = {}) => ({
  object: 'list',
  data: [{ id: facts.model, object: 'model', created: 1, owned_by: ownedBy, parent: null, ...more }],
});

const nested = (status: number, message: string) => ({
  error: { message, type: 'BadRequestError', param: null, code: status },
});
const contextMessage = (tokens: number, limit: number) =>
  `This model's maximum context length is ${limit} tokens. However, you requested ${tokens} tokens in the messages.`;

const vllm: Persona = {
  name: 'vllm',
  about: (facts) => ({
    '/version': { version: facts.version },
    '/v1/models': models(facts, 'vllm', { root: facts.model, max_model_len: facts.contextLength }),
  }),
  mostN: 64,
  errorBody: nested,
  tooLong: contextMessage,
  knows: ['top_k', 'min_p', 'stop_token_ids', 'continue_final_message', 'add_generation_prompt'],
  unknownMembers: 'ignored',
  logProbs: ({ tokens }, chat) => eitherForm(tokens, chat),
  ending: ({ finish, matched }) => ({ stop_reason: finish === 'stop' ? matched : null }),
  repeatsPrefill: false,
  usage: 'all',
};

export const PERSONAS: Readonly<Record<PersonaName, Persona>> = {
  vllm,
  sglang: {
    ...vllm,
    name: 'sglang',
    about: (facts) => ({
      '/model_info': { model_path: facts.model, is_generation: facts.embeds !== true, weight_version: 'step-7' },
      '/server_info': { version: facts.version },
      '/v1/models': models(facts, 'sglang', { root: facts.model, max_model_len: facts.contextLength }),
    }),
    errorBody: (status, message) => ({ object: 'error', message, type: 'BadRequest', param: null, code: status }),
    logProbs: ({ tokens }, chat, temperature) =>
      eitherForm(
        tokens.map((token) => ({ ...token, logProb: token.logProb / temperature })),
        chat,
      ),
    ending: ({ finish, matched }) => ({ matched_stop: finish === 'stop' ? (matched ?? 151645) : null }),
  },
  'llama-server': {
    ...vllm,
    name: 'llama-server',
    about: (facts) => ({
      '/props': {
        default_generation_settings: { n_ctx: facts.contextLength, params: {} },
        total_slots: facts.slots,
        model_alias: facts.model,
        model_path: facts.model,
        chat_template: '{{ messages }}',
        build_info: facts.version,
      },
      '/v1/models': models(facts, 'llamacpp', { meta: { n_ctx: facts.contextLength, n_ctx_train: 131072 } }),
    }),
    mostN: 4,
    errorBody: (status, message) => ({ error: { code: status, message, type: 'invalid_request_error' } }),
    tooLong: (tokens, limit) =>
      `request (${tokens} tokens) exceeds the available context size (${limit} tokens), try increasing it`,
    // It drops as many tokens as the stop text has when it stands alone, and with none left sends null.
    logProbs: ({ tokens, matched }) => {
      const kept = matched === null ? tokens : tokens.slice(0, Math.max(0, tokens.length - tokenise(matched).length));
      return kept.length === 0 ? null : chatForm(kept, '');
    },
    ending: () => ({}),
    repeatsPrefill: true,
    usage: 'firstChoice',
  },
  ollama: {
    ...vllm,
    name: 'ollama',
    about: (facts) => ({
      '/api/version': { version: facts.version },
      '/api/tags': { models: [{ name: facts.model, model: facts.model }] },
      '/v1/models': models(facts, 'library'),
    }),
    mostN: 'ignored',
    errorBody: (_status, message) => ({ error: message }),
    tooLong: () => 'the prompt is longer than the context',
    logProbs: ({ tokens, finish }) => {
      const shown = finish === 'stop' ? tokens.filter(({ text }) => text !== END) : tokens;
      return shown.map(({ text, bytes, logProb }) => ({ token: text, bytes, logprob: logProb }));
    },
    ending: () => ({}),
  },
  tgi: {
    ...vllm,
    name: 'tgi',
    about: (facts) => ({
      '/info': { model_id: facts.model, version: facts.version, max_total_tokens: facts.contextLength },
    }),
    mostN: 'ignored',
    errorBody: (_status, message) => ({ error: message, error_type: 'validation' }),
    logProbs: ({ tokens }, chat) => (chat ? chatForm(tokens, '<|im_end|>') : null),
  },
  /** `transformers serve`: one sample, no log-probs, and members that it does not know are an error. */
  transformers: {
    ...vllm,
    name: 'transformers',
    about: () => ({ '/v1/models': { object: 'list', data: [] } }),
    mostN: 'ignored',
    errorBody: (_status, message) => ({ detail: message }),
    knows: ['stream_options'],
    unknownMembers: 'refused',
    logProbs: () => null,
    ending: () => ({}),
  },
  /** Nothing but what OpenAI documents. */
  plain: {
    ...vllm,
    name: 'plain',
    about: (facts) => ({ '/v1/models': models(facts, 'someone') }),
    knows: ['stream_options'],
    unknownMembers: 'refused',
    ending: () => ({}),
  },
};
