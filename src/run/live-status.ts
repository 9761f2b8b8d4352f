import { z } from 'zod';

/**
 * `status.json`: what the process of a run does now, replaced at most once a second while anything moves. Everything that
 * lasts is in the log; a reader that finds `writer.lock` without its process knows that this file is old.
 */
export const liveStatusSchema = z.object({
  schema: z.literal('proofdeck.run-status/1'),
  status: z.enum(['starting', 'running', 'paused', 'stopping', 'finished', 'stopped', 'failed']),
  /** What it is doing, in words: `preparing Lean: loading the image`. */
  phase: z.string(),
  pid: z.int(),
  host: z.string(),
  updatedAt: z.iso.datetime(),
  /** The searches in flight. */
  inFlight: z.array(
    z.object({
      job: z.string(),
      theorem: z.string(),
      expansions: z.int(),
      nodes: z.int(),
      open: z.int(),
      runningMs: z.number(),
      /** Depth of the deepest node, and the last tactic that went to Lean. */
      depth: z.int(),
      tactic: z.string().nullable(),
    }),
  ),
  workers: z.array(z.object({ id: z.int(), state: z.string(), rssBytes: z.number().nullable() })),
  diskFree: z.object({ bytes: z.number(), fraction: z.number() }).nullable(),
  /** The requests of the run's process to its servers. */
  servers: z
    .array(
      z.object({
        profile: z.string(),
        url: z.string(),
        inFlight: z.int(),
        /** Most that are in flight together just now. */
        limit: z.int(),
        waiting: z.int(),
        answered: z.int(),
        samples: z.int(),
        retries: z.int(),
        p50Ms: z.number(),
        p95Ms: z.number(),
        answers: z.boolean(),
      }),
    )
    .optional(),
  /** The provider does not answer, since then and for this reason; null while it does. */
  stalled: z.object({ since: z.iso.datetime(), message: z.string() }).nullable(),
});
export type LiveStatus = Readonly<z.infer<typeof liveStatusSchema>>;
