import { z } from 'zod';
import { wholeProofSettings } from './whole-proof/settings.ts';

/**
 * What a search may be told, with its defaults. Keys are the names used in `configs/search.toml`, by `--set search.<key>`
 * and by `:set <key>=<value>`. Changes during a search act from the next expansion and are recorded events.
 */
export const searchSettingsSchema = z.object({
  strategy: z.enum(['best-first', 'whole-proof']).default('best-first'),
  /** Candidates asked for per expansion. */
  num_candidates: z.number().int().min(1).max(1024).default(8),
  /** Sampling temperature handed to the provider. */
  temperature: z.number().min(0).max(10).default(1),
  /** Expansions before the search gives up. */
  max_nodes: z.number().int().min(0).default(300),
  /** A node at this depth is not expanded. */
  max_depth: z.number().int().min(1).default(50),
  /** Seconds of running (not paused) time for the theorem; 0 = no limit. */
  timeout: z.number().min(0).default(120),
  /** Nodes taken from the frontier together when running on; stepping always takes one. */
  batch_generate_size: z.number().int().min(1).max(256).default(1),
  /** Weights of policy and value in a node's score. */
  alpha: z.number().default(0.5),
  beta: z.number().default(0.5),
  /**
   * `auto`: energies are shifted and stretched so that they spread as the log-probs of the same search do, and neither
   * drowns the other; `none`: they are weighed as the head gives them.
   */
  normalise: z.enum(['auto', 'none']).default('auto'),
  /** Divisors of log-prob and of value before weighing; 0 counts as 1. */
  llm_temperature: z.number().default(1),
  ebm_temperature: z.number().default(1),
  /** The value's weight grows linearly to its full size over this many levels; 0 = at once. */
  ebm_ramp_depth: z.number().int().min(0).default(0),
  /** Above this depth the value has no weight. */
  ebm_min_depth: z.number().int().min(0).default(0),
  /** Whether a node is scored by the log-prob of its last step or by the sum from the root. */
  accumulate: z.enum(['step', 'sum']).default('step'),
  /** Taken off the score for each open goal beyond the first. */
  goal_count_penalty: z.number().min(0).default(0),
  /** Taken off the score of a node each time it waits for a further round of candidates. */
  round_penalty: z.number().min(0).default(1),
  /** Log-prob of a candidate whose provider gives none. */
  unknown_log_prob: z.number().max(0).default(-3),
  /** Thousands of heartbeats, recursion depth and seconds of wall clock for one tactic. */
  tactic_heartbeats: z.number().int().min(1).default(200_000),
  tactic_recursion: z.number().int().min(16).default(512),
  tactic_timeout: z.number().positive().default(10),
  /** Tactics tried at every expanded node after the provider's, with the log-prob below. */
  probe_tactics: z.array(z.string()).default([]),
  probe_log_prob: z.number().max(0).default(-10),
  /** Tactics tried when a provider proposes nothing. */
  fallback_tactics: z.array(z.string()).default([]),
  fallback_log_prob: z.number().max(0).default(-100),
  /** Tactic families refused before Lean sees them. */
  block: z.array(z.string()).default([]),
  seed: z.number().int().min(0).default(0),
  ...wholeProofSettings,
});
export type SearchSettings = Readonly<z.infer<typeof searchSettingsSchema>>;
