import { z } from 'zod';
import type { GenerateRequest } from '../generation.ts';
import type { WireAnswer } from './wire.ts';

/*
 * Ollama's own routes. Its OpenAI-compatible ones put every prompt into the chat template of the model, which spoils the prompt of a
 * prover, and cut a long prompt without a word.
 */

export interface OllamaOptions {
  readonly model: string;
  /** Tokens of prompt and answer: its own default is small, and what is longer it cuts off silently. */
  readonly contextLength: number;
  /** Index of the sample among all that are wanted, so that each has its own seed. */
  readonly first: number;
  readonly stream: boolean;
}

export interface OllamaRequest {
  readonly path: '/api/generate' | '/api/chat';
  readonly body: Readonly<Record<string, unknown>>;
}

/** The route and the body of a request for one sample. */
export function ollamaRequest(request: GenerateRequest, options: OllamaOptions): OllamaRequest {
  const { prompt } = request;
  const shared = {
    model: options.model,
    stream: options.stream,
    ...(request.logProbs ? { logprobs: true } : {}),
    options: {
      num_ctx: options.contextLength,
      num_predict: request.maxTokens,
      temperature: request.temperature,
      top_p: request.topP,
      top_k: request.topK ?? 0,
      min_p: request.minP ?? 0,
      repeat_penalty: 1,
      stop: request.stop,
      ...(request.seed === undefined ? {} : { seed: request.seed + options.first }),
    },
  };
  if (prompt.kind === 'text') return { path: '/api/generate', body: { ...shared, prompt: prompt.text, raw: true } };
  const { messages, prefill } = prompt;
  return {
    path: '/api/chat',
    body: {
      ...shared,
      messages: prefill === undefined ? messages : [...messages, { role: 'assistant', content: prefill }],
    },
  };
}

/** A whole answer, or one line of a streamed one. */
export const ollamaAnswerSchema = z.object({
  model: z.string().nullish(),
  response: z.string().nullish(),
  message: z.object({ content: z.string().nullish(), thinking: z.string().nullish() }).nullish(),
  done: z.boolean(),
  done_reason: z.string().nullish(),
  prompt_eval_count: z.number().nullish(),
  eval_count: z.number().nullish(),
  logprobs: z
    .array(z.object({ token: z.string(), logprob: z.number(), bytes: z.array(z.number()).nullish() }))
    .nullish(),
});
export type OllamaAnswer = Readonly<z.infer<typeof ollamaAnswerSchema>>;

/** The same answer in OpenAI's form. */
export function fromOllama(answer: OllamaAnswer): WireAnswer {
  return {
    model: answer.model,
    choices: [
      {
        index: 0,
        text: answer.response ?? answer.message?.content ?? '',
        finish_reason: answer.done ? (answer.done_reason ?? 'stop') : null,
        logprobs: answer.logprobs == null ? null : { content: answer.logprobs },
      },
    ],
    usage: answer.done
      ? { prompt_tokens: answer.prompt_eval_count ?? 0, completion_tokens: answer.eval_count ?? 0 }
      : null,
  };
}

const showSchema = z.object({ model_info: z.record(z.string(), z.unknown()).nullish() });

/** The longest context of a model, out of the answer of `/api/show`; null when it does not tell. */
export function ollamaContextLength(show: unknown): number | null {
  const info = showSchema.safeParse(show).data?.model_info ?? {};
  const found = Object.entries(info).find(
    ([key, value]) => key.endsWith('.context_length') && typeof value === 'number',
  );
  return typeof found?.[1] === 'number' ? found[1] : null;
}
