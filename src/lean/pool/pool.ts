import type { LeanClient } from '../client.ts';
import * as environment from '../environment.ts';
import type { Dialect } from '../protocol/dialect.ts';
import type { EnvironmentFailure } from '../replies.ts';
import type { StartFailed, Transport, TransportKind } from '../transport.ts';
import { tooMany } from '../workers.ts';
import { Dispatcher, type Slot } from './dispatcher.ts';
import { healthOf, type WorkerHealth } from './health.ts';
import type { Attempt } from './job.ts';
import type { Clock } from './latency.ts';
import { PooledProblem } from './problem.ts';
import type { LeanProblem, Root } from './types.ts';
import { PoolWorker, type WorkerLimits } from './worker.ts';

/** Where workers of one kind come from. */
export interface WorkerSource {
  readonly kind: TransportKind;
  readonly dialect: Dialect;
  /** `Lean 4.28.0`, where it is known before a worker runs. */
  readonly toolchain: string | null;
  /** One more worker, not started. */
  transport(): Transport;
  /** What keeps `count` workers from fitting on this machine, with figures; null when they fit. `running` of them run already. */
  refusal(count: number, running: number): string | null;
  /** A last look with the first worker that answers, before the pool counts as open. */
  check?(client: LeanClient): Promise<StartFailed | null>;
  close(): Promise<void>;
}

export interface PoolOptions {
  readonly source: WorkerSource;
  readonly workers: number;
  readonly limits?: Partial<WorkerLimits>;
  readonly clock?: Clock;
}

const DEFAULT_WORKER_LIMITS: WorkerLimits = { maximumStates: 2000, maximumUses: 0, recycleBytes: 1.2e9 };

export type PoolOpenResult = { readonly kind: 'opened'; readonly pool: LeanPool } | StartFailed;
export type ResizeResult =
  | { readonly kind: 'resized'; readonly workers: number }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * N workers of one kind. Problems are worked on through `problem`; questions about the environment go to any free
 * worker. A worker that dies is started again, and what it held is restored from tactics when it is needed.
 */
export class LeanPool {
  readonly kind: TransportKind;
  private readonly source: WorkerSource;
  private readonly limits: WorkerLimits;
  private readonly clock: Clock;
  private readonly dispatcher: Dispatcher;
  private readonly listeners = new Set<() => void>();
  private lastProblem = 0;
  private nextWorker = 0;
  private isNotifying = false;
  private knownToolchain: string | null;

  private constructor({ source, limits, clock = () => performance.now() }: PoolOptions) {
    this.kind = source.kind;
    this.source = source;
    this.knownToolchain = source.toolchain;
    this.limits = { ...DEFAULT_WORKER_LIMITS, ...limits };
    this.clock = clock;
    this.dispatcher = new Dispatcher(() => this.notify());
  }

  /** Starts the workers and resolves when the first answers; the others follow by themselves. Too many for the machine are refused with figures. */
  static async open(options: PoolOptions): Promise<PoolOpenResult> {
    const { source, workers } = options;
    const refusal = tooMany(source.refusal(workers, 0));
    if (refusal) return refusal;
    const pool = new LeanPool(options);
    // A cold start is quickest alone, and if it fails there is no use in failing N times.
    const first = pool.addWorker();
    const failure = (await first.worker.ready()) ?? (await source.check?.(first.worker.client));
    if (failure) {
      await pool.close();
      return failure;
    }
    await first.done;
    for (let i = 1; i < workers; i++) pool.addWorker();
    return { kind: 'opened', pool };
  }

  problem(root: Root): LeanProblem {
    return new PooledProblem(this.dispatcher, ++this.lastProblem, root);
  }

  /** A worker of the same kind that belongs to the caller, not started: it has run nothing and takes no part in the pool. */
  freshTransport(): Transport {
    return this.source.transport();
  }

  get workers(): number {
    return this.dispatcher.slots.length;
  }

  health(): readonly WorkerHealth[] {
    return this.dispatcher.slots.map(healthOf);
  }

  /** Calls back after changes of health, once per turn of the event loop. Returns the unsubscriber. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Changes the number of workers; those taken away finish what they are at. */
  async resize(count: number): Promise<ResizeResult> {
    if (!Number.isInteger(count) || count < 1)
      return { kind: 'refused', message: `${count} workers: at least one is needed` };
    const refusal = count > this.workers ? this.source.refusal(count, this.workers) : null;
    if (refusal) return { kind: 'refused', message: refusal };
    while (this.workers < count) this.addWorker();
    const leaving = this.dispatcher.slots.slice(count);
    await Promise.all(
      leaving.map((slot) => this.dispatcher.remove(slot).then(() => slot.worker.client.transport.close())),
    );
    return { kind: 'resized', workers: this.workers };
  }

  inspect(name: string): Promise<environment.InspectAnswer> {
    return this.ask(`inspecting ${name}`, (client) => environment.inspect(client, name));
  }

  theorems(page: {
    readonly module?: string;
    readonly offset: number;
    readonly limit: number;
  }): Promise<environment.TheoremsAnswer> {
    return this.ask('listing theorems', (client) => environment.theorems(client, page));
  }

  searchNames(text: string, limit?: number): Promise<environment.NamesAnswer> {
    return this.ask('searching names', (client) => environment.searchNames(client, text, limit));
  }

  /** Which of these words can begin a tactic; none when no worker answers. */
  async availableTactics(words: readonly string[]): Promise<ReadonlySet<string>> {
    const answer = await this.ask('reading the grammar', (client) => environment.availableTactics(client, words));
    return answer.kind === 'tactics' ? answer.available : new Set();
  }

  /** `Lean 4.28.0`; `unknown` when no worker can tell. */
  async toolchain(): Promise<string> {
    if (this.knownToolchain !== null) return this.knownToolchain;
    const answer = await this.ask('reading the version', (client) => environment.toolchain(client));
    if (answer.kind === 'toolchain') this.knownToolchain = answer.toolchain;
    return this.knownToolchain ?? 'unknown';
  }

  /** Ends all workers. What waits or runs is answered as lost. */
  async close(): Promise<void> {
    this.dispatcher.close();
    const slots = [...this.dispatcher.slots];
    await Promise.all(slots.map((slot) => slot.worker.client.transport.close()));
    await Promise.all(slots.map((slot) => slot.done));
    await this.source.close();
  }

  private addWorker(): Slot {
    const transport = this.source.transport();
    return this.dispatcher.add(
      new PoolWorker(this.nextWorker++, transport, this.source.dialect, this.limits, this.clock),
    );
  }

  private async ask<T extends { readonly kind: string }>(
    doing: string,
    question: (client: LeanClient) => Promise<T>,
  ): Promise<T | EnvironmentFailure> {
    const run = async (worker: PoolWorker): Promise<Attempt<T>> => {
      const failure = await worker.ready();
      if (failure) return { kind: 'cannotStart', failure };
      worker.requests += 1;
      const answer = await question(worker.client);
      if (answer.kind === 'lost')
        return { kind: 'lost', reason: 'crashed', message: 'message' in answer ? String(answer.message) : '' };
      return { kind: 'done', value: answer };
    };
    const result = await this.dispatcher.submit<T>({ problem: 0, doing, run });
    if (result.kind === 'done') return result.value;
    return { kind: 'failed', message: result.kind === 'lost' ? result.message : 'the Lean workers were closed' };
  }

  private notify(): void {
    if (this.isNotifying || this.listeners.size === 0) return;
    this.isNotifying = true;
    setImmediate(() => {
      this.isNotifying = false;
      for (const listener of this.listeners) listener();
    });
  }
}
