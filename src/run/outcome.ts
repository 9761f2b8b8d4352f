import { z } from 'zod';
import { statusSchema, stopLimitSchema } from '../search/events.ts';
import { hybridCountsSchema } from '../search/whole-proof/counts.ts';
import { latencySchema } from './latency.ts';

const count = z.int().min(0);

/** Where something went wrong: starting the theorem, a Lean worker, the tactic provider, the value model, or ourselves. */
export const errorStageSchema = z.enum(['start', 'lean', 'policy', 'value', 'engine']);
export type ErrorStage = z.infer<typeof errorStageSchema>;

export const jobErrorSchema = z.object({
  stage: errorStageSchema,
  /** Within the stage, such as `unknownTheorem`, `doesNotElaborate`, `privateName`, `workerLost`. */
  category: z.string(),
  message: z.string(),
});
export type JobError = Readonly<z.infer<typeof jobErrorSchema>>;

/** What the search of a job came to: everything that tables, evaluations and comparisons need. Times are milliseconds. */
export const jobOutcomeSchema = z.object({
  status: statusSchema,
  /** A sentence. */
  reason: z.string(),
  error: jobErrorSchema.optional(),
  /** Level of the closed proof, or null when no goal list was ever empty. It counts only where `accepted`. */
  level: z.enum(['V0', 'V1', 'V2', 'V3', 'V4', 'V5']).nullable(),
  accepted: z.boolean(),
  /** Why the judge did not accept a closed proof. */
  refused: z.string().optional(),
  axioms: z.array(z.string()),
  /** The accepted proof. */
  proof: z.array(z.string()).nullable(),
  expansions: count,
  /** With a proof: the expansion that it came out of, from 1; left out where that was the last. Later ones of its batch had begun. */
  provedAt: count.optional(),
  /** Proof states in the tree. */
  nodes: count,
  maxDepth: count,
  peakOpen: count,
  candidates: z.object({
    proposed: count,
    /** Completions of a model that no tactic came out of; not among the proposed. */
    unusable: count.default(0),
    unique: count,
    tried: count,
    applied: count,
    failed: count,
    timedOut: count,
    duplicateText: count,
    duplicateState: count,
    blocked: count,
    lost: count,
  }),
  /** What became of the candidates of each provider. */
  byProvider: z
    .array(
      z.object({
        provider: z.string(),
        proposed: count,
        unusable: count,
        unique: count,
        tried: count,
        applied: count,
        onProof: count,
      }),
    )
    .optional(),
  /** Unique candidates of each expansion. */
  candidatesPerExpansion: z.object({ min: count, sum: count, max: count, count: count }),
  /** `total` is running time, pauses left out; the others may add up to more, since tries run side by side. */
  timeMs: z.object({
    total: z.number(),
    lean: z.number(),
    policy: z.number(),
    value: z.number(),
    verdict: z.number(),
  }),
  /** How long single calls took: Lean for one tactic, the provider for one batch, the value model for one batch. */
  latency: z.object({ lean: latencySchema, policy: latencySchema, value: latencySchema }).optional(),
  /** How the same search stood when it had used up each smaller budget of the run; left out for budgets it never reached. */
  atBudget: z.array(z.object({ maxNodes: count, nodes: count, peakOpen: count, ms: z.number() })),
  /** What was asked of the value model, by the reference's names; left out where there was none. */
  ebm: z
    .object({
      /** Answers of the model, and the states in them. */
      ebm_score_calls: count,
      scored: count,
      /** States whose energy was known from before. */
      cached: count,
      /** States too shallow to be asked about (`ebm_min_depth`). */
      ebm_skipped_by_depth: count,
      /** States that it could not take, and calls without an answer. */
      refused: count,
      failed: count,
    })
    .optional(),
  /** What became of whole proofs; left out under other strategies. */
  hybrid: hybridCountsSchema.optional(),
  /** Of the status `budget`: which limit it was, where it was not that of expansions. */
  limit: stopLimitSchema.optional(),
  /** The value model that was in use, or null: never silently without. */
  value: z.string().nullable(),
});
export type JobOutcome = Readonly<z.infer<typeof jobOutcomeSchema>>;
