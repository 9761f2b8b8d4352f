import { join } from 'node:path';
import type { Job } from '../../src/run/job.ts';
import type { StorageFailed } from '../../src/storage/failure.ts';
import type { TrajectoryRow } from '../../src/trajectory/row.ts';
import { writePart } from '../../src/trajectory/writer.ts';
import type { OpenRun } from './open-run.ts';

type Series = 'main' | 'noisy';

interface Buffer {
  jobs: string[];
  rows: TrajectoryRow[];
}

export interface PartKeeperOptions {
  readonly run: OpenRun;
  /** A part is written after so many searches, or so many seconds after the first of them. */
  readonly searches: number;
  readonly seconds: number;
  /** A part is in its place. */
  readonly onPart?: (path: string, series: Series) => Promise<StorageFailed | null>;
  /** A part that was due could not be written; its rows are kept, and the next `flush` tries again. */
  readonly onFailure: (failure: StorageFailed) => void;
}

/** Gathers the rows of searches that have ended, and writes them in parts, each recorded once it is on disk. */
export class PartKeeper {
  readonly #options: PartKeeperOptions;
  readonly #buffers: Record<Series, Buffer> = { main: { jobs: [], rows: [] }, noisy: { jobs: [], rows: [] } };
  #next: Record<Series, number>;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<StorageFailed | null> = Promise.resolve(null);

  constructor(options: PartKeeperOptions) {
    this.#options = options;
    const { parts } = options.run.log.state;
    const next = (series: Series): number =>
      Math.max(0, ...parts.filter((p) => p.series === series).map(partNumber)) + 1;
    this.#next = { main: next('main'), noisy: next('noisy') };
  }

  /** Takes the rows of a search whose end is in the run's log. */
  add(job: Job, rows: readonly TrajectoryRow[]): void {
    const buffer = this.#buffers[job.kind === 'noisy' ? 'noisy' : 'main'];
    buffer.jobs.push(job.id);
    for (const row of rows) buffer.rows.push(row);
    const { searches, seconds } = this.#options;
    if (buffer.jobs.length >= searches) void this.#flushInPassing();
    else this.#timer ??= setTimeout(() => void this.#flushInPassing(), seconds * 1000).unref();
  }

  /** Writes what has been gathered. Resolves with why it could not be written, or null. */
  flush(): Promise<StorageFailed | null> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing = this.#writing.then(async () => (await this.#write('main')) ?? (await this.#write('noisy')));
    return this.#writing;
  }

  async #flushInPassing(): Promise<void> {
    const failure = await this.flush();
    if (failure !== null) this.#options.onFailure(failure);
  }

  async #write(series: Series): Promise<StorageFailed | null> {
    const { run, onPart } = this.#options;
    const { jobs, rows } = this.#buffers[series];
    // Who has taken the run over renders these rows from their logs.
    if (jobs.length === 0 || !run.lock.stillOurs()) return null;
    this.#buffers[series] = { jobs: [], rows: [] };
    const file = `trajectories/${series === 'main' ? 'part' : 'noisy'}-${String(this.#next[series]).padStart(5, '0')}.parquet`;
    const path = join(run.folder, ...file.split('/'));
    const written = await writePart(path, rows);
    if (written.kind === 'storageFailed') {
      const later = this.#buffers[series];
      this.#buffers[series] = { jobs: [...jobs, ...later.jobs], rows: [...rows, ...later.rows] };
      return written;
    }
    this.#next[series] += 1;
    run.log.append({ kind: 'part.written', series, file, jobs, rows: written.rows });
    return (await onPart?.(path, series)) ?? null;
  }
}

const partNumber = ({ file }: { readonly file: string }): number => Number(/(\d+)\.parquet$/.exec(file)?.[1] ?? 0);
