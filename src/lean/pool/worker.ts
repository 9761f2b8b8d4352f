import { LeanClient } from '../client.ts';
import type { Goal } from '../goal.ts';
import type { Dialect } from '../protocol/dialect.ts';
import type { Lost, TacticLimits } from '../replies.ts';
import type { StartFailed, Transport } from '../transport.ts';
import { HeldStates } from './held-states.ts';
import type { Attempt } from './job.ts';
import { type Clock, Latency } from './latency.ts';
import { digestOf, keyOf, type ProblemRecord, ROOT_KEY } from './record.ts';
import { restore } from './restore.ts';
import type { StateRef, TacticAnswer } from './types.ts';

export interface WorkerLimits {
  /** States held at most; the longest unused ones are freed, and restored when they are needed again. */
  readonly maximumStates: number;
  /** Requests after which the worker is started anew; 0 = never. */
  readonly maximumUses: number;
  /** Memory past which it is started anew, in bytes; 0 = never. */
  readonly recycleBytes: number;
}

export interface Try {
  readonly state: StateRef;
  readonly resultKey: string;
  readonly tactic: string;
  readonly limits: TacticLimits;
}

/** Freed states are told to the worker in batches of this size. */
const DELETE_BATCH = 128;
/** One worker of a pool: its client, the states that it holds, and its figures. Runs one thing at a time. */
export class PoolWorker {
  readonly id: number;
  readonly client: LeanClient;
  readonly held = new HeldStates();
  readonly latency: Latency;
  restarts = 0;
  recycles = 0;
  requests = 0;
  lastError: string | null = null;
  private readonly limits: WorkerLimits;
  private readonly clock: Clock;
  private generation = -1;
  private usesSinceStart = 0;

  constructor(id: number, transport: Transport, dialect: Dialect, limits: WorkerLimits, clock: Clock) {
    this.id = id;
    this.client = new LeanClient(transport, dialect);
    this.limits = limits;
    this.clock = clock;
    this.latency = new Latency(clock);
    transport.onLost((reason) => {
      this.lastError = reason;
    });
  }

  private get transport(): Transport {
    return this.client.transport;
  }

  /** Makes sure that it answers, and that no state of an earlier life is believed in. */
  async ready(): Promise<StartFailed | null> {
    if (!this.transport.alive) {
      const started = await this.transport.start();
      if (started.kind === 'startFailed') {
        this.held.forgetAll();
        this.lastError = started.message;
        return started;
      }
    }
    if (this.transport.generation !== this.generation) {
      if (this.generation >= 0) this.restarts += 1;
      this.generation = this.transport.generation;
      this.usesSinceStart = 0;
      this.held.forgetAll();
    }
    return null;
  }

  /** Steps that would have to be repeated to have this state here; the root counts as one. */
  distance(problem: ProblemRecord, state: StateRef): number {
    let steps = 0;
    for (let at: StateRef | null = state; at; at = at.parent) {
      if (this.held.has(problem.id, keyOf(at))) return steps;
      steps += 1;
    }
    return steps;
  }

  async startRoot(
    problem: ProblemRecord,
  ): Promise<Attempt<{ goals: readonly Goal[]; ms: number } | { category: string; message: string }>> {
    const failure = await this.ready();
    if (failure) return { kind: 'cannotStart', failure };
    this.requests += 1;
    this.usesSinceStart += 1;
    const answer = await this.client.start(problem.root);
    if (answer.kind === 'lost') return answer;
    if (answer.kind === 'unreadable') return this.distrust(answer.message);
    if (answer.kind === 'refused')
      return { kind: 'done', value: { category: answer.category, message: answer.message } };
    this.held.hold(problem.id, ROOT_KEY, answer.stateId);
    problem.states.set(ROOT_KEY, { digest: digestOf(answer.goals), limits: null });
    return { kind: 'done', value: { goals: answer.goals, ms: answer.ms } };
  }

  /** Tries a tactic, after restoring its state if need be. Once `stop` is aborted nothing more is sent. */
  async tryTactic(
    problem: ProblemRecord,
    { state, resultKey, tactic, limits }: Try,
    stop: AbortSignal,
    onSent: () => void,
  ): Promise<Attempt<TacticAnswer>> {
    const failure = await this.ready();
    if (failure) return { kind: 'cannotStart', failure };
    const restored = await restore({ client: this.client, held: this.held, problem, limits, stop }, state);
    if (restored.kind !== 'held') return restored;
    onSent();
    this.requests += 1;
    this.usesSinceStart += 1;
    const sentAt = this.clock();
    const reply = await this.client.tactic(restored.id, tactic, limits, stop);
    if (reply.kind === 'lost') return reply;
    if (reply.kind === 'unreadable') return this.distrust(reply.message);
    if (reply.kind === 'noSuchState') {
      this.held.drop(problem.id, keyOf(state));
      return { kind: 'lost', reason: 'crashed', message: reply.message };
    }
    this.latency.add(this.clock() - sentAt);
    if (reply.kind === 'applied') {
      this.held.hold(problem.id, resultKey, reply.stateId);
      problem.states.set(resultKey, { digest: digestOf(reply.outcome.goals), limits });
    }
    const { ms, heartbeats, syntaxKind, outcome } = reply;
    return {
      kind: 'done',
      value: {
        outcome,
        worker: this.id,
        ms,
        ...(heartbeats !== undefined && { heartbeats }),
        ...(syntaxKind !== undefined && { syntaxKind }),
      },
    };
  }

  /** Between requests: frees what is not needed, and starts the worker anew when it is used up. `isIdle`: nothing waits for it. */
  async maintain(isIdle: boolean): Promise<void> {
    if (!this.transport.alive || this.transport.generation !== this.generation) {
      // Starting again now saves the next job the wait.
      await this.ready();
      return;
    }
    const { maximumStates, maximumUses, recycleBytes } = this.limits;
    const { memoryBytes, rssBytes } = this.transport.stats();
    const isUsedUp = maximumUses > 0 && this.usesSinceStart >= maximumUses;
    if (isUsedUp || (recycleBytes > 0 && (memoryBytes ?? rssBytes ?? 0) > recycleBytes)) return this.recycle();
    if (this.held.size > maximumStates) this.held.shrinkTo(Math.floor(maximumStates * 0.9));
    if (this.held.droppedCount >= DELETE_BATCH || (isIdle && this.held.droppedCount > 0))
      await this.client.delete(this.held.takeDropped());
  }

  /** An answer that cannot be read may mean that answers and requests are out of step: only a new life helps. */
  private async distrust(message: string): Promise<Lost> {
    this.held.forgetAll();
    await this.transport.start();
    this.lastError = message;
    return { kind: 'lost', reason: 'crashed', message };
  }

  get wantsMaintenance(): boolean {
    return this.held.droppedCount > 0;
  }

  private async recycle(): Promise<void> {
    const lastError = this.lastError;
    this.held.forgetAll();
    const started = await this.transport.start();
    this.recycles += 1;
    this.generation = this.transport.generation;
    this.usesSinceStart = 0;
    // Ending it was our wish, so it is no error of the worker.
    this.lastError = started.kind === 'startFailed' ? started.message : lastError;
  }
}
