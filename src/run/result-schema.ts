import { z } from 'zod';
import { levelSchema } from '../lean/verdict/level.ts';
import { jobOutcomeSchema } from './outcome.ts';

/*
 * The documents of `search` and `eval` (`results.json`, `--json`, `eval --out`). Names and units of the evaluation's
 * fields are the reference's, so that its readers and ours take both; times there are seconds, `timeMs` milliseconds.
 */

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const interval = z.tuple([share, share]);
const rateShape = { rate: share, wilson95: interval };

/** Why a theorem was not proved, in the reference's words and three of our own; "" for a proved one. */
export const failureReasonSchema = z.enum([
  '',
  'budget_exhausted',
  'timeout',
  'frontier_exhausted',
  /** The rounds of whole-proof search were used up. */
  'max_rounds',
  'goal_start_error',
  'search_error',
  /** Goals were closed and the judge did not accept the proof. */
  'not_verified',
  /** A person ended it. */
  'stopped',
  /** The run had not come to it when the document was written. */
  'not_searched',
]);
export type FailureReason = z.infer<typeof failureReasonSchema>;

/** A theorem at one budget, all attempts taken together. */
export const theoremResultSchema = z.object({
  name: z.string(),
  proved: z.boolean(),
  /** Expansions. */
  nodes_used: count,
  time_secs: z.number().min(0),
  failure_reason: failureReasonSchema,
  proof_tactics: z.array(z.string()),
  proof_depth: count,
  /** Proof states in the tree. */
  total_states: count,
  peak_frontier: count,
  /** Left out at a smaller budget than the largest: they are recorded for whole searches. */
  gen_time_ms: z.number().optional(),
  lean_time_ms: z.number().optional(),
  ebm_time_ms: z.number().optional(),
  /** V0 to V5 of the closed proof; null when nothing was closed. */
  level: levelSchema.nullable(),
  source: z.string().nullable(),
  /** The attempt that this entry tells of, from 1; null when none has ended. */
  attempt: z.int().min(1).nullable(),
  attempts: count,
  /** Why a closed proof does not count. */
  refused: z.string().optional(),
  error: z.object({ stage: z.string(), category: z.string(), message: z.string() }).optional(),
});
export type TheoremResult = Readonly<z.infer<typeof theoremResultSchema>>;

/** One budget. Averages are over the attempts that returned a result, errors left out; 0 where there is none. */
export const budgetResultSchema = z.object({
  budget: count,
  solved: count,
  /** Theorems searched. */
  total: count,
  ...rateShape,
  avg_nodes: z.number(),
  avg_time_secs: z.number(),
  median_time_secs: z.number(),
  per_theorem: z.array(theoremResultSchema),
});
export type BudgetResult = Readonly<z.infer<typeof budgetResultSchema>>;

const percentiles = z.object({ calls: count, p50: z.number(), p95: z.number(), p99: z.number() });

const commonShape = {
  /** Id of the run, and where its trajectories or this document went besides the run's folder. */
  run: z.string(),
  out: z.string().nullable(),
  /** False while the run has not come to its end: rates are of the `searched` theorems. */
  complete: z.boolean(),
  status: z.string(),
  timestamp: z.iso.datetime(),
  theorems: count,
  searched: count,
  done: count,
  proved: count,
  ...rateShape,
  /** The lowest level among the proofs that count; what counts at least when there are none. */
  level: levelSchema,
  levels: z.record(z.string(), count),
  budget: z.object({
    max_nodes: count,
    budgets: z.array(count),
    timeout: z.number(),
    attempts: count,
    nested: z.literal(true),
  }),
  bySource: z.record(
    z.string(),
    z.object({ theorems: count, searched: count, proved: count, ...rateShape, errors: count }),
  ),
  /** Searches that ended with an error, by stage. */
  errors: z.object({ start: count, lean: count, policy: count, value: count, engine: count }),
  errorKinds: z.array(
    z.object({
      stage: z.string(),
      category: z.string(),
      searches: count,
      theorems: count,
      examples: z.array(z.object({ theorem: z.string(), message: z.string() })),
    }),
  ),
  unproved: z.record(z.string(), count),
  refused: count,
  candidates: z.record(z.string(), count),
  candidatesPerExpansion: z.object({ min: count, avg: z.number(), max: count, expansions: count }),
  timeMs: z.record(z.string(), z.number()),
  latencyMs: z.object({
    lean: percentiles.nullable(),
    policy: percentiles.nullable(),
    value: percentiles.nullable(),
  }),
  /** Work on the run, pauses and gaps left out. */
  activeMs: z.number(),
  /** What that time cost: hours of work, of all GPUs, and money; null where it is not known. Older documents lack it. */
  cost: z.object({ hours: z.number(), gpuHours: z.number().nullable(), money: z.number().nullable() }).optional(),
  toolchain: z.string(),
  provider: z.string(),
  model: z.string().nullable(),
  value: z.enum(['on', 'off']),
  valueModel: z.object({ name: z.string(), hash: z.string() }).nullable(),
  /** What was asked of the value model; left out where there was none. */
  ebm: jobOutcomeSchema.shape.ebm,
  /** What became of whole proofs; left out under other strategies. */
  hybrid: jobOutcomeSchema.shape.hybrid,
  seed: count,
  temperature: z.number(),
  strategy: z.string(),
  /** The theorem list as it was named, the sha256 of its file, and of the theorems that were taken from it. */
  corpus: z.object({ reference: z.string(), revision: z.string(), sha256: z.string() }),
  canaries: z.object({ run: count, closed: count, names: z.array(z.string()) }),
  suspect: z.boolean(),
  /** Documents of older versions count the errors of noisy searches among the others. */
  noisy: z
    .object({ temperature: z.number(), proved: count, searched: count, ...rateShape, errors: count.optional() })
    .nullable(),
  trajectories: z.object({ parts: count, rows: count, noisyRows: count }),
  /** Theorems of this file were left out: no figure here is of them. */
  resumedFrom: z.object({ file: z.string(), theorems: count, rows: count }).nullable(),
  resumptions: count,
  warnings: z.array(z.string()),
  /** Every setting by its whole key. */
  configuration: z.record(z.string(), z.unknown()),
  program: z.string(),
  git_commit: z.string().nullable(),
};

/** What `search` came to. */
export const searchDocumentSchema = z.object({
  schema: z.literal('proofdeck.search/1'),
  ...commonShape,
  per_theorem: z.array(theoremResultSchema),
});
export type SearchDocument = Readonly<z.infer<typeof searchDocumentSchema>>;

const flattenedShape = {
  max_nodes: count.optional(),
  solved: count.optional(),
  total: count.optional(),
  avg_nodes: z.number().optional(),
  avg_time_secs: z.number().optional(),
  median_time_secs: z.number().optional(),
  per_theorem: z.array(theoremResultSchema).optional(),
};

/** What `eval` came to: the same, and the reference's evaluation; with one budget its fields stand at the top level too. */
export const evalDocumentSchema = z.object({
  schema: z.literal('proofdeck.eval/1'),
  ...commonShape,
  iteration: z.int().nullable(),
  llm_path: z.string(),
  ebm_path: z.string().nullable(),
  benchmark: z.string(),
  total_theorems: count,
  pass_n: z.int().min(1),
  nested: z.literal(true),
  budget_results: z.array(budgetResultSchema),
  /** By any budget, which is by the largest. */
  cumulative_solved: count,
  cumulative_rate: share,
  /** Solved within the first `pass` attempts. */
  by_pass: z.array(z.object({ budget: count, pass: z.int().min(1), solved: count, total: count, ...rateShape })),
  /** At the largest budget; `estimate`: what any k of the attempts would do. Empty with one attempt. */
  pass_at: z.array(
    z.object({ k: z.int().min(1), solved: count, total: count, ...rateShape, estimate: share.nullable() }),
  ),
  ...flattenedShape,
});
export type EvalDocument = Readonly<z.infer<typeof evalDocumentSchema>>;
