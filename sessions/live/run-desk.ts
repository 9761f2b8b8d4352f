import type { Control } from '../../src/run/control.ts';
import { unforeseenFailure } from '../../src/storage/unforeseen-failure.ts';
import { sendControl } from '../runs/send-control.ts';
import type { ActionResult, ComparedRuns, OpenRun, OpenSearch, RunAction, RunSummaryLine } from '../workbench.ts';
import { CompareDesk, type CompareDeskOptions } from './compare-desk.ts';
import { JobSearch } from './job-search.ts';
import type { LiveSearch } from './live-search.ts';
import { RunHolder } from './run-holder.ts';
import { RunList } from './run-list.ts';
import { done, refused } from './search-desk.ts';

/** How often the list of runs is looked at again. */
const listEveryMs = 3000;
/** How often the log of a search that runs is read on. */
const readEveryMs = 300;

export type StartedRun =
  | { readonly kind: 'started'; readonly run: string }
  | { readonly kind: 'failed'; readonly message: string };

export interface RunDeskOptions extends CompareDeskOptions {
  /** Starts a process that goes on with a run. */
  readonly resume: (run: string) => Promise<StartedRun>;
  /** What happens behind, and cannot be answered to anybody, has failed. */
  readonly onProblem: (message: string) => void;
}

/** The runs of the home: their list, the one that is looked at, and the searches of its theorems. */
export class RunDesk {
  readonly #options: RunDeskOptions;
  readonly #list: RunList;
  readonly #compare: CompareDesk;
  #holder: RunHolder | null = null;
  #visited: readonly JobSearch[] = [];
  #listing: NodeJS.Timeout | null = null;
  #reading: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: RunDeskOptions) {
    this.#options = options;
    this.#list = new RunList(options.home);
    this.#compare = new CompareDesk(options);
  }

  /** Looks for runs now and then; nothing else needs them, so the first frame does not wait for it. */
  start(): void {
    void this.#look();
  }

  get runs(): readonly RunSummaryLine[] | null {
    return this.#list.runs;
  }

  /** Why the runs could not be looked for, if so. */
  get problem(): string | null {
    return this.#list.failure?.message ?? null;
  }

  get run(): OpenRun | null {
    return this.#holder?.view ?? null;
  }

  get compared(): ComparedRuns {
    return this.#compare.compared;
  }

  get searches(): readonly OpenSearch[] {
    return this.#visited.map((search) => this.#shown(search));
  }

  find(search: string): LiveSearch | undefined {
    return this.#visited.find(({ id }) => id === search)?.live;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#listing) clearTimeout(this.#listing);
    if (this.#reading) clearTimeout(this.#reading);
    this.#holder?.close();
    await Promise.all(this.#visited.map((search) => search.close()));
  }

  /** Does what is asked. `focus` gets the id of the search that `openTheorem` opens; `pinned` is the baseline of Compare. */
  async act(action: RunAction, focus: (search: string) => void, pinned: string | null): Promise<ActionResult> {
    switch (action.kind) {
      case 'listRuns':
        await this.#look();
        return done();
      case 'openRun':
        return this.open(action.run);
      case 'openTheorem':
        return this.#openTheorem(action.job, focus, pinned);
      case 'pauseRun':
        return this.#wish({ kind: 'pause' }, 'pausing: searches in flight halt, and go on where they were');
      case 'continueRun':
        return this.#wish({ kind: 'continue' }, 'the run goes on');
      case 'stopRun':
        return action.how === 'now'
          ? this.#wish({ kind: 'stopNow' }, 'stopping now: theorems in flight are done again on resume')
          : this.#wish({ kind: 'stopAfterCurrent' }, 'no further theorem is taken; those in flight are finished');
      case 'prioritise': {
        const { theorem, priority } = action;
        return this.#wish({ kind: 'prioritise', theorem, priority }, `${theorem} is taken next`);
      }
      case 'resumeRun':
        return this.#resume();
      case 'pinRun':
        return this.#compare.pin(action.run);
      case 'compareRuns':
        return this.#compare.compare(action.names);
      case 'exportReport':
        return this.#report();
    }
  }

  /** Opens a run in place of the one that is open. */
  async open(given: string): Promise<ActionResult> {
    const opened = await RunHolder.open(this.#options.home, given, () => this.#ran());
    if (opened.kind === 'failed') return refused(opened.message);
    const { holder } = opened;
    const before = this.#holder;
    before?.close();
    this.#holder = holder;
    if (before !== null && before.reader.id !== holder.reader.id) await this.#leaveSearches();
    if (this.#closed) holder.close();
    holder.follow();
    return done();
  }

  async #leaveSearches(): Promise<void> {
    const left = this.#visited;
    this.#visited = [];
    await Promise.all(left.map((search) => search.close()));
  }

  async #openTheorem(id: string, focus: (search: string) => void, pinned: string | null): Promise<ActionResult> {
    const run = this.#holder?.reader;
    const job = run?.state.jobs.get(id)?.job;
    if (!run || !job) return refused('no run is open, or it has no such theorem');
    const known = this.#visited.find((search) => search.job.id === id);
    if (known) {
      await known.refresh(this.#isRunning(known));
      focus(known.id);
      this.#readOn();
      return done();
    }
    const opened = await JobSearch.open(this.#options.home, run.id, job);
    if (opened.kind === 'failed') return refused(opened.message);
    const { search } = opened;
    // Those that were looked at before are let go, but for the baseline of Compare.
    const kept = this.#visited.filter((other) => other.id === pinned);
    const left = this.#visited.filter((other) => other.id !== pinned);
    this.#visited = [...kept, search];
    await search.refresh(this.#isRunning(search));
    focus(search.id);
    await Promise.all(left.map((other) => other.close()));
    this.#readOn();
    return done();
  }

  /** While a search runs, its log does not tell for how long; the process of the run does. */
  #shown(search: JobSearch): OpenSearch {
    const view = search.view();
    if (view.at !== null || !this.#isRunning(search)) return view;
    const told = this.#holder?.reader.live?.inFlight.find(({ job }) => job === search.job.id);
    return { ...view, runningMs: Math.max(view.runningMs, told?.runningMs ?? 0) };
  }

  #isRunning({ job }: JobSearch): boolean {
    const run = this.#holder?.reader;
    return run !== undefined && run.holder !== null && run.state.running.has(job.id);
  }

  /** Reads on the searches that are looked at, as long as one of them runs. */
  #readOn(): void {
    if (this.#reading || this.#closed || !this.#visited.some((search) => this.#isRunning(search))) return;
    this.#reading = setTimeout(async () => {
      this.#reading = null;
      await this.#readSearches();
      this.#readOn();
    }, readEveryMs);
  }

  async #readSearches(): Promise<void> {
    try {
      const read = await Promise.all(this.#visited.map((search) => search.refresh(this.#isRunning(search))));
      if (read.some(Boolean)) this.#options.onChange();
    } catch (error) {
      this.#options.onProblem(unforeseenFailure(error).message);
    }
  }

  /** The run has moved: its searches may have begun, ended, or lost their process. */
  #ran(): void {
    this.#options.onChange();
    if (this.#visited.length > 0) void this.#readSearches().then(() => this.#readOn());
  }

  async #wish(control: Control, said: string): Promise<ActionResult> {
    const run = this.#holder?.reader;
    if (!run) return refused('no run is open');
    if (run.holder === null) return refused(`no process works on ${run.id}: nobody would hear it`);
    const failure = await sendControl(run.home, run.id, control);
    return failure === null ? done(said) : refused(failure.message);
  }

  async #resume(): Promise<ActionResult> {
    const run = this.#holder?.reader;
    if (!run) return refused('no run is open');
    if (run.holder !== null) return refused(`process ${run.holder.pid} on ${run.holder.host} works on ${run.id}`);
    if (run.state.status === 'finished') return refused(`${run.id} is finished: there is nothing left to do`);
    const started = await this.#options.resume(run.id);
    if (started.kind === 'failed') return refused(started.message);
    this.#holder?.follow();
    return done(`a process of its own goes on with ${run.id}; leaving the workbench leaves it running`);
  }

  async #report(): Promise<ActionResult> {
    const run = this.#holder?.reader;
    if (!run) return refused('no run is open');
    const { writeReport } = await import('../runs/write-report.ts');
    const { comparison } = this.#compare.compared;
    const html = await writeReport(run, { format: 'html', comparison });
    if (html.kind === 'storageFailed') return refused(html.message);
    const markdown = await writeReport(run, { format: 'md', comparison });
    return markdown.kind === 'storageFailed' ? refused(markdown.message) : done(`written: ${html.path} and report.md`);
  }

  async #look(): Promise<void> {
    if (this.#listing) clearTimeout(this.#listing);
    this.#listing = null;
    try {
      if (await this.#list.refresh()) this.#options.onChange();
    } finally {
      // A run that had ended may have been taken up again elsewhere.
      const open = this.#holder?.reader;
      const listed = this.#list.runs?.find(({ id }) => id === open?.id);
      if (open && listed && listed.status !== open.state.status && listed.status !== 'interrupted')
        this.#holder?.follow();
      if (!this.#closed) this.#listing = setTimeout(() => void this.#look(), listEveryMs).unref();
    }
  }
}
