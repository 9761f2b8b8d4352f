import { z } from 'zod';

/** The settings of the strategy `whole-proof`; names and defaults are the reference's, where it has them. */
export const wholeProofSettings = {
  /** Whole proofs asked for in one round, at the root and at `hybrid_tokens_decay_depth`; in between the number falls linearly. */
  hybrid_num_proofs: z.number().int().min(1).max(1024).default(32),
  hybrid_min_proofs: z.number().int().min(1).max(1024).default(4),
  /** Rounds before the search gives up. A round samples proofs at one node and replays them. */
  hybrid_max_rounds: z.number().int().min(1).default(30),
  /** Most tokens of one proof, at the root and at `hybrid_tokens_decay_depth`. */
  hybrid_max_tokens: z.number().int().min(1).default(1024),
  hybrid_min_tokens: z.number().int().min(1).default(256),
  /** Levels over which proofs, tokens and temperature go from one end to the other; 0 = they stay as at the root. */
  hybrid_tokens_decay_depth: z.number().int().min(0).default(8),
  /** Whole proofs in all before the search gives up. */
  hybrid_budget: z.number().int().min(1).default(256),
  /** Temperature at `hybrid_tokens_decay_depth`, from `temperature` at the root on; 0 = the same everywhere. */
  hybrid_max_temperature: z.number().min(0).max(10).default(0),
  /** Weight of the term that favours nodes which few of their parent's proofs came to. */
  exploration_c: z.number().min(0).default(1.41),
  /** A proof that leaves the first target as it is so many times in a row is cut; 0 = never. */
  max_goal_unchanged_steps: z.number().int().min(0).default(3),
  /** So is one with so many `have` steps in a row; 0 = never. */
  max_consecutive_have: z.number().int().min(0).default(4),
  /** Rounds in which a model that was trained to correct itself is shown its failed proof at once; 0 = none. */
  hybrid_corrections: z.number().int().min(0).default(2),
  /** A proof that comes to a state which the tree has already goes on there; `false` = it is cut, as in the reference. */
  hybrid_follow_visited: z.boolean().default(false),
} as const;

/**
 * What else is otherwise under this strategy, unless somebody chooses it: the reference's defaults for settings that all
 * strategies have.
 */
export const wholeProofDefaults = {
  temperature: 0.8,
  max_depth: 25,
  timeout: 600,
  goal_count_penalty: 0.3,
} as const;
