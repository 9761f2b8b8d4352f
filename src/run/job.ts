import { z } from 'zod';

/**
 * One search of a run. Data only, so that it can travel to another process or machine: whoever takes a job needs it and
 * the run's manifest, nothing else.
 */
export const jobSchema = z.object({
  /** Stable name within the run: `t12.1` (theorem 12, attempt 1), `n12` (its noisy search), `c3` (a canary). */
  id: z.string(),
  kind: z.enum(['theorem', 'noisy', 'canary']),
  /** Position in the run's theorem list, from 0; for a canary, among the canaries. */
  index: z.int().min(0),
  theorem: z.string(),
  statement: z.string(),
  source: z.string().optional(),
  /** Which of pass@n, from 1. */
  attempt: z.int().min(1),
  seed: z.int().min(0),
  temperature: z.number().min(0),
  /** Expansions before the search gives up: the largest of the run's budgets. */
  maxNodes: z.int().min(0),
  /** Seconds of running time; 0 = no limit. */
  timeout: z.number().min(0),
  /** The log of its search, below the run's folder, with `/` between names. */
  log: z.string(),
  /** Higher is taken earlier; equal ones in the order of the plan. */
  priority: z.number(),
});
export type Job = Readonly<z.infer<typeof jobSchema>>;
