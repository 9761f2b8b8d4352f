import type { Job } from '../../src/run/job.ts';
import type { JobOutcome } from '../../src/run/outcome.ts';
import { CandidateWatch } from './candidate-watch.ts';
import { DiskWatch, type FreeSpace } from './disk-watch.ts';
import type { Holds } from './holds.ts';
import type { SearchSupply } from './job-search.ts';
import type { OpenRun } from './open-run.ts';
import { ProviderWatch } from './provider-watch.ts';
import type { RunAlarm } from './run-alarm.ts';
import type { Stopping } from './stopping.ts';

export interface RunMinderOptions {
  readonly run: OpenRun;
  readonly supply: SearchSupply;
  readonly alarm: RunAlarm;
  readonly holds: Holds;
  readonly stopping: Stopping;
  /** The provider answers again. */
  readonly onRecovered: () => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** @default a timer */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Searches that in a row found no Lean worker: then there is none to be had. */
const lostInARow = 5;

/** Minds what a run lives on: disk, provider, Lean workers, candidates, and a judge that can be relied on. */
export class RunMinder {
  readonly provider: ProviderWatch;
  readonly #options: RunMinderOptions;
  readonly #disk: DiskWatch;
  readonly #candidates: CandidateWatch;
  #lostInARow = 0;

  constructor(options: RunMinderOptions) {
    this.#options = options;
    const { run, supply, alarm, holds, stopping, onRecovered, now, sleep } = options;
    this.#disk = new DiskWatch(run.folder, (space) => alarm.lookAtDisk(space));
    this.provider = new ProviderWatch({
      provider: supply.provider,
      onStalled: ({ message }) => {
        alarm.stalled(message);
        holds.add('provider', `the provider does not answer: ${message}`);
      },
      onRecovered,
      onRefused: (message) => stopping.fail(`the provider refuses every question: ${message}`),
      signal: stopping.now,
      now,
      ...(sleep && { sleep }),
    });
    this.#candidates = new CandidateWatch(supply.provider, run.manifest.search, (message) =>
      alarm.warn('candidates', message),
    );
  }

  /** As of the last look; null where the system does not tell. */
  get diskSpace(): FreeSpace | null {
    return this.#disk.space;
  }

  /** Looks at the disk, and at the searches that an earlier process did. */
  async begin(): Promise<void> {
    await this.#disk.look();
    for (const { progress } of this.#options.run.log.state.jobs.values())
      if (progress.kind === 'ended') this.#candidates.add(progress.outcome);
  }

  /** Takes in how a job has ended, which is recorded already. */
  learn(job: Job, outcome: JobOutcome): void {
    const { alarm } = this.#options;
    this.#candidates.add(outcome);
    if (job.kind === 'canary' && outcome.accepted) alarm.lookAtCanaries();
    if (outcome.error?.stage === 'lean') this.lost(outcome.reason);
    else this.#lostInARow = 0;
  }

  /** A search found no Lean worker, or lost it; `why` in words. */
  lost(why: string): void {
    this.#lostInARow += 1;
    if (this.#lostInARow >= lostInARow) this.#options.stopping.fail(`no Lean worker can be had: ${why}`);
  }

  close(): void {
    this.#disk.close();
  }
}
