import type { Goal } from '../goal.ts';
import type { Limit } from '../outcome.ts';
import type { Answer } from './answer.ts';
import { errorTag, limitInText, limitOf } from './errors.ts';
import { readGoals } from './goals.ts';
import { boundedText, readMessage, sayPositions } from './messages.ts';
import type { GoalTacticAnswer } from './wire.ts';

/** What one tactic try came to, with its goals. The same kinds as the outcome that a search records. */
export type GoalsOutcome = {
  readonly kind: 'goals';
  readonly goals: readonly Goal[];
  readonly messages?: readonly string[];
};
export type FailedOutcome =
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'parseError'; readonly message: string }
  | { readonly kind: 'timedOut'; readonly limit: Limit; readonly message: string }
  | { readonly kind: 'refused'; readonly reason: 'sorry' | 'unsafe'; readonly message: string };

export type ReadTactic =
  | { readonly kind: 'applied'; readonly stateId: number; readonly outcome: GoalsOutcome; readonly flagsKnown: boolean }
  /** The tactic succeeded with `sorry` or unsafe code: the state exists and has to be deleted. */
  | { readonly kind: 'refused'; readonly stateId: number; readonly outcome: FailedOutcome }
  | { readonly kind: 'failed'; readonly outcome: FailedOutcome }
  /** The worker does not have the state, or the state has no goal left. */
  | { readonly kind: 'noSuchState'; readonly message: string }
  | { readonly kind: 'unreadable'; readonly message: string };

/** Reads the answer of `goal.tactic` of any version, in the order that tells the cases apart. */
export function readTactic(answer: Answer<GoalTacticAnswer>): ReadTactic {
  if (answer.kind === 'unreadable') return answer;
  if (answer.kind === 'error') {
    const { error } = answer;
    const message = boundedText(error.desc || error.error);
    const limit = limitOf(error);
    if (limit) return { kind: 'failed', outcome: { kind: 'timedOut', limit, message } };
    const tag = errorTag(error);
    if (tag === 'index') return { kind: 'noSuchState', message };
    if (tag === 'command' || tag === 'arguments' || tag === 'main')
      return { kind: 'unreadable', message: `the worker refused the request (${error.error}): ${message}` };
    if (tag === 'parse') return { kind: 'failed', outcome: { kind: 'parseError', message: sayPositions(message) } };
    return { kind: 'failed', outcome: { kind: 'failed', message } };
  }
  const { value } = answer;
  if (value.parseError != null)
    return { kind: 'failed', outcome: { kind: 'parseError', message: boundedText(sayPositions(value.parseError)) } };
  if (value.tacticErrors != null) return { kind: 'failed', outcome: failure(value.tacticErrors) };
  const messages = (value.messages ?? []).map(readMessage);
  if (value.goals == null || value.nextStateId == null) {
    const errors = messages.filter((m) => m.severity === 'error' || m.severity === 'unknown');
    return { kind: 'failed', outcome: failure((errors.length > 0 ? errors : messages).map((m) => m.text)) };
  }
  const stateId = value.nextStateId;
  if (value.hasSorry) {
    return {
      kind: 'refused',
      stateId,
      outcome: { kind: 'refused', reason: 'sorry', message: 'the tactic leaves `sorry` in the proof' },
    };
  }
  if (value.hasUnsafe) {
    return {
      kind: 'refused',
      stateId,
      outcome: { kind: 'refused', reason: 'unsafe', message: 'the tactic leaves unsafe code in the proof' },
    };
  }
  const texts = messages.map((m) => boundedText(m.text));
  return {
    kind: 'applied',
    stateId,
    outcome: { kind: 'goals', goals: readGoals(value.goals), ...(texts.length > 0 ? { messages: texts } : {}) },
    flagsKnown: value.hasSorry != null && value.hasUnsafe != null,
  };
}

function failure(texts: readonly string[]): FailedOutcome {
  const limit = texts[0] === undefined ? null : limitInText(texts[0]);
  const message = boundedText(texts.join('\n') || 'the tactic failed without a message');
  return limit ? { kind: 'timedOut', limit, message } : { kind: 'failed', message };
}
