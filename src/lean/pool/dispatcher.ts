import { FairQueue } from './fair-queue.ts';
import type { Attempt, Job, JobResult } from './job.ts';
import type { PoolWorker } from './worker.ts';

/** How often one job may be lost with a worker before it is given up: the first loss is retried once. */
const MAXIMUM_LOSSES = 2;

export type SlotStatus = 'starting' | 'idle' | 'busy' | 'dead';

/** A worker's place in the dispatcher. */
export interface Slot {
  readonly worker: PoolWorker;
  status: SlotStatus;
  doing: string | null;
  running: Entry | null;
  /** Settles when its present work, if any, is over. */
  done: Promise<void>;
  /** It is to take no more work. */
  retired: boolean;
}

/** A job on its way through the dispatcher. */
interface Entry {
  readonly job: Job<unknown>;
  /** Given up, by its owner or because its problem is closed. */
  readonly stopping: AbortController;
  losses: number;
  settle(result: JobResult<unknown>): void;
}

/**
 * Hands waiting jobs to free workers: problems take turns, a job goes to the free worker that is nearest to its state,
 * a job lost with its worker is tried once more, and an aborted one leaves the queue or is stopped in Lean.
 */
export class Dispatcher {
  readonly slots: Slot[] = [];
  private readonly queue = new FairQueue<Entry>();
  private readonly onChange: () => void;
  private isClosed = false;

  constructor(onChange: () => void) {
    this.onChange = onChange;
  }

  /** Takes a worker in; until it answers its status is `starting`. */
  add(worker: PoolWorker): Slot {
    const slot: Slot = {
      worker,
      status: 'starting',
      doing: null,
      running: null,
      done: Promise.resolve(),
      retired: false,
    };
    this.slots.push(slot);
    slot.done = worker.ready().then((failure) => this.free(slot, failure ? 'dead' : 'idle'));
    return slot;
  }

  /** Takes a worker out; resolves when its present work is over. */
  async remove(slot: Slot): Promise<void> {
    slot.retired = true;
    const index = this.slots.indexOf(slot);
    if (index >= 0) this.slots.splice(index, 1);
    this.onChange();
    await slot.done;
  }

  /** Queues a job. Never rejects. */
  submit<T>(job: Job<T>): Promise<JobResult<T>> {
    if (this.isClosed) return Promise.resolve({ kind: 'closed' });
    if (job.signal?.aborted) return Promise.resolve({ kind: 'cancelled', worker: -1 });
    const { promise, resolve } = Promise.withResolvers<JobResult<T>>();
    const entry: Entry = {
      job,
      stopping: new AbortController(),
      losses: 0,
      settle: (result) => {
        job.signal?.removeEventListener('abort', onAbort);
        resolve(result as JobResult<T>);
      },
    };
    const onAbort = (): void => this.abort(entry);
    job.signal?.addEventListener('abort', onAbort);
    this.queue.push(job.problem, entry);
    this.dispatch();
    return promise;
  }

  /** Ends what waits for a problem, and stops what runs for it; resolves when nothing does. */
  async withdraw(problem: number): Promise<void> {
    for (const entry of this.queue.remove(({ job }) => job.problem === problem)) entry.settle({ kind: 'closed' });
    const busy = this.slots.filter((slot) => slot.running?.job.problem === problem);
    for (const slot of busy) stop(slot);
    await Promise.all(busy.map((slot) => slot.done));
  }

  /** Lets idle workers free states that are not needed any more. */
  tidy(): void {
    for (const slot of this.slots) {
      if (slot.status === 'idle' && slot.worker.wantsMaintenance)
        this.occupy(slot, null, () => slot.worker.maintain(true));
    }
  }

  close(): void {
    this.isClosed = true;
    for (const entry of this.queue.remove(() => true)) entry.settle({ kind: 'closed' });
  }

  private abort(entry: Entry): void {
    const wasWaiting = this.queue.remove((waiting) => waiting === entry).length > 0;
    if (wasWaiting) entry.settle({ kind: 'cancelled', worker: -1 });
    const slot = this.slots.find(({ running }) => running === entry);
    if (slot) stop(slot);
  }

  private dispatch(): void {
    for (;;) {
      const free = this.freeSlots();
      if (free.length === 0) return;
      const entry = this.queue.take((waiting) => free.some((slot) => isAtHand(slot.worker, waiting.job)));
      if (!entry) return;
      const slot = nearest(free, entry.job);
      this.occupy(slot, entry, () => this.perform(slot, entry));
    }
  }

  /** Idle workers, or the dead ones when no other is left: the next job tries to start one. */
  private freeSlots(): readonly Slot[] {
    const idle = this.slots.filter((slot) => slot.status === 'idle');
    if (idle.length > 0 || this.slots.some((slot) => slot.status !== 'dead')) return idle;
    return this.slots;
  }

  private occupy(slot: Slot, entry: Entry | null, work: () => Promise<void>): void {
    slot.status = 'busy';
    slot.doing = entry?.job.doing ?? null;
    slot.running = entry;
    this.onChange();
    slot.done = work().then(() => this.free(slot, slot.status === 'dead' ? 'dead' : 'idle'));
  }

  private free(slot: Slot, status: SlotStatus): void {
    slot.status = status;
    slot.doing = null;
    this.onChange();
    if (!slot.retired) this.dispatch();
  }

  private async perform(slot: Slot, entry: Entry): Promise<void> {
    const { worker } = slot;
    const attempt = await entry.job.run(worker, entry.stopping.signal);
    slot.running = null;
    if (attempt.kind === 'cannotStart') slot.status = 'dead';
    const result = this.resultOf(attempt, entry, worker.id);
    if (result) entry.settle(result);
    else this.queue.putBack(entry.job.problem, entry);
    if (slot.status !== 'dead' && !this.isClosed) await worker.maintain(this.queue.size === 0);
  }

  /** What the job came to, or null when it is to be tried again. */
  private resultOf(attempt: Attempt<unknown>, entry: Entry, worker: number): JobResult<unknown> | null {
    if (attempt.kind === 'done') return { kind: 'done', value: attempt.value, worker };
    if (entry.stopping.signal.aborted) return { kind: 'cancelled', worker };
    if (this.isClosed) return { kind: 'closed' };
    if (attempt.kind === 'unrestored') return { kind: 'lost', reason: 'worker', message: attempt.message, worker };
    entry.losses += 1;
    if (entry.losses < MAXIMUM_LOSSES) return null;
    if (attempt.kind === 'cannotStart') {
      const { message, detail } = attempt.failure;
      return {
        kind: 'lost',
        reason: 'worker',
        message: `no Lean worker can be started: ${message}${detail && ` (${detail})`}`,
        worker,
      };
    }
    const reason = attempt.reason === 'outOfMemory' ? 'memory' : 'worker';
    return {
      kind: 'lost',
      reason,
      message: `${entry.losses} workers were lost over it; the last: ${attempt.message}`,
      worker,
    };
  }
}

/** Gives up what runs on a worker: nothing more is sent for it, and Lean is asked to stop. */
function stop({ running, worker }: Slot): void {
  running?.stopping.abort();
  worker.client.transport.cancel();
}

function isAtHand(worker: PoolWorker, { near }: Job<unknown>): boolean {
  return near !== undefined && worker.distance(near.record, near.state) === 0;
}

function nearest(slots: readonly Slot[], { near }: Job<unknown>): Slot {
  if (!near || slots.length === 1) return slots[0]!;
  const distances = slots.map((slot) => slot.worker.distance(near.record, near.state));
  return slots[distances.indexOf(Math.min(...distances))]!;
}
