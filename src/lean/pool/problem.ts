import type { Goal } from '../goal.ts';
import { notProposition } from '../start-refusal.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Attempt, JobResult } from './job.ts';
import type { ProblemRecord } from './record.ts';
import type {
  LeanProblem,
  PoolOutcome,
  ProblemStart,
  Root,
  StateRef,
  TacticAnswer,
  TacticLimits,
  TryOptions,
} from './types.ts';
import type { PoolWorker } from './worker.ts';

type Started = { goals: readonly Goal[]; ms: number } | { category: string; message: string };

/** Longest piece of a tactic shown as what a worker is doing. */
const SHOWN = 60;

/** A problem on a dispatcher's workers. */
export class PooledProblem implements LeanProblem {
  private readonly dispatcher: Dispatcher;
  private readonly record: ProblemRecord;
  private isClosed = false;

  constructor(dispatcher: Dispatcher, id: number, root: Root) {
    this.dispatcher = dispatcher;
    this.record = { id, root, states: new Map() };
  }

  async start(signal?: AbortSignal): Promise<ProblemStart> {
    if (this.isClosed) return startFailed({ kind: 'closed' });
    const { record } = this;
    const result = await this.dispatcher.submit<Started>({
      problem: record.id,
      doing: 'opening a statement',
      signal,
      run: (worker) => open(worker, record),
    });
    return result.kind === 'done' ? startOf(result.value) : startFailed(result);
  }

  async tryTactic(
    state: StateRef,
    resultKey: string,
    tactic: string,
    limits: TacticLimits,
    options: TryOptions,
  ): Promise<TacticAnswer> {
    if (this.isClosed) return { outcome: outcomeOf({ kind: 'closed' }), worker: -1, ms: 0 };
    const { record } = this;
    let isSent = false;
    const result = await this.dispatcher.submit<TacticAnswer>({
      problem: record.id,
      near: { record, state },
      doing: shown(tactic),
      signal: options.signal,
      run: (worker, stop) =>
        worker.tryTactic(record, { state, resultKey, tactic, limits }, stop, () => {
          if (!isSent) options.onSent(worker.id);
          isSent = true;
        }),
    });
    if (result.kind === 'done') return stopped(result.value, options.signal);
    return { outcome: outcomeOf(result), worker: result.kind === 'closed' ? -1 : result.worker, ms: 0 };
  }

  release(keys: readonly string[]): void {
    for (const key of keys) {
      this.record.states.delete(key);
      for (const { worker } of this.dispatcher.slots) worker.held.drop(this.record.id, key);
    }
    this.dispatcher.tidy();
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.dispatcher.withdraw(this.record.id);
    this.record.states.clear();
    for (const { worker } of this.dispatcher.slots) worker.held.dropProblem(this.record.id);
    this.dispatcher.tidy();
  }
}

/** Opens the root, unless it is nothing to prove. */
async function open(worker: PoolWorker, record: ProblemRecord): Promise<Attempt<Started>> {
  const opened = await worker.startRoot(record);
  if (opened.kind !== 'done' || !('goals' in opened.value)) return opened;
  const refusal = await notProposition(worker.client, record.root);
  if (refusal === null) return opened;
  return typeof refusal === 'string' ? { kind: 'done', value: { category: 'elab', message: refusal } } : refusal;
}

function startOf(value: Started): ProblemStart {
  return 'goals' in value ? { kind: 'started', ...value } : { kind: 'startFailed', ...value };
}

const CLOSED = 'the Lean workers were closed';
const CANCELLED = 'given up';

function startFailed(result: Exclude<JobResult<Started>, { kind: 'done' }>): ProblemStart {
  if (result.kind === 'closed') return { kind: 'startFailed', category: 'closed', message: CLOSED };
  if (result.kind === 'cancelled') return { kind: 'startFailed', category: 'cancelled', message: CANCELLED };
  return { kind: 'startFailed', category: 'workerLost', message: result.message };
}

/** Lean says the same when it is interrupted by a clock and by us; we know which it was. */
function stopped(answer: TacticAnswer, signal: AbortSignal): TacticAnswer {
  const { outcome } = answer;
  if (outcome.kind !== 'timedOut' || outcome.limit !== 'wallClock' || !signal.aborted) return answer;
  return { ...answer, outcome: { ...outcome, limit: 'cancelled' } };
}

function outcomeOf(result: Exclude<JobResult<TacticAnswer>, { kind: 'done' }>): PoolOutcome {
  if (result.kind === 'closed') return { kind: 'workerLost', message: CLOSED };
  if (result.kind === 'cancelled') return { kind: 'timedOut', limit: 'cancelled', message: CANCELLED };
  if (result.reason === 'memory') return { kind: 'timedOut', limit: 'memory', message: result.message };
  return { kind: 'workerLost', message: result.message };
}

function shown(tactic: string): string {
  const line = tactic.replaceAll(/\s+/g, ' ').trim();
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}
