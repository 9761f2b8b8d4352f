import { z } from 'zod';

/** Why Lean stopped a tactic before it could answer. */
export const limitSchema = z.enum(['heartbeats', 'recursion', 'wallClock', 'memory', 'cancelled']);
export type Limit = z.infer<typeof limitSchema>;

const text = { message: z.string() };

/**
 * What one tactic try came to. Goals are given by the hash under which they are stored (`goalHash`);
 * an empty list means that nothing is left open, which is verdict level V0 and no proof yet.
 */
export const tacticOutcomeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('goals'), goals: z.array(z.string()), messages: z.array(z.string()).optional() }),
  z.object({ kind: z.literal('failed'), ...text }),
  z.object({ kind: z.literal('parseError'), ...text }),
  z.object({ kind: z.literal('timedOut'), limit: limitSchema, ...text }),
  z.object({ kind: z.literal('refused'), reason: z.enum(['sorry', 'unsafe']), ...text }),
  z.object({ kind: z.literal('workerLost'), ...text }),
]);
export type TacticOutcome = Readonly<z.infer<typeof tacticOutcomeSchema>>;
export type TacticOutcomeKind = TacticOutcome['kind'];
