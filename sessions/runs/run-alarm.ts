import { closedCanaries } from '../../src/lean/verdict/canaries.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { type FreeSpace, littleSpace } from './disk-watch.ts';
import type { Notice } from './notify.ts';
import type { OpenRun } from './open-run.ts';

type About = Extract<RunEvent, { kind: 'run.warned' }>['about'];
export type NoticeOfRun = Omit<Notice, 'run' | 'proved' | 'total'>;
/** Tells the owner; resolves with why that failed. When `leave` aborts it waits no longer. */
export type Notify = (notice: NoticeOfRun, leave: AbortSignal) => Promise<string | null>;

/** Says what a person should know: in the run's log, and where it is urgent to its owner. */
export class RunAlarm {
  readonly #run: OpenRun;
  readonly #notify: Notify;
  #notices: Promise<unknown> = Promise.resolve();
  #saidLittleSpace = false;
  #isOver = false;
  readonly #leave = new AbortController();

  /** @param notify resolves with why it failed */
  constructor(run: OpenRun, notify: Notify = async () => null) {
    this.#run = run;
    this.#notify = notify;
  }

  warn(about: About, message: string): void {
    if (this.#isOver) return;
    this.#run.log.append({ kind: 'run.warned', about, message });
  }

  /** Tells the owner, one notice after the other; a notice that fails is a warning. */
  tell(notice: NoticeOfRun): Promise<unknown> {
    this.#notices = this.#notices.then(async () => {
      const failure = await this.#notify(notice, this.#leave.signal);
      if (failure !== null) this.warn('notify', failure);
    });
    return this.#notices;
  }

  stalled(message: string): void {
    this.warn('provider', message);
    void this.tell({ event: 'stalled', message });
  }

  /** Once each time that the space gets short. */
  lookAtDisk({ fraction, bytes }: FreeSpace): void {
    if (this.#isOver) return;
    const isLittle = fraction < littleSpace;
    if (isLittle && !this.#saidLittleSpace) {
      const left = `${(bytes / 1e9).toFixed(1)} GB (${(fraction * 100).toFixed(1)} %)`;
      const message = `${left} are left on the disk of ${this.#run.folder}: free some space`;
      this.warn('disk', message);
      void this.tell({ event: 'disk', message });
    }
    this.#saidLittleSpace = isLittle;
  }

  lookAtCanaries(): void {
    const proved = new Set<string>();
    for (const { job, progress } of this.#run.log.state.jobs.values())
      if (job.kind === 'canary' && progress.kind === 'ended' && progress.outcome.accepted) proved.add(job.theorem);
    const closed = closedCanaries(proved);
    if (closed.length === 0) return;
    this.warn('lean', `false statements were "proved" (${closed.join(', ')}): no result of this run can be relied on`);
  }

  /** The log takes no further warning. */
  silence(): void {
    this.#isOver = true;
  }

  /** Tells how the run ended, behind all other notices. */
  async tellEnd(notice: NoticeOfRun): Promise<void> {
    await this.tell(notice);
  }

  /** The same at once, for a process that has to go: waits for no command that is still under way when `patience` is over. */
  async tellEndSoon(notice: NoticeOfRun, patience: Promise<unknown>): Promise<void> {
    const told = Promise.all([this.#notices, this.#notify(notice, this.#leave.signal)]);
    await Promise.race([told, patience]);
    this.#leave.abort();
  }
}
