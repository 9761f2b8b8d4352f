import type { ProviderServer } from '../../src/policy/provider.ts';
import type { Job } from '../../src/run/job.ts';
import type { JobOutcome } from '../../src/run/outcome.ts';
import { CandidateWatch } from './candidate-watch.ts';
import { DiskWatch, type FreeSpace } from './disk-watch.ts';
import type { Holds } from './holds.ts';
import type { SearchSupply } from './job-search.ts';
import type { OpenRun } from './open-run.ts';
import type { RunAlarm } from './run-alarm.ts';
import { ServersAway } from './servers-away.ts';
import { ServiceWatch, type Stall } from './service-watch.ts';
import type { Stopping } from './stopping.ts';
import { type WatchedService, watchedProvider, watchedValue } from './watched-service.ts';

export interface RunMinderOptions {
  readonly run: OpenRun;
  readonly supply: SearchSupply;
  readonly alarm: RunAlarm;
  readonly holds: Holds;
  readonly stopping: Stopping;
  /** The provider, or the value model, answers again. */
  readonly onRecovered: (by: 'provider' | 'value') => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** @default a timer */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** @default the disk's own */
  readonly freeSpace?: (folder: string) => Promise<FreeSpace>;
}

/** Searches that in a row found no Lean worker: then there is none to be had. */
const lostInARow = 5;

/** Minds what a run lives on: disk, provider, value model, Lean workers, candidates, and a judge that can be relied on. */
export class RunMinder {
  readonly provider: ServiceWatch;
  /** Null without a value model. */
  readonly value: ServiceWatch | null;
  readonly #options: RunMinderOptions;
  readonly #disk: DiskWatch;
  readonly #candidates: CandidateWatch;
  readonly #servers: ServersAway;
  #lostInARow = 0;

  constructor(options: RunMinderOptions) {
    this.#options = options;
    const { run, supply, alarm } = options;
    this.#disk = new DiskWatch(run.folder, (space) => alarm.lookAtDisk(space), options.freeSpace);
    this.provider = this.#watch('provider', watchedProvider(supply.provider));
    this.value = supply.value == null ? null : this.#watch('value', watchedValue(supply.value));
    this.#servers = new ServersAway(supply.provider, options.now, (message) => alarm.warn('provider', message));
    this.#candidates = new CandidateWatch(supply.provider, run.manifest.search, (message) =>
      alarm.warn('candidates', message),
    );
  }

  /** Those that the provider asks. */
  get servers(): readonly ProviderServer[] {
    return this.#options.supply.provider.servers ?? [];
  }

  /** What the run waits for; null while everything answers. A server may be away for seconds before its provider gives up. */
  get stall(): Stall | null {
    return this.provider.stall ?? this.value?.stall ?? this.#servers.stall;
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
    this.#servers.close();
    this.#disk.close();
  }

  #watch(by: 'provider' | 'value', service: WatchedService): ServiceWatch {
    const { alarm, holds, stopping, onRecovered, now, sleep } = this.#options;
    const what = by === 'provider' ? 'the provider' : 'the value model';
    return new ServiceWatch({
      service,
      onStalled: ({ message }) => {
        alarm.stalled(message);
        holds.add(by, `${what} does not answer: ${message}`);
      },
      onRecovered: () => onRecovered(by),
      onRefused: (message, how) =>
        stopping.fail(`${what} ${how === 'refuses' ? 'refuses every question' : 'gives no usable answer'}: ${message}`),
      signal: stopping.now,
      now,
      ...(sleep && { sleep }),
    });
  }
}
