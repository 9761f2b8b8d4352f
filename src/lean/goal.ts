import { z } from 'zod';

/**
 * A hypothesis as a person sees it. `names` of one type stay separate entries, in context order.
 * `inaccessible` names end in `✝` and cannot be typed back.
 */
export const hypothesisSchema = z.object({
  name: z.string(),
  type: z.string(),
  value: z.string().optional(),
  inaccessible: z.boolean().optional(),
});
export type Hypothesis = Readonly<z.infer<typeof hypothesisSchema>>;

/** One open goal. Holds no name that Lean invents (`_uniq…`), so equal goals are equal records. */
export const goalSchema = z.object({
  caseName: z.string().optional(),
  fragment: z.enum(['tactic', 'conv', 'calc']).optional(),
  hypotheses: z.array(hypothesisSchema),
  target: z.string(),
});
export type Goal = Readonly<z.infer<typeof goalSchema>>;

/** The usual text of a goal: `name : type` lines, then `⊢ target`. The case name is not part of it. */
export function goalText(goal: Goal): string {
  const lines = goal.hypotheses.map((h) => `${h.name} : ${h.type}${h.value === undefined ? '' : ` := ${h.value}`}`);
  return [...lines, `⊢ ${goal.target}`].join('\n');
}

/** The text of a proof state: its goals in order, a blank line between them. */
export function stateText(goals: readonly Goal[]): string {
  return goals.map(goalText).join('\n\n');
}
