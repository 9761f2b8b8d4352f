import { z } from 'zod';

/**
 * A wish of somebody who watches, one JSON object per line of `control.jsonl`. Any process may append; the process of the
 * run reads it on, and records in its own log what it did.
 */
export const controlSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pause') }),
  z.object({ kind: z.literal('continue') }),
  /** Take no further theorem; finish what is in flight. */
  z.object({ kind: z.literal('stopAfterCurrent') }),
  z.object({ kind: z.literal('stopNow') }),
  z.object({ kind: z.literal('prioritise'), theorem: z.string(), priority: z.number() }),
]);
export type Control = Readonly<z.infer<typeof controlSchema>>;
