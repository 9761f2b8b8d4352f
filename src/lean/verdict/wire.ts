import { z } from 'zod';

/*
 * Answers of `proofdeck.verify`, `proofdeck.checkFile` and `proofdeck.replay`. `declarations` is passed on as it came:
 * only the replaying prover reads it.
 */

const findings = {
  level: z.enum(['V1', 'V2', 'V3']).nullable(),
  reason: z.string().optional(),
  checks: z.array(z.string()),
  name: z.string().optional(),
  statement: z.string().optional(),
  statementMatches: z.boolean().optional(),
  selfUse: z.boolean().optional(),
  sameStatement: z.array(z.string()).optional(),
  helpers: z.int().optional(),
  axioms: z.array(z.string()).optional(),
  axiomsBehindLibrary: z.enum(['assumed', 'listed']).optional(),
} as const;

export const findingsSchema = z.object(findings);
export type Findings = z.infer<typeof findingsSchema>;

const item = {
  ...findings,
  line: z.int().optional(),
  column: z.int().optional(),
  /** Place of the theorem among `declarations`. */
  decl: z.int().min(0).optional(),
  nameExists: z.boolean().optional(),
} as const;

export const verifyAnswerSchema = z.object({ ...item, declarations: z.unknown().optional() });
export type VerifyAnswer = z.infer<typeof verifyAnswerSchema>;

export const checkFileAnswerSchema = z.object({
  items: z.array(z.object(item)),
  /** What ended the judging before the end of the text. */
  stopped: z.object({ line: z.int(), reason: z.string() }).optional(),
  declarations: z.unknown().optional(),
});

export const replayAnswerSchema = z.object({ results: z.array(findingsSchema) });

export const infoAnswerSchema = z.object({ lean: z.string() });

/** `Problem` fields in the form that Lean takes. */
export interface WireTarget {
  readonly statement?: string;
  readonly copyFrom?: string;
  readonly preamble?: string;
}
