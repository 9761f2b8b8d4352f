import type { Omission } from '../prompts/format.ts';

/** What was left out of a prompt, in words; empty when nothing was. */
export function describeOmission(omitted: Omission | null): string {
  if (omitted === null) return '';
  const { hypotheses, otherHypotheses, goals, steps } = omitted;
  const parts = [
    counted(hypotheses.length, 'hypothesis', 'hypotheses'),
    counted(otherHypotheses, 'hypothesis of other goals', 'hypotheses of other goals'),
    counted(goals, 'other goal', 'other goals'),
    counted(steps, 'step of the proof so far', 'steps of the proof so far'),
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `shortened prompt: without ${parts.join(', ')}`;
}

const counted = (count: number, one: string, many: string): string =>
  count === 0 ? '' : `${count} ${count === 1 ? one : many}`;
