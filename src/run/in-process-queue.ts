import type { Job } from './job.ts';
import type { JobQueue, Lease, QueueCounts } from './queue.ts';

interface Entry {
  job: Job;
  /** Order of arrival, which decides between equal priorities. */
  readonly number: number;
}

/**
 * The queue of a run that one process does. Order: a higher priority first; of equal ones the earlier added, so that a job
 * that was given back comes next again.
 */
export class InProcessQueue implements JobQueue {
  readonly #entries = new Map<string, Entry>();
  /** Sorted: the next one is the last. */
  #waiting: Entry[] = [];
  #isSorted = true;
  #running = 0;
  #isHeld = false;
  #isClosed = false;
  #takers: ((entry: Entry | null) => void)[] = [];

  async add(jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) {
      if (this.#entries.has(job.id)) continue;
      const entry: Entry = { job, number: this.#entries.size };
      this.#entries.set(job.id, entry);
      this.#waiting.push(entry);
    }
    this.#isSorted = false;
    this.#serve();
  }

  async take(signal: AbortSignal): Promise<Lease | null> {
    if (signal.aborted) return null;
    const { promise, resolve } = Promise.withResolvers<Entry | null>();
    const leave = (): void => {
      this.#takers = this.#takers.filter((taker) => taker !== resolve);
      resolve(null);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#takers.push(resolve);
    this.#serve();
    const entry = await promise;
    signal.removeEventListener('abort', leave);
    return entry === null ? null : this.#lease(entry);
  }

  async prioritise(theorem: string, priority: number): Promise<void> {
    for (const entry of this.#entries.values())
      if (entry.job.theorem === theorem) entry.job = { ...entry.job, priority };
    this.#isSorted = false;
  }

  async hold(): Promise<void> {
    this.#isHeld = true;
  }

  async release(): Promise<void> {
    this.#isHeld = false;
    this.#serve();
  }

  async counts(): Promise<QueueCounts> {
    const waiting = this.#waiting.length;
    return { waiting, running: this.#running, ended: this.#entries.size - waiting - this.#running };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#serve();
  }

  #lease(entry: Entry): Lease {
    let isOver = false;
    return {
      job: entry.job,
      finish: async () => {
        if (isOver) return 'duplicate';
        isOver = true;
        this.#running -= 1;
        this.#serve();
        return 'accepted';
      },
      giveBack: async () => {
        if (isOver) return;
        isOver = true;
        this.#running -= 1;
        this.#waiting.push(entry);
        this.#isSorted = false;
        this.#serve();
      },
    };
  }

  /** Gives waiting takers what there is for them. */
  #serve(): void {
    while (this.#takers.length > 0) {
      // A job that runs may still be given back.
      const isOver = this.#isClosed || (this.#waiting.length === 0 && this.#running === 0);
      if (isOver) this.#takers.shift()?.(null);
      else if (this.#isHeld || this.#waiting.length === 0) return;
      else this.#takers.shift()?.(this.#next());
    }
  }

  #next(): Entry {
    if (!this.#isSorted) this.#waiting.sort((a, b) => a.job.priority - b.job.priority || b.number - a.number);
    this.#isSorted = true;
    this.#running += 1;
    return this.#waiting.pop() as Entry;
  }
}
