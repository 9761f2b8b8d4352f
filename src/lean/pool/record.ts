import { createHash } from 'node:crypto';
import { type Goal, stateText } from '../goal.ts';
import type { Root } from '../protocol/requests.ts';
import type { StateRef, TacticLimits } from './types.ts';

/** What is remembered of a state so that restoring it elsewhere can be checked. */
export interface StateRecord {
  /** Hash of the goals' text. */
  readonly digest: string;
  /** Limits under which its tactic succeeded; null for a root. */
  readonly limits: TacticLimits | null;
}

/** A problem as workers see it. */
export interface ProblemRecord {
  readonly id: number;
  readonly root: Root;
  readonly states: Map<string, StateRecord>;
}

export function digestOf(goals: readonly Goal[]): string {
  return createHash('sha1').update(stateText(goals)).digest('base64');
}

/** The root is kept under this key, whatever the search calls it. */
export const ROOT_KEY = '';

export function keyOf(state: StateRef): string {
  return state.parent === null ? ROOT_KEY : state.key;
}
