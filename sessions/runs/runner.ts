import { problemOfTheorem } from '../../src/corpus/theorem-problem.ts';
import type { WorkerHealth } from '../../src/lean/pool/health.ts';
import type { Control } from '../../src/run/control.ts';
import { runFile } from '../../src/run/folder.ts';
import { InProcessQueue } from '../../src/run/in-process-queue.ts';
import type { Job } from '../../src/run/job.ts';
import type { LiveStatus } from '../../src/run/live-status.ts';
import type { JobOutcome } from '../../src/run/outcome.ts';
import type { JobQueue, Lease } from '../../src/run/queue.ts';
import type { Problem } from '../../src/search/events.ts';
import type { StorageFailed } from '../../src/storage/failure.ts';
import type { LogFailure } from '../../src/storage/log-writer.ts';
import { rowsOfSearch } from '../../src/trajectory/rows.ts';
import { CandidateWatch } from './candidate-watch.ts';
import { ControlReader } from './control-reader.ts';
import { DiskWatch } from './disk-watch.ts';
import { type HoldReason, Holds } from './holds.ts';
import { JobLog } from './job-log.ts';
import { JobSearch, type SearchSupply } from './job-search.ts';
import type { OpenRun } from './open-run.ts';
import { PartKeeper } from './part-keeper.ts';
import { ProviderWatch, sleepFor } from './provider-watch.ts';
import { aboutSearch, renderRows } from './render-rows.ts';
import { type NoticeOfRun, RunAlarm } from './run-alarm.ts';
import { StatusWriter } from './status-writer.ts';

export interface RunnerOptions {
  readonly run: OpenRun;
  readonly supply: SearchSupply;
  /** Version of proofdeck. */
  readonly program: string;
  readonly concurrency: number;
  readonly flush: { readonly searches: number; readonly seconds: number };
  readonly health: () => readonly WorkerHealth[];
  readonly workers: number;
  /** Tells the owner; resolves with why that failed. */
  readonly notify?: (notice: NoticeOfRun) => Promise<string | null>;
  readonly onPart?: (path: string, series: 'main' | 'noisy') => Promise<StorageFailed | null>;
  /** All parts are written, for good or for now. */
  readonly onEnd?: () => Promise<StorageFailed | null>;
  /** @default Date.now */
  readonly now?: () => number;
  /** @default a queue of its own */
  readonly queue?: JobQueue;
  /** Waits, or less when the signal aborts. @default a timer */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export type RunnerEnd =
  | { readonly kind: 'finished' }
  | { readonly kind: 'stopped'; readonly by: string }
  /** Nothing more can be done; what is there is saved, and the run can be resumed. */
  | { readonly kind: 'failed'; readonly reason: string };

const diskRetryMs = 3000;
/** Searches that in a row found no Lean worker: then there is none to be had. */
const lostInARow = 5;
/** A job whose worker died at its very beginning is begun so often in all. */
const startsOfAJob = 2;

/** The process of a run: takes jobs from the queue, searches, records, and minds whoever watches. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #queue: JobQueue;
  readonly #searches = new Map<string, JobSearch>();
  readonly #holds: Holds;
  readonly #alarm: RunAlarm;
  readonly #parts: PartKeeper;
  readonly #status: StatusWriter;
  readonly #control: ControlReader;
  readonly #disk: DiskWatch;
  readonly #provider: ProviderWatch;
  readonly #candidates: CandidateWatch;
  /** Aborted when nothing more is to be done, not even to the end of what is in flight. */
  readonly #now = new AbortController();
  /** Aborted when no further job is to be taken. */
  readonly #noMore = new AbortController();
  #stoppedBy: string | null = null;
  #failure: string | null = null;
  #phase: LiveStatus['status'] = 'starting';
  #lostInARow = 0;

  constructor(options: RunnerOptions) {
    this.#options = options;
    const { run, supply } = options;
    this.#queue = options.queue ?? new InProcessQueue();
    this.#holds = new Holds(run.log, this.#queue, this.#searches);
    this.#alarm = new RunAlarm(run, options.notify);
    this.#parts = new PartKeeper({
      run,
      ...options.flush,
      ...(options.onPart && { onPart: options.onPart }),
      onFailure: (failure) => void this.#waitForDisk(failure, () => this.#parts.flush()),
    });
    this.#status = new StatusWriter(runFile(run.home, run.id, 'status.json'), () => this.live);
    this.#control = new ControlReader(runFile(run.home, run.id, 'control.jsonl'), {
      onControl: (control) => this.control(control),
      onWarning: (message) => this.#alarm.warn('storage', message),
    });
    this.#disk = new DiskWatch(run.folder, (space) => this.#alarm.lookAtDisk(space));
    this.#provider = new ProviderWatch({
      provider: supply.provider,
      onStalled: ({ message }) => {
        this.#alarm.stalled(message);
        this.#holds.add('provider', `the provider does not answer: ${message}`);
      },
      onRecovered: () => this.#release('provider'),
      signal: this.#now.signal,
      now: options.now ?? Date.now,
      ...(options.sleep && { sleep: options.sleep }),
    });
    this.#candidates = new CandidateWatch(supply.provider, run.manifest.search, (message) =>
      this.#alarm.warn('candidates', message),
    );
  }

  /** Does what is left of the run. */
  async run(): Promise<RunnerEnd> {
    const { run, concurrency, workers, supply } = this.#options;
    const { log } = run;
    await this.#disk.look();
    const records = [...log.state.jobs.values()];
    await this.#queue.add(records.flatMap(({ job, progress }) => (progress.kind === 'ended' ? [] : [job])));
    for (const { progress } of records) if (progress.kind === 'ended') this.#candidates.add(progress.outcome);
    await this.#renderMissing();
    log.append({ kind: 'run.ready', toolchain: supply.worker.toolchain, workers, concurrency });
    this.#phase = 'running';
    await this.#status.write();
    await Promise.all(Array.from({ length: concurrency }, () => this.#work()));
    await this.#saved(() => this.#parts.flush());
    const { onEnd } = this.#options;
    if (onEnd) await this.#saved(onEnd);
    await this.#saved(async () => run.log.flush());
    return this.#end();
  }

  /** Writes down how the run ended. Nothing may happen to it through this afterwards. */
  recordEnd(end: RunnerEnd): void {
    const { log } = this.#options.run;
    log.append({ kind: 'run.ended', status: end.kind, reason: reasonOf(end) });
    this.#phase = end.kind;
    this.#control.close();
    this.#disk.close();
    log.flush();
  }

  /** Closes the run's files and tells the owner. */
  async close(end: RunnerEnd): Promise<void> {
    await this.#alarm.end();
    this.#options.run.log.close();
    await this.#status.close();
    await this.#alarm.tell({ event: end.kind, message: reasonOf(end) });
  }

  /** A wish of somebody who watches. */
  control(control: Control): void {
    switch (control.kind) {
      case 'pause':
        this.#holds.add('user');
        break;
      case 'continue':
        this.#release('user');
        break;
      case 'stopAfterCurrent':
        this.stopAfterCurrent('a person who watches');
        break;
      case 'stopNow':
        this.stopNow('a person who watches');
        break;
      case 'prioritise':
        this.#prioritise(control.theorem, control.priority);
        break;
    }
  }

  /** Takes no further theorem; those in flight are finished, also when the run was paused. */
  stopAfterCurrent(by: string): void {
    if (this.#noMore.signal.aborted) return;
    this.#stoppedBy = by;
    this.#noMore.abort();
    this.#release('user');
    this.#phase = 'stopping';
    this.#recordStopping('afterCurrent');
  }

  /** Leaves what is in flight, to be done again when the run is resumed. */
  stopNow(by: string): void {
    if (this.#now.signal.aborted) return;
    this.#stoppedBy ??= by;
    this.#recordStopping('now');
    this.#leaveEverything();
  }

  /** What the process does, for people who look on. */
  get live(): Omit<LiveStatus, 'updatedAt'> {
    const { run, health } = this.#options;
    const { first } = this.#holds;
    const stall = this.#provider.stall;
    const { holder } = run.lock;
    return {
      schema: 'proofdeck.run-status/1',
      status: first !== null && this.#phase === 'running' ? 'paused' : this.#phase,
      phase: first?.message ?? '',
      pid: holder.pid,
      host: holder.host,
      inFlight: [...this.#searches.values()].map(({ live }) => live),
      workers: health().map(({ id, status, rssBytes }) => ({ id, state: status, rssBytes })),
      diskFree: this.#disk.space,
      stalled: stall && { since: new Date(stall.since).toISOString(), message: stall.message },
    };
  }

  /** Rows that an earlier process had not written when it ended: those of searches that are in no part. */
  async #renderMissing(): Promise<void> {
    const { home, id, log } = this.#options.run;
    const written = new Set(log.state.parts.flatMap(({ jobs }) => jobs));
    for (const { job, progress } of log.state.jobs.values()) {
      if (progress.kind !== 'ended' || job.kind === 'canary' || written.has(job.id)) continue;
      const rendered = await renderRows(runFile(home, id, ...job.log.split('/')), id, job);
      if (rendered.kind === 'rows') this.#parts.add(job, rendered.rows);
      else this.#alarm.warn('storage', `the rows of ${job.theorem} are lost: ${rendered.message}`);
    }
  }

  /** One of the loops that work side by side. */
  async #work(): Promise<void> {
    for (;;) {
      const lease = await this.#queue.take(this.#noMore.signal);
      if (lease === null) return;
      await this.#perform(lease);
    }
  }

  async #perform(lease: Lease): Promise<void> {
    const { run } = this.#options;
    const { job } = lease;
    const opened = await this.#openLog(job);
    if (opened === null) return lease.giveBack();
    run.log.append({ kind: 'job.started', job: job.id });
    const search = await this.#begin(job, opened);
    const end = await search.run();
    this.#searches.delete(job.id);
    if (end.kind === 'ended') {
      opened.seal();
      // The log of the search comes first: whoever sees the end finds all of it.
      if (this.#mayStartAgain(job, end.outcome) || !(await this.#saved(async () => opened.flushed())))
        await this.#return(lease, 'its worker was lost');
      else {
        await this.#ended(lease, end.outcome);
        const about = aboutSearch(run.id, job, opened.beganMs);
        if (job.kind !== 'canary') this.#parts.add(job, rowsOfSearch(end.state, about));
      }
    } else await this.#return(lease, this.#stoppedBy ?? this.#failure ?? 'the workers were closed');
    opened.close();
  }

  async #openLog(job: Job): Promise<JobLog | null> {
    const { run, program, supply, now = Date.now } = this.#options;
    const session = { id: `${run.id}/${job.id}`, program, toolchain: supply.worker.toolchain };
    const path = runFile(run.home, run.id, ...job.log.split('/'));
    let log: JobLog | null = null;
    await this.#saved(async () => {
      const opened = await JobLog.open(path, run.lock, session, now);
      if (opened.kind === 'storageFailed') return opened;
      log = opened.log;
      return null;
    });
    return log;
  }

  async #begin(job: Job, log: JobLog): Promise<JobSearch> {
    const { run, supply } = this.#options;
    const { search: settings, budgets, lean } = run.manifest;
    const { theorem: name, statement, source } = job;
    const theorem = { name, statement, ...(source !== undefined && { source }) };
    const search = new JobSearch({
      job,
      problem: await this.#settled(problemOfTheorem(theorem, lean.imports)),
      settings: {
        ...settings,
        seed: job.seed,
        temperature: job.temperature,
        max_nodes: job.maxNodes,
        timeout: job.timeout,
      },
      smallerBudgets: budgets.filter((budget) => budget < job.maxNodes),
      log,
      supply,
      onProviderFailure: (failure) => this.#provider.failed(failure),
    });
    this.#searches.set(job.id, search);
    if (this.#now.signal.aborted) search.stop();
    else this.#holds.applyTo(search);
    return search;
  }

  /** How a printed goal is started; Lean may take its time over that, and a run that stops now does not wait. */
  async #settled(problem: Problem): Promise<Problem> {
    const { promise, resolve, reject } = Promise.withResolvers<Problem>();
    const { signal } = this.#now;
    const stop = (): void => resolve(problem);
    signal.addEventListener('abort', stop);
    this.#options.supply.settle(problem).then(resolve, reject);
    return promise.finally(() => signal.removeEventListener('abort', stop));
  }

  async #ended(lease: Lease, outcome: JobOutcome): Promise<void> {
    const { run } = this.#options;
    if ((await lease.finish(outcome)) === 'duplicate') return;
    run.log.append({ kind: 'job.ended', job: lease.job.id, outcome });
    this.#candidates.add(outcome);
    if (lease.job.kind === 'canary' && outcome.accepted) this.#alarm.lookAtCanaries();
    this.#lostInARow = outcome.error?.stage === 'lean' ? this.#lostInARow + 1 : 0;
    if (this.#lostInARow >= lostInARow) this.#fail(`no Lean worker can be had: ${outcome.reason}`);
  }

  async #return(lease: Lease, reason: string): Promise<void> {
    this.#options.run.log.append({ kind: 'job.returned', job: lease.job.id, reason });
    await lease.giveBack();
  }

  #mayStartAgain(job: Job, { error }: JobOutcome): boolean {
    const tries = this.#options.run.log.state.jobs.get(job.id)?.tries ?? 0;
    return error?.stage === 'lean' && tries < startsOfAJob;
  }

  #prioritise(theorem: string, priority: number): void {
    const { log } = this.#options.run;
    if (![...log.state.jobs.values()].some(({ job }) => job.theorem === theorem)) {
      this.#alarm.warn('storage', `control.jsonl wants ${theorem} first, which is not in this run`);
      return;
    }
    log.append({ kind: 'priority.changed', theorem, priority });
    void this.#queue.prioritise(theorem, priority);
  }

  #release(by: HoldReason): void {
    const goesOn = this.#holds.remove(by);
    // Continuing is not what happens to a run that is to stop after what is in flight.
    if (goesOn && this.#phase === 'stopping') this.#recordStopping('afterCurrent');
  }

  #recordStopping(how: 'afterCurrent' | 'now'): void {
    this.#options.run.log.append({ kind: 'run.stopping', by: this.#stoppedBy ?? 'nobody', how });
  }

  /** Does something that writes, again and again while the disk is full. False when the run ends before it succeeds. */
  async #saved(write: () => Promise<LogFailure | null>): Promise<boolean> {
    const failure = await write();
    return failure === null || this.#waitForDisk(failure, write);
  }

  async #waitForDisk(first: LogFailure, write: () => Promise<LogFailure | null>): Promise<boolean> {
    const stop = this.#now.signal;
    let failure: LogFailure | null = first;
    while (failure !== null) {
      if (failure.kind === 'lockLost') this.#fail(failure.message);
      if (stop.aborted) return false;
      this.#holds.add('disk', failure.message);
      await (this.#options.sleep ?? sleepFor)(diskRetryMs, stop);
      failure = this.#options.run.log.flush() ?? (await write());
    }
    this.#release('disk');
    return true;
  }

  #fail(reason: string): void {
    this.#failure ??= reason;
    this.#leaveEverything();
  }

  #leaveEverything(): void {
    this.#phase = 'stopping';
    this.#now.abort();
    this.#noMore.abort();
    for (const search of this.#searches.values()) search.stop();
  }

  #end(): RunnerEnd {
    if (this.#failure !== null) return { kind: 'failed', reason: this.#failure };
    const isDone = [...this.#options.run.log.state.jobs.values()].every(({ progress }) => progress.kind === 'ended');
    return isDone ? { kind: 'finished' } : { kind: 'stopped', by: this.#stoppedBy ?? 'nobody' };
  }
}

function reasonOf(end: RunnerEnd): string {
  return end.kind === 'stopped' ? end.by : end.kind === 'failed' ? end.reason : 'every theorem is done';
}
