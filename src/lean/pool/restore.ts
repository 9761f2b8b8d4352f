import type { LeanClient } from '../client.ts';
import type { Goal } from '../goal.ts';
import { GIVEN_UP } from '../replies.ts';
import type { HeldStates } from './held-states.ts';
import type { Attempt } from './job.ts';
import { digestOf, keyOf, type ProblemRecord } from './record.ts';
import type { StateRef, TacticLimits } from './types.ts';

/** A state that a worker holds, under the worker's own number. */
export type Held = { readonly kind: 'held'; readonly id: number };
export type NotHeld = Exclude<Attempt<never>, { kind: 'done' }>;

/** What restoring is done with: one worker, one problem. */
export interface Restoring {
  readonly client: LeanClient;
  readonly held: HeldStates;
  readonly problem: ProblemRecord;
  /** For states whose own limits are not known. */
  readonly limits: TacticLimits;
  readonly stop: AbortSignal;
}

/** Restoring may take longer than the step took at first: the machine may be busier now. */
const TIMEOUT_MS = 60_000;

/** A worker's number for a state; what it does not hold is rebuilt from the nearest ancestor that it does hold. */
export async function restore(on: Restoring, state: StateRef): Promise<Held | NotHeld> {
  const path: StateRef[] = [];
  let id: number | undefined;
  for (let at: StateRef | null = state; at; at = at.parent) {
    id = on.held.use(on.problem.id, keyOf(at));
    if (id !== undefined) break;
    path.push(at);
  }
  for (const step of path.reverse()) {
    if (on.stop.aborted) return GIVEN_UP;
    const next: Held | NotHeld = id === undefined ? await restoreRoot(on, step) : await restoreStep(on, step, id);
    if (next.kind !== 'held') return next;
    id = next.id;
  }
  return { kind: 'held', id: id! };
}

async function restoreRoot(on: Restoring, step: StateRef): Promise<Held | NotHeld> {
  const answer = await on.client.start(on.problem.root);
  if (answer.kind === 'lost') return answer;
  if (answer.kind === 'started') return accept(on, step, answer.stateId, answer.goals);
  return { kind: 'unrestored', message: `the statement could not be opened again: ${answer.message}` };
}

async function restoreStep(on: Restoring, step: StateRef, parent: number): Promise<Held | NotHeld> {
  const recorded = on.problem.states.get(keyOf(step))?.limits ?? on.limits;
  const generous = { ...recorded, timeoutMs: Math.max(recorded.timeoutMs, TIMEOUT_MS) };
  const reply = await on.client.tactic(parent, step.tactic, generous, on.stop);
  if (reply.kind === 'lost') return reply;
  if (reply.kind === 'applied') return accept(on, step, reply.stateId, reply.outcome.goals);
  const message = reply.kind === 'failed' ? reply.outcome.message : reply.message;
  return { kind: 'unrestored', message: `the state could not be restored: \`${step.tactic}\` now fails: ${message}` };
}

/** Holds a rebuilt state, if it is the one that was recorded. */
function accept({ held, problem }: Restoring, step: StateRef, id: number, goals: readonly Goal[]): Held | NotHeld {
  const recorded = problem.states.get(keyOf(step));
  held.hold(problem.id, keyOf(step), id);
  if (!recorded || recorded.digest === digestOf(goals)) return { kind: 'held', id };
  held.drop(problem.id, keyOf(step));
  const what = step.tactic || 'the statement';
  return { kind: 'unrestored', message: `the state could not be restored: \`${what}\` now gives other goals` };
}
