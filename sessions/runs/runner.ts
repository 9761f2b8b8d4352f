import type { Control } from '../../src/run/control.ts';
import { runFile } from '../../src/run/folder.ts';
import { InProcessQueue } from '../../src/run/in-process-queue.ts';
import type { LiveStatus } from '../../src/run/live-status.ts';
import type { JobQueue } from '../../src/run/queue.ts';
import { besides } from './besides.ts';
import { ControlReader } from './control-reader.ts';
import { type HoldReason, Holds } from './holds.ts';
import { JobPerformer } from './job-performer.ts';
import type { JobSearch } from './job-search.ts';
import { liveOf } from './live-of-run.ts';
import { missingRows } from './missing-rows.ts';
import { PartKeeper } from './part-keeper.ts';
import { RunAlarm } from './run-alarm.ts';
import { RunMinder } from './run-minder.ts';
import { type RunnerEnd, type RunnerOptions, reasonOf } from './runner-options.ts';
import { Saving } from './saving.ts';
import { sleepFor } from './service-watch.ts';
import { StatusWriter } from './status-writer.ts';
import { Stopping } from './stopping.ts';

/** How long a process that is told to stop now waits for the owner's command. */
const hurriedMs = 2000;

/** The process of a run: takes jobs from the queue, has them done, and minds whoever watches. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #queue: JobQueue;
  readonly #searches = new Map<string, JobSearch>();
  readonly #stopping = new Stopping();
  readonly #holds: Holds;
  readonly #alarm: RunAlarm;
  readonly #saving: Saving;
  readonly #parts: PartKeeper;
  readonly #status: StatusWriter;
  readonly #control: ControlReader;
  readonly #minder: RunMinder;
  readonly #performer: JobPerformer;
  #phase: LiveStatus['status'] = 'starting';
  /** Its end is recorded: nothing that comes now concerns it. */
  #isOver = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
    const { run, supply, sleep, now = Date.now } = options;
    this.#queue = options.queue ?? new InProcessQueue();
    this.#holds = new Holds(run.log, this.#queue, this.#searches);
    this.#alarm = new RunAlarm(run, options.notify);
    this.#saving = new Saving({
      log: run.log,
      lock: run.lock,
      holds: this.#holds,
      stopping: this.#stopping,
      onRelease: () => this.#goesOn(),
      ...(sleep && { sleep }),
    });
    this.#parts = new PartKeeper({
      run,
      ...options.flush,
      ...(options.onPart && { onPart: besides(options.onPart, (message) => this.#alarm.warn('storage', message)) }),
      onFailure: (failure) => void this.#saving.retry(failure, () => this.#parts.flush()),
    });
    this.#status = new StatusWriter(runFile(run.home, run.id, 'status.json'), run.lock, () => this.live);
    this.#control = new ControlReader(runFile(run.home, run.id, 'control.jsonl'), run.wishesBefore, {
      onControl: (control) => this.control(control),
      onWarning: (message) => this.#alarm.warn('storage', message),
    });
    this.#minder = new RunMinder({
      run,
      supply,
      alarm: this.#alarm,
      holds: this.#holds,
      stopping: this.#stopping,
      onRecovered: (by) => this.#release(by),
      now,
      ...(sleep && { sleep }),
      ...(options.freeSpace && { freeSpace: options.freeSpace }),
    });
    this.#performer = new JobPerformer({
      run,
      supply,
      program: options.program,
      now,
      searches: this.#searches,
      holds: this.#holds,
      services: this.#minder,
      saving: this.#saving,
      stopping: this.#stopping,
      parts: this.#parts,
      onEnded: (job, outcome) => this.#minder.learn(job, outcome),
      onLost: () => this.#minder.lost('the workers were closed'),
    });
    this.#stopping.now.addEventListener('abort', () => {
      this.#phase = 'stopping';
      for (const search of this.#searches.values()) search.stop();
    });
  }

  /** Does what is left of the run. */
  async run(): Promise<RunnerEnd> {
    const { run, concurrency, workers, supply, onEnd } = this.#options;
    const { log } = run;
    await this.#minder.begin();
    const records = [...log.state.jobs.values()];
    await this.#queue.add(records.flatMap(({ job, progress }) => (progress.kind === 'ended' ? [] : [job])));
    for await (const { job, rows, problem } of missingRows(run)) {
      if (rows !== null) this.#parts.add(job, rows);
      else this.#alarm.warn('storage', `the rows of ${job.theorem} are lost: ${problem}`);
    }
    log.append({ kind: 'run.ready', toolchain: supply.worker.toolchain, workers, concurrency });
    // It may have been told to stop while it began.
    if (this.#stopping.noMore.aborted) this.#recordStopping();
    else this.#phase = 'running';
    this.#control.open();
    await this.#status.write();
    await Promise.all(Array.from({ length: concurrency }, () => this.#work()));
    const isSaved = [
      await this.#saving.save(() => this.#parts.flush()),
      onEnd === undefined || (await this.#saveOutside(onEnd)),
      await this.#saving.save(async () => log.flush()),
    ].every((saved) => saved);
    return this.#end(isSaved);
  }

  /** Writes down how the run ended. Nothing happens to it through this afterwards, whatever signals and wishes still come. */
  recordEnd(end: RunnerEnd): void {
    const { log } = this.#options.run;
    this.#isOver = true;
    this.#alarm.silence();
    this.#control.close();
    this.#minder.close();
    log.append({ kind: 'run.ended', status: end.kind, reason: reasonOf(end) });
    this.#phase = end.kind;
    log.flush();
  }

  /** Closes the run's files, gives it free, and tells the owner, which takes a few seconds at most after `stopNow`. */
  async close(end: RunnerEnd): Promise<void> {
    const { run, sleep = sleepFor } = this.#options;
    run.log.close();
    await this.#status.close();
    run.lock.release();
    const notice = { event: end.kind, message: reasonOf(end) };
    if (this.#stopping.by === null || !this.#stopping.now.aborted) return this.#alarm.tellEnd(notice);
    const over = new AbortController();
    await this.#alarm.tellEndSoon(notice, sleep(hurriedMs, over.signal));
    over.abort();
  }

  /** A wish of somebody who watches. */
  control(control: Control): void {
    if (this.#isOver) return;
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
    if (this.#isOver || !this.#stopping.afterCurrent(by)) return;
    this.#holds.remove('user');
    this.#phase = 'stopping';
    this.#recordStopping();
  }

  /** Leaves what is in flight, to be done again when the run is resumed. */
  stopNow(by: string): void {
    if (this.#isOver || !this.#stopping.atOnce(by)) return;
    this.#recordStopping();
  }

  /** What the process does, for people who look on. */
  get live(): Omit<LiveStatus, 'updatedAt'> {
    const { run, health } = this.#options;
    return liveOf({
      run,
      phase: this.#phase,
      hold: this.#holds.first,
      searches: this.#searches.values(),
      workers: health(),
      minder: this.#minder,
    });
  }

  /** One of the loops that work side by side. */
  async #work(): Promise<void> {
    for (;;) {
      const lease = await this.#queue.take(this.#stopping.noMore);
      if (lease === null) return;
      await this.#performer.perform(lease);
    }
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
    if (this.#holds.remove(by)) this.#goesOn();
  }

  #goesOn(): void {
    // Continuing is not what happens to a run that is to stop after what is in flight.
    if (this.#phase === 'stopping') this.#recordStopping();
  }

  #recordStopping(): void {
    const { by, now } = this.#stopping;
    if (by === null) return;
    this.#options.run.log.append({ kind: 'run.stopping', by, how: now.aborted ? 'now' : 'afterCurrent' });
  }

  /** Puts everything where the owner wants it; false when there was no time for that, or it failed. */
  async #saveOutside(onEnd: NonNullable<RunnerOptions['onEnd']>): Promise<boolean> {
    let isLeft = false;
    const isSaved = await this.#saving.save(async () => {
      const written = await onEnd(this.#stopping.leave);
      isLeft = written === 'left';
      return written === 'left' ? null : written;
    });
    return isSaved && !isLeft;
  }

  /** @param isSaved everything is written, also where the owner wants it */
  #end(isSaved: boolean): RunnerEnd {
    const { failure, by } = this.#stopping;
    if (failure !== null) return { kind: 'failed', reason: failure };
    const isDone = [...this.#options.run.log.state.jobs.values()].every(({ progress }) => progress.kind === 'ended');
    return isDone && isSaved ? { kind: 'finished' } : { kind: 'stopped', by: by ?? 'nobody' };
  }
}
