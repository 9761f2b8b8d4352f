import type { z } from 'zod';
import type { Limit } from './outcome.ts';
import { type Answer, readAnswer } from './protocol/answer.ts';
import { type Dialect, tacticFor } from './protocol/dialect.ts';
import { errorTag, limitOf } from './protocol/errors.ts';
import { readGoals, textOf } from './protocol/goals.ts';
import { type FailedOutcome, type GoalsOutcome, readTactic } from './protocol/outcome.ts';
import { type CommandName, type Requests, type Root, requestLine } from './protocol/requests.ts';
import {
  anyAnswerSchema,
  type GoalTacticAnswer,
  goalPrintAnswerSchema,
  goalStartAnswerSchema,
  goalTacticAnswerSchema,
} from './protocol/wire.ts';
import { GIVEN_UP, type Lost, type StartAnswer, type TacticLimits, type TacticReply } from './replies.ts';
import { startRefusal, unknownNumbers } from './start-refusal.ts';
import type { Transport } from './transport.ts';

export type { TacticLimits } from './replies.ts';

/** Wall clock for requests that are not tactics, in milliseconds. */
const PLAIN_TIMEOUT_MS = 60_000;
/** A worker's own clock, where it has one, runs out this much before ours, so that it can stop by itself and keep its states. */
const OWN_CLOCK_LEAD_MS = 100;

/** Typed requests to one worker, in any version of the protocol. Keeps no states; after `lost` the caller starts again. */
export class LeanClient {
  readonly transport: Transport;
  readonly dialect: Dialect;
  private ownTimeout = { generation: -1, timeoutMs: 0 };

  constructor(transport: Transport, dialect: Dialect) {
    this.transport = transport;
    this.dialect = dialect;
  }

  /** Sends one request of any kind. `ms` is the time inside Lean, as the transport sees it. */
  async request<C extends CommandName, T>(
    command: C,
    payload: Requests[C],
    schema: z.ZodType<T>,
    timeoutMs: number = PLAIN_TIMEOUT_MS,
  ): Promise<(Answer<T> & { readonly ms: number }) | Lost> {
    const before = this.transport.generation;
    const reply = await this.transport.ask(requestLine(command, payload), { timeoutMs });
    if (reply.kind === 'lost') return { kind: 'lost', reason: reply.reason, message: reply.detail };
    // A worker that was started anew for this request does not know the states of the old one.
    if (this.transport.generation !== before)
      return { kind: 'lost', reason: 'crashed', message: 'the worker was started again before the request reached it' };
    return { ...readAnswer(reply.text, schema), ms: reply.ms };
  }

  /** Opens a root and asks for its first goals, as `goal.start` answers none. */
  async start(root: Root, timeoutMs: number = PLAIN_TIMEOUT_MS): Promise<StartAnswer> {
    const started = await this.request('goal.start', root, goalStartAnswerSchema, timeoutMs);
    if (started.kind === 'error') {
      const limit = limitOf(started.error);
      const category = limit ? 'limit' : errorTag(started.error);
      const message = startRefusal(root, category, started.error.desc);
      const why = category === 'parse' ? await unknownNumbers(this, root) : null;
      return { kind: 'refused', category, message: why === null ? message : `${why}: ${message}` };
    }
    if (started.kind !== 'ok') return started;
    const { stateId } = started.value;
    const printed = await this.print(stateId, { goals: true, rootExpr: false });
    if (printed.kind === 'error')
      return { kind: 'refused', category: errorTag(printed.error), message: printed.error.desc };
    if (printed.kind !== 'ok') return printed;
    return { kind: 'started', stateId, goals: readGoals(printed.value.goals ?? []), ms: started.ms + printed.ms };
  }

  /**
   * Tries a tactic block on a goal. `sorry` and unsafe code are refused and their states deleted. On versions whose
   * states can be poisoned by a logged message the new state is tested, and reported as a failure if it is useless.
   * When `stop` is aborted before it is sent the reply is `GIVEN_UP`; later, cancelling is up to the transport's owner.
   */
  async tactic(
    stateId: number,
    tactic: string,
    limits: TacticLimits,
    stop?: AbortSignal,
    goalId = 0,
  ): Promise<TacticReply> {
    const clock = await this.setOwnClock(limits.timeoutMs);
    if (clock) return clock;
    if (stop?.aborted) return GIVEN_UP;
    const payload = {
      stateId,
      goalId,
      tactic: tacticFor(this.dialect, tactic),
      ...(this.dialect.extensions ? { heartbeats: limits.heartbeats, recDepth: limits.recursion } : {}),
    };
    const reply = await this.request('goal.tactic', payload, goalTacticAnswerSchema, limits.timeoutMs);
    if (reply.kind === 'lost') return reply.reason === 'timeout' ? killed(reply, limits) : reply;
    const read = readTactic(reply);
    const measured = { ms: reply.ms, ...measures(reply) };
    if (read.kind === 'failed') return { kind: 'failed', outcome: read.outcome, ...measured };
    if (read.kind === 'refused') {
      await this.delete([read.stateId]);
      return { kind: 'failed', outcome: read.outcome, ...measured };
    }
    if (read.kind !== 'applied') return read;
    const doubt = await this.doubt(read, tactic, limits);
    if (doubt?.kind === 'lost') return doubt;
    if (doubt) return { kind: 'failed', outcome: doubt, ...measured };
    return { kind: 'applied', stateId: read.stateId, outcome: read.outcome, ...measured };
  }

  /** Frees states; unknown ids are ignored by the worker. */
  async delete(stateIds: readonly number[]): Promise<void> {
    if (stateIds.length > 0) await this.request('goal.delete', { stateIds }, anyAnswerSchema);
  }

  print(stateId: number, wanted: { readonly goals: boolean; readonly rootExpr: boolean }) {
    const parents = { parentExpr: false, parentExprs: false };
    return this.request('goal.print', { stateId, ...wanted, ...parents }, goalPrintAnswerSchema);
  }

  /** What speaks against a step that the worker calls a success; the state is deleted then. */
  private async doubt(
    read: { readonly stateId: number; readonly outcome: GoalsOutcome; readonly flagsKnown: boolean },
    tactic: string,
    limits: TacticLimits,
  ): Promise<FailedOutcome | Lost | null> {
    const { outcome, stateId, flagsKnown } = read;
    if (!flagsKnown && /\b(?:sorry|admit|sorryAx)\b/.test(tactic)) {
      await this.delete([stateId]);
      return { kind: 'refused', reason: 'sorry', message: 'the tactic leaves `sorry` in the proof' };
    }
    if (!flagsKnown && outcome.goals.length === 0) {
      const printed = await this.print(stateId, { goals: false, rootExpr: true });
      if (printed.kind === 'lost') return printed;
      if (printed.kind === 'ok' && printed.value.root && /\bsorry(?:Ax)?\b/.test(textOf(printed.value.root))) {
        await this.delete([stateId]);
        return { kind: 'refused', reason: 'sorry', message: 'the finished proof holds `sorry`' };
      }
    }
    if (this.dialect.messagesPoison && outcome.messages && outcome.goals.length > 0) {
      const probe = await this.request(
        'goal.tactic',
        { stateId, goalId: 0, tactic: 'skip' },
        goalTacticAnswerSchema,
        limits.timeoutMs,
      );
      if (probe.kind === 'lost') return probe;
      const after = readTactic(probe);
      if (after.kind === 'applied') await this.delete([after.stateId]);
      else {
        await this.delete([stateId]);
        const said = outcome.messages.join('\n');
        return {
          kind: 'failed',
          message: `${this.dialect.name} cannot go on after a tactic that prints a message. It printed: ${said}`,
        };
      }
    }
    return null;
  }

  /** Sets the worker's own clock where it has one; it is set again only when the time or the process changes. */
  private async setOwnClock(timeoutMs: number): Promise<Lost | null> {
    if (!this.dialect.timeoutOption) return null;
    const { generation } = this.transport;
    if (this.ownTimeout.generation === generation && this.ownTimeout.timeoutMs === timeoutMs) return null;
    const set = await this.request(
      'options.set',
      { timeout: Math.max(1, Math.round(timeoutMs - OWN_CLOCK_LEAD_MS)) },
      anyAnswerSchema,
    );
    if (set.kind === 'lost') return set;
    this.ownTimeout = { generation: this.transport.generation, timeoutMs };
    return null;
  }
}

/** A tactic that had to be killed ran out of time; that is an answer about the tactic, though its states are gone. */
function killed(lost: Lost, limits: TacticLimits): TacticReply {
  const limit: Limit = 'wallClock';
  const message = `no answer within ${limits.timeoutMs} ms, and Lean had to be killed (${lost.message})`;
  return { kind: 'failed', outcome: { kind: 'timedOut', limit, message }, ms: limits.timeoutMs };
}

function measures(answer: Answer<GoalTacticAnswer>): { heartbeats?: number; syntaxKind?: string } {
  if (answer.kind !== 'ok') return {};
  const { heartbeats, syntaxKind } = answer.value;
  return { ...(heartbeats == null ? {} : { heartbeats }), ...(syntaxKind == null ? {} : { syntaxKind }) };
}
