import type { GenerateRequest } from '../generation.ts';
import type { Dialect } from './dialect.ts';

export interface BodyOptions {
  readonly model: string;
  readonly dialect: Dialect;
  /** Samples asked for in this request. */
  readonly n: number;
  /** Index of the first of them among all that are wanted, so that each has its own seed. */
  readonly first: number;
  readonly stream: boolean;
}

export interface OpenAiRequest {
  readonly path: '/v1/completions' | '/v1/chat/completions';
  readonly body: Readonly<Record<string, unknown>>;
}

/** The route and the body of a request. */
export function openAiRequest(request: GenerateRequest, options: BodyOptions): OpenAiRequest {
  const { prompt } = request;
  const shared = sharedMembers(request, options);
  if (prompt.kind === 'text') {
    return {
      path: '/v1/completions',
      body: { ...shared, prompt: prompt.text, ...(request.logProbs ? { logprobs: 1 } : {}) },
    };
  }
  const { prefill } = prompt;
  const messages =
    prefill === undefined ? prompt.messages : [...prompt.messages, { role: 'assistant', content: prefill }];
  const continues = prefill !== undefined && options.dialect.prefill === 'flags';
  return {
    path: '/v1/chat/completions',
    body: {
      ...shared,
      messages,
      ...(request.logProbs ? { logprobs: true, top_logprobs: 1 } : {}),
      ...(continues ? { continue_final_message: true, add_generation_prompt: false } : {}),
    },
  };
}

function sharedMembers(request: GenerateRequest, { model, dialect, n, first, stream }: BodyOptions) {
  const topK = request.topK ?? dialect.allTokens;
  const minP = request.minP ?? (dialect.minP ? 0 : null);
  return {
    model,
    max_tokens: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP,
    ...(topK === null ? {} : { top_k: topK }),
    ...(minP === null ? {} : { min_p: minP }),
    ...(n > 1 ? { n } : {}),
    ...(request.stop.length > 0 ? { stop: request.stop } : {}),
    ...(dialect.stopTokenIds && request.stopTokenIds?.length ? { stop_token_ids: request.stopTokenIds } : {}),
    ...(request.seed === undefined ? {} : { seed: request.seed + first }),
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
}
