import { z } from 'zod';
import { candidateSchema, droppedSchema } from '../provider.ts';

/** One raw response of a model. */
const completionSchema = z.union([
  z.string(),
  z.object({ text: z.string(), logProb: z.number().nullable().default(null) }),
]);

/**
 * A line of a recording, or of a file of raw responses: what a state was answered. The state is named by its hash or its text;
 * theorem, seed and temperature, where they are there, only choose between several answers for one state.
 */
export const scriptLineSchema = z
  .object({
    /** Hashes of its goals in order, with a blank between them. */
    hash: z.string().optional(),
    /** `name : type` lines, then `⊢ target`; a blank line between goals. */
    state: z.string().optional(),
    theorem: z.string().optional(),
    round: z.int().min(0).default(0),
    seed: z.int().optional(),
    temperature: z.number().optional(),
    /** It was a question for whole proofs. */
    wholeProofs: z.literal(true).optional(),
    /** Who answered corrects proofs of its own, so a search asks it for that. */
    corrects: z.literal(true).optional(),
    /** Raw responses, to be taken apart as those of a server are. */
    completions: z.array(completionSchema).optional(),
    /** Finished candidates, as recorded. */
    candidates: z.array(candidateSchema).optional(),
    dropped: z.array(droppedSchema).optional(),
    exhausted: z.boolean().optional(),
  })
  .refine(({ hash, state }) => hash !== undefined || state !== undefined, { error: 'neither "state" nor "hash"' })
  .refine(({ completions, candidates }) => (completions === undefined) !== (candidates === undefined), {
    error: 'expected either "completions" or "candidates"',
  });
export type ScriptLine = Readonly<z.infer<typeof scriptLineSchema>>;
