import { problemOfTheorem } from '../../src/corpus/theorem-problem.ts';
import type { WorkerHealth } from '../../src/lean/pool/health.ts';
import { closedCanaries } from '../../src/lean/verdict/canaries.ts';
import type { Control } from '../../src/run/control.ts';
import { runFile } from '../../src/run/folder.ts';
import { InProcessQueue } from '../../src/run/in-process-queue.ts';
import type { Job } from '../../src/run/job.ts';
import type { LiveStatus } from '../../src/run/live-status.ts';
import type { JobOutcome } from '../../src/run/outcome.ts';
import type { JobQueue, Lease } from '../../src/run/queue.ts';
import type { StorageFailed } from '../../src/storage/failure.ts';
import type { LogFailure } from '../../src/storage/log-writer.ts';
import { rowsOfSearch } from '../../src/trajectory/rows.ts';
import { CandidateWatch } from './candidate-watch.ts';
import { ControlReader } from './control-reader.ts';
import { DiskWatch, littleSpace } from './disk-watch.ts';
import { type HoldReason, Holds } from './holds.ts';
import { JobLog } from './job-log.ts';
import { JobSearch, type SearchSupply } from './job-search.ts';
import type { Notice } from './notify.ts';
import type { OpenRun } from './open-run.ts';
import { PartKeeper } from './part-keeper.ts';
import { ProviderWatch, sleepFor } from './provider-watch.ts';
import { aboutSearch, renderRows } from './render-rows.ts';
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
  readonly notify?: (notice: Omit<Notice, 'run' | 'proved' | 'total'>) => Promise<string | null>;
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
  readonly #holds = new Holds();
  readonly #searches = new Map<string, JobSearch>();
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
  #warnedOfDisk = false;
  #lostInARow = 0;
  #notices: Promise<unknown> = Promise.resolve();

  constructor(options: RunnerOptions) {
    this.#options = options;
    const { run, supply } = options;
    this.#queue = options.queue ?? new InProcessQueue();
    this.#parts = new PartKeeper({
      run,
      ...options.flush,
      ...(options.onPart && { onPart: options.onPart }),
      onFailure: (failure) => void this.#waitForDisk(failure, () => this.#parts.flush()),
    });
    this.#status = new StatusWriter(runFile(run.home, run.id, 'status.json'), () => this.live);
    this.#control = new ControlReader(runFile(run.home, run.id, 'control.jsonl'), {
      onControl: (control) => this.control(control),
      onWarning: (message) => this.#warn('storage', message),
    });
    this.#disk = new DiskWatch(run.folder, ({ fraction, bytes }) => this.#lookAtDisk(fraction, bytes));
    this.#provider = new ProviderWatch({
      provider: supply.provider,
      onStalled: ({ message }) => this.#stalled(message),
      onRecovered: () => this.#release('provider'),
      signal: this.#now.signal,
      now: options.now ?? Date.now,
      ...(options.sleep && { sleep: options.sleep }),
    });
    this.#candidates = new CandidateWatch(supply.provider, run.manifest.search, (message) =>
      this.#warn('candidates', message),
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
    this.#options.run.log.close();
    await this.#status.close();
    await this.#tell({ event: end.kind, message: reasonOf(end) });
  }

  /** A wish of somebody who watches. */
  control(control: Control): void {
    switch (control.kind) {
      case 'pause':
        this.#hold('user');
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
    this.#options.run.log.append({ kind: 'run.stopping', by, how: 'afterCurrent' });
  }

  /** Leaves what is in flight, to be done again when the run is resumed. */
  stopNow(by: string): void {
    if (this.#now.signal.aborted) return;
    this.#stoppedBy ??= by;
    this.#options.run.log.append({ kind: 'run.stopping', by, how: 'now' });
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
      else this.#warn('storage', `the rows of ${job.theorem} are lost: ${rendered.message}`);
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
      problem: await supply.settle(problemOfTheorem(theorem, lean.imports)),
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
    else if (this.#pausesSearches) search.pause(this.#holds.has('disk') ? 'disk' : 'user');
    return search;
  }

  async #ended(lease: Lease, outcome: JobOutcome): Promise<void> {
    const { run } = this.#options;
    if ((await lease.finish(outcome)) === 'duplicate') return;
    run.log.append({ kind: 'job.ended', job: lease.job.id, outcome });
    this.#candidates.add(outcome);
    if (lease.job.kind === 'canary' && outcome.accepted) this.#lookAtCanaries();
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
      this.#warn('storage', `control.jsonl wants ${theorem} first, which is not in this run`);
      return;
    }
    log.append({ kind: 'priority.changed', theorem, priority });
    void this.#queue.prioritise(theorem, priority);
  }

  /** A provider that is down stops the searches by itself, each at its next question. */
  get #pausesSearches(): boolean {
    return this.#holds.has('user') || this.#holds.has('disk');
  }

  #hold(by: HoldReason, message?: string): void {
    if (!this.#holds.add(by, message)) return;
    void this.#queue.hold();
    if (this.#pausesSearches)
      for (const search of this.#searches.values()) search.pause(this.#holds.has('disk') ? 'disk' : 'user');
    this.#options.run.log.append({ kind: 'run.paused', by, ...(message !== undefined && { message }) });
  }

  #release(by: HoldReason): void {
    if (!this.#holds.remove(by)) return;
    const { log } = this.#options.run;
    const { first } = this.#holds;
    if (!this.#pausesSearches) for (const search of this.#searches.values()) search.continue();
    if (first === null) {
      void this.#queue.release();
      log.append({ kind: 'run.continued' });
      if (this.#phase === 'stopping')
        log.append({ kind: 'run.stopping', by: this.#stoppedBy ?? '', how: 'afterCurrent' });
    } else
      log.append({ kind: 'run.paused', by: first.by, ...(first.message !== undefined && { message: first.message }) });
  }

  #stalled(message: string): void {
    this.#warn('provider', message);
    this.#hold('provider', `the provider does not answer: ${message}`);
    void this.#tell({ event: 'stalled', message });
  }

  #lookAtDisk(fraction: number, bytes: number): void {
    if (fraction >= littleSpace) this.#warnedOfDisk = false;
    if (fraction >= littleSpace || this.#warnedOfDisk) return;
    this.#warnedOfDisk = true;
    const message = `${(bytes / 1e9).toFixed(1)} GB (${(fraction * 100).toFixed(1)} %) are left on the disk of ${this.#options.run.folder}: free some space`;
    this.#warn('disk', message);
    void this.#tell({ event: 'disk', message });
  }

  #lookAtCanaries(): void {
    const proved = new Set<string>();
    for (const { job, progress } of this.#options.run.log.state.jobs.values())
      if (job.kind === 'canary' && progress.kind === 'ended' && progress.outcome.accepted) proved.add(job.theorem);
    const closed = closedCanaries(proved);
    if (closed.length > 0)
      this.#warn(
        'lean',
        `false statements were "proved" (${closed.join(', ')}): no result of this run can be relied on`,
      );
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
      this.#hold('disk', failure.message);
      await (this.#options.sleep ?? sleepFor)(diskRetryMs, stop);
      failure = await write();
    }
    if (this.#options.run.log.flush() === null) this.#release('disk');
    return true;
  }

  #warn(about: 'disk' | 'provider' | 'candidates' | 'lean' | 'notify' | 'storage', message: string): void {
    this.#options.run.log.append({ kind: 'run.warned', about, message });
  }

  /** Tells the owner, one notice after the other. */
  #tell(notice: Omit<Notice, 'run' | 'proved' | 'total'>): Promise<unknown> {
    this.#notices = this.#notices.then(async () => {
      const failure = await this.#options.notify?.(notice);
      // After the end nobody reads the log of this process any more.
      if (failure && this.#phase !== notice.event) this.#warn('notify', failure);
    });
    return this.#notices;
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
