import { counted } from '../../text/quantity.ts';
import type { Omission } from '../prompts/format.ts';

/** What was left out of a prompt, in words; empty when nothing was. */
export function describeOmission(omitted: Omission | null): string {
  if (omitted === null) return '';
  const { hypotheses, otherHypotheses, goals, steps } = omitted;
  const parts = [
    hypotheses.length > 0 && counted(hypotheses.length, 'hypothesis', 'hypotheses'),
    otherHypotheses > 0 && counted(otherHypotheses, 'hypothesis of other goals', 'hypotheses of other goals'),
    goals > 0 && counted(goals, 'other goal'),
    steps > 0 && counted(steps, 'step of the proof so far', 'steps of the proof so far'),
  ].filter((part) => part !== false);
  return parts.length === 0 ? '' : `shortened prompt: without ${parts.join(', ')}`;
}
