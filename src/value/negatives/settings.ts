import { z } from 'zod';

/** What is tried besides the provider's candidates: the reference's eighteen. */
const PROBES: readonly string[] = [
  ...['simp', 'ring', 'omega', 'norm_num', 'decide', 'trivial', 'rfl', 'tauto', 'linarith', 'push_neg'],
  ...['contradiction', 'exfalso', 'constructor', 'left', 'right', 'ext', 'simp_all', 'intro _'],
];

export const negativesSettingsSchema = z.object({
  /** Candidates of the provider at each state. */
  candidates: z.int().min(0).max(1024).default(8),
  /** States beside the proof that no proof was found from, after which a theorem is done; shared out among its steps. */
  targetNegatives: z.int().min(1).default(15),
  /**
   * Expansions spent on each state beside the proof, to find out whether a proof goes through it after all. With 0 none is
   * tried: then every state beside the proof counts as negative, as it does in trajectories of searches.
   */
  expansions: z.int().min(0).default(3),
  temperature: z.number().min(0).max(10).default(1),
  seed: z.int().min(0).default(0),
  probes: z.array(z.string()).default([...PROBES]),
  /** Thousands of heartbeats, recursion depth and seconds for one tactic. */
  heartbeats: z.int().min(1).default(20_000),
  recursion: z.int().min(16).default(512),
  tacticTimeout: z.number().positive().default(10),
});
export type NegativesSettings = Readonly<z.infer<typeof negativesSettingsSchema>>;
