import { hash } from 'node:crypto';
import { type Goal, goalText } from './goal.ts';

/**
 * The key under which a goal is stored and compared: 64 bits of SHA-256 over its text and fragment. The case name is left
 * out, so that the same goal reached by another route counts as the same.
 */
export function goalHash(goal: Goal): string {
  return hash('sha256', `${goal.fragment ?? 'tactic'}\n${goalText(goal)}`, 'hex').slice(0, 16);
}
