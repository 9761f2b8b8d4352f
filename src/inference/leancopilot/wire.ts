import { z } from 'zod';
import { wrappedVectorSchema } from '../vectors.ts';

/*
 * LeanCopilot's interface for models outside of Lean, and what `scripts/serve_seq2seq.py` adds to it.
 */

export const generatedSchema = z.object({
  outputs: z.array(
    z.object({
      output: z.string(),
      /** The probability of the output and its end. */
      score: z.number(),
      /** Additions: the same as a logarithm, over so many tokens, and whether the end was reached. */
      log_prob: z.number().nullish(),
      tokens: z.number().int().min(0).nullish(),
      finished: z.boolean().nullish(),
    }),
  ),
});
export type WireOutput = Readonly<z.infer<typeof generatedSchema>['outputs'][number]>;

export const encodedSchema = z.object({ outputs: wrappedVectorSchema });

/** What `scripts/serve_seq2seq.py` says of itself; LeanCopilot's own server has no such route. */
export const aboutSchema = z.object({
  server: z.string().nullish(),
  model: z.string().nullish(),
  encoder: z.string().nullish(),
});
export type About = Readonly<z.infer<typeof aboutSchema>>;
