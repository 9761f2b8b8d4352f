import { z } from 'zod';

/*
 * What OpenAI-compatible servers answer, as far as we read it. They leave members out, send null for them, and add their own, so
 * all that can be missing may be missing.
 */

const tokenSchema = z.object({
  token: z.string(),
  logprob: z.number().nullable(),
  bytes: z.array(z.number()).nullish(),
});

/** The form of a chat; llama-server and Ollama use it for completions too. */
const chatLogProbsSchema = z.object({ content: z.array(tokenSchema).nullable() });
/** The form of the older route for completions. */
const textLogProbsSchema = z.object({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number().nullable()),
});
const logProbsSchema = z.union([textLogProbsSchema, chatLogProbsSchema]);

const messageSchema = z.object({ content: z.string().nullish(), reasoning_content: z.string().nullish() });
const choiceSchema = z.object({
  index: z.number().int().min(0).default(0),
  text: z.string().nullish(),
  message: messageSchema.nullish(),
  delta: messageSchema.nullish(),
  finish_reason: z.string().nullish(),
  /** vLLM. */
  stop_reason: z.union([z.string(), z.number()]).nullish(),
  /** SGLang. */
  matched_stop: z.union([z.string(), z.number()]).nullish(),
  logprobs: logProbsSchema.nullish(),
});
export type WireChoice = Readonly<z.infer<typeof choiceSchema>>;

const usageSchema = z.object({
  prompt_tokens: z.number().default(0),
  completion_tokens: z.number().default(0),
  prompt_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish(),
});
export type WireUsage = Readonly<z.infer<typeof usageSchema>>;

/** An answer, or one piece of a streamed one. */
export const answerSchema = z.object({
  model: z.string().nullish(),
  choices: z.array(choiceSchema),
  usage: usageSchema.nullish(),
});
export type WireAnswer = Readonly<z.infer<typeof answerSchema>>;

/** What comes instead of a further piece when a server fails in the middle of an answer. */
export const streamErrorSchema = z.object({ error: z.unknown() }).refine(({ error }) => error !== undefined);

const modelSchema = z.object({
  id: z.string(),
  owned_by: z.string().nullish(),
  /** vLLM and SGLang. */
  max_model_len: z.number().nullish(),
  /** For an adapter: the model under it. */
  parent: z.string().nullish(),
  /** llama-server. */
  meta: z.object({ n_ctx: z.number().nullish(), n_ctx_train: z.number().nullish() }).nullish(),
});
export type WireModel = Readonly<z.infer<typeof modelSchema>>;
export const modelsSchema = z.object({ data: z.array(modelSchema) });

/** One token of an answer, with its natural-log probability. */
export interface WireToken {
  readonly text: string;
  /** Exact where the server gives them: a token may end inside a sign. */
  readonly bytes: readonly number[] | null;
  readonly logProb: number;
}

/** The tokens of a choice, in either form; null when there are none, or some have no number. */
export function wireTokens(logProbs: WireChoice['logprobs']): readonly WireToken[] | null {
  if (logProbs === null || logProbs === undefined) return null;
  const tokens = 'tokens' in logProbs ? fromLists(logProbs) : (logProbs.content ?? []).map(fromToken);
  return tokens.some((token) => token === null) ? null : tokens.filter((token) => token !== null);
}

const fromToken = ({ token, bytes, logprob }: z.infer<typeof tokenSchema>): WireToken | null =>
  logprob === null ? null : { text: token, bytes: bytes ?? null, logProb: logprob };

const fromLists = ({ tokens, token_logprobs: logProbs }: z.infer<typeof textLogProbsSchema>): (WireToken | null)[] =>
  tokens.map((text, i) => {
    const logProb = logProbs[i] ?? null;
    return logProb === null ? null : { text, bytes: null, logProb };
  });
