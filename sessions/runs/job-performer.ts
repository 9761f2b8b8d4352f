import { problemOfTheorem } from '../../src/corpus/theorem-problem.ts';
import { runFile } from '../../src/run/folder.ts';
import type { Job } from '../../src/run/job.ts';
import type { JobOutcome } from '../../src/run/outcome.ts';
import type { Lease } from '../../src/run/queue.ts';
import type { Problem } from '../../src/search/events.ts';
import { rowsOfSearch } from '../../src/trajectory/rows.ts';
import type { Holds } from './holds.ts';
import { JobLog } from './job-log.ts';
import { JobSearch, type JobSearchEnd, type SearchSupply } from './job-search.ts';
import type { OpenRun } from './open-run.ts';
import type { PartKeeper } from './part-keeper.ts';
import { aboutSearch } from './render-rows.ts';
import type { RunMinder } from './run-minder.ts';
import type { Saving } from './saving.ts';
import type { Stopping } from './stopping.ts';

export interface JobPerformerOptions {
  readonly run: OpenRun;
  readonly supply: SearchSupply;
  /** Version of proofdeck. */
  readonly program: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Those in flight, by their jobs: filled and emptied here. */
  readonly searches: Map<string, JobSearch>;
  readonly holds: Holds;
  /** What is to be done when provider or value model fail. */
  readonly services: Pick<RunMinder, 'provider' | 'value'>;
  readonly saving: Saving;
  readonly stopping: Stopping;
  readonly parts: PartKeeper;
  /** The end of a job is recorded. */
  readonly onEnded: (job: Job, outcome: JobOutcome) => void;
  /** The workers of a search were closed under it, though nobody has stopped the run. */
  readonly onLost: () => void;
}

/** A job whose worker died at its very beginning is begun so often in all. */
const startsOfAJob = 2;

/** Does single jobs of a run: opens the log, searches, records the end, and hands on the rows. */
export class JobPerformer {
  readonly #options: JobPerformerOptions;

  constructor(options: JobPerformerOptions) {
    this.#options = options;
  }

  /** Does a job to its end, or gives it back when the run ends first. */
  async perform(lease: Lease): Promise<void> {
    const { run, searches } = this.#options;
    const { job } = lease;
    const log = await this.#openLog(job);
    if (log === null) return lease.giveBack();
    run.log.append({ kind: 'job.started', job: job.id });
    const search = await this.#begin(job, log);
    const end = await search.run();
    searches.delete(job.id);
    const problem = end.kind === 'ended' ? await this.#keep(lease, log, end) : this.#whyLeft();
    if (problem !== null) {
      run.log.append({ kind: 'job.returned', job: job.id, reason: problem });
      await lease.giveBack();
    }
    log.close();
  }

  #whyLeft(): string {
    const { stopping, onLost } = this.#options;
    const why = stopping.by ?? stopping.failure;
    if (why !== null) return why;
    onLost();
    return 'the workers were closed';
  }

  async #openLog(job: Job): Promise<JobLog | null> {
    const { run, program, supply, saving, now } = this.#options;
    const session = { id: `${run.id}/${job.id}`, program, toolchain: supply.worker.toolchain };
    const path = runFile(run.home, run.id, ...job.log.split('/'));
    let log: JobLog | null = null;
    await saving.save(async () => {
      const opened = await JobLog.open(path, run.lock, session, now);
      if (opened.kind === 'storageFailed') return opened;
      log = opened.log;
      return null;
    });
    return log;
  }

  async #begin(job: Job, log: JobLog): Promise<JobSearch> {
    const { run, supply, searches, holds, services, stopping } = this.#options;
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
      onFailure: (service, failure) => (services[service] ?? services.provider).failed(failure),
    });
    searches.set(job.id, search);
    if (stopping.now.aborted) search.stop();
    else holds.applyTo(search);
    return search;
  }

  /** How a printed goal is started; Lean may take its time over that, and a run that stops now does not wait. */
  async #settled(problem: Problem): Promise<Problem> {
    const { promise, resolve, reject } = Promise.withResolvers<Problem>();
    const { now } = this.#options.stopping;
    const stop = (): void => resolve(problem);
    now.addEventListener('abort', stop);
    this.#options.supply.settle(problem).then(resolve, reject);
    return promise.finally(() => now.removeEventListener('abort', stop));
  }

  /** Records the end of a search. Null, or why the job has to be done again. */
  async #keep(lease: Lease, log: JobLog, end: Extract<JobSearchEnd, { kind: 'ended' }>): Promise<string | null> {
    const { run, parts, saving, onEnded } = this.#options;
    const { job } = lease;
    const { outcome, state } = end;
    log.seal();
    // The log of the search comes first: whoever sees the end finds all of it.
    if (this.#mayStartAgain(job, outcome)) return 'its worker was lost';
    if (!(await saving.save(async () => log.flushed()))) return 'its log could not be written';
    if ((await lease.finish(outcome)) === 'accepted') {
      run.log.append({ kind: 'job.ended', job: job.id, outcome });
      onEnded(job, outcome);
    }
    if (job.kind !== 'canary') parts.add(job, rowsOfSearch(state, aboutSearch(run.id, job, log.beganMs)));
    return null;
  }

  #mayStartAgain(job: Job, { error }: JobOutcome): boolean {
    const tries = this.#options.run.log.state.jobs.get(job.id)?.tries ?? 0;
    return error?.stage === 'lean' && tries < startsOfAJob;
  }
}
