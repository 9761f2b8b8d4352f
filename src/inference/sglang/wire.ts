import { z } from 'zod';
import { wrappedVectorSchema } from '../vectors.ts';

/** What SGLang answers. Only what the specification calls reliable is required; unknown members are ignored. */

const count = z.number().int().min(0);

const finishSchema = z.union([
  z.object({ type: z.literal('stop'), matched: z.union([z.number(), z.string()]).nullish() }),
  z.object({ type: z.literal('length') }),
  z.object({
    type: z.literal('abort'),
    message: z.string().nullish(),
    status_code: z.number().nullish(),
    err_type: z.string().nullish(),
  }),
]);
export type WireFinish = z.infer<typeof finishSchema>;

/** Log-prob, token id, and the token's text where it was asked for. */
const tokenLogProbSchema = z.tuple([z.number().nullable(), z.number().int()], z.string().nullable());
export type WireTokenLogProb = z.infer<typeof tokenLogProbSchema>;

const metaSchema = z.object({
  id: z.string(),
  finish_reason: finishSchema.nullish(),
  prompt_tokens: count,
  completion_tokens: count,
  cached_tokens: count.nullish(),
  weight_version: z.string().nullish(),
  output_token_logprobs: z.array(tokenLogProbSchema).nullish(),
  output_top_logprobs: z.array(z.array(tokenLogProbSchema).nullable()).nullish(),
});

/** One sample, or the state of one in a stream. */
export const sampleSchema = z.object({
  text: z.string(),
  output_ids: z.array(z.number().int()).nullish(),
  meta_info: metaSchema,
  index: count.nullish(),
});
export type WireSample = z.infer<typeof sampleSchema>;

/** One object, or a list: which of the two has been wrong in old routers, so both are taken. */
export const generateSchema = z
  .union([z.array(sampleSchema), sampleSchema])
  .transform((answer): readonly WireSample[] => (Array.isArray(answer) ? answer : [answer]));

export const streamErrorSchema = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) });

const encodedSchema = z.object({
  embedding: wrappedVectorSchema,
  meta_info: z.object({ prompt_tokens: count.nullish(), weight_version: z.string().nullish() }).nullish(),
});
const openAiVectorsSchema = z.object({
  data: z.array(z.object({ embedding: wrappedVectorSchema, index: count.nullish() })),
});

export interface WireVector {
  readonly values: readonly (number | null)[];
  readonly tokens: number | null;
  readonly weightVersion: string | null;
}

/** The answers of `/encode` (an object or a list) and of `/v1/embeddings`, in the order of the texts. */
export const vectorsSchema = z
  .union([z.array(encodedSchema), encodedSchema, openAiVectorsSchema])
  .transform((answer): readonly WireVector[] => {
    if (Array.isArray(answer)) return answer.map(wireVector);
    if ('embedding' in answer) return [wireVector(answer)];
    return answer.data
      .map((one, at) => ({ ...one, index: one.index ?? at }))
      .sort((a, b) => a.index - b.index)
      .map(({ embedding }) => ({ values: embedding, tokens: null, weightVersion: null }));
  });

const wireVector = ({ embedding, meta_info: meta }: z.infer<typeof encodedSchema>): WireVector => ({
  values: embedding,
  tokens: meta?.prompt_tokens ?? null,
  weightVersion: meta?.weight_version ?? null,
});

export const modelInfoSchema = z.object({
  model_path: z.string(),
  is_generation: z.boolean(),
  weight_version: z.string().nullish(),
});

export const serverInfoSchema = z.object({
  version: z.string().nullish(),
  context_length: count.nullish(),
  max_req_input_len: count.nullish(),
  incremental_streaming_output: z.boolean().nullish(),
  enable_memory_saver: z.boolean().nullish(),
  enable_metrics: z.boolean().nullish(),
  enable_deterministic_inference: z.boolean().nullish(),
  internal_states: z.array(z.object({ last_gen_throughput: z.number().nullish() })).nullish(),
});

export const modelsSchema = z.object({
  data: z.array(z.object({ id: z.string(), max_model_len: count.nullish() })).min(1),
});

export const loadsSchema = z.object({
  loads: z.array(
    z.object({
      dp_rank: count.nullish(),
      num_running_reqs: count.nullish(),
      num_waiting_reqs: count.nullish(),
      num_used_tokens: count.nullish(),
      num_total_tokens: count.nullish(),
    }),
  ),
});

export const updateSchema = z.object({ success: z.boolean() });
export const tokenizeSchema = z.object({ count, max_model_len: count.nullish() });
