import { stat } from 'node:fs/promises';
import { runFile } from '../../src/run/folder.ts';
import type { Job } from '../../src/run/job.ts';
import { hasCode } from '../../src/storage/failure.ts';
import { reopenSearch } from '../reopen.ts';
import { openJobLog } from '../runs/open-search-log.ts';
import type { Session } from '../session.ts';
import type { OpenSearch } from '../workbench.ts';
import { LiveSearch } from './live-search.ts';

export type OpenJobSearch =
  | { readonly kind: 'opened'; readonly search: JobSearch }
  | { readonly kind: 'failed'; readonly message: string };

/** The search of one job of a run, from its log; a job that is done again has a new log. */
export class JobSearch {
  readonly job: Job;
  readonly id: string;
  readonly #home: string;
  readonly #run: string;
  #session: Session;
  #live: LiveSearch;
  #file: LogFile;
  #reading: Promise<boolean> | null = null;

  private constructor(home: string, run: string, job: Job, opened: Opened) {
    this.#home = home;
    this.#run = run;
    this.job = job;
    this.#session = opened.session;
    this.#live = opened.live;
    this.#file = opened.file;
    this.id = opened.live.id;
  }

  static async open(home: string, run: string, job: Job): Promise<OpenJobSearch> {
    const opened = await read(home, run, job);
    if (opened.kind === 'failed') return opened;
    return { kind: 'opened', search: new JobSearch(home, run, job, opened) };
  }

  get live(): LiveSearch {
    return this.#live;
  }

  view(): OpenSearch {
    return this.#live.view();
  }

  /** Reads on. Resolves with whether anything is new. `isRunning`: whether a process works on the job. */
  refresh(isRunning: boolean): Promise<boolean> {
    this.#live.abandoned = !isRunning;
    this.#reading ??= this.#readOn().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  async #readOn(): Promise<boolean> {
    const now = await logFile(this.#home, this.#run, this.job);
    if (now === null || (now.inode === this.#file.inode && now.bytes === this.#file.bytes)) return false;
    if (now.inode === this.#file.inode && now.bytes > this.#file.bytes) {
      this.#file = now;
      return (await this.#session.refresh()).length > 0;
    }
    const opened = await read(this.#home, this.#run, this.job);
    if (opened.kind === 'failed') return false;
    await this.#session.close();
    this.#session = opened.session;
    this.#live = opened.live;
    this.#file = opened.file;
    return true;
  }
}

interface LogFile {
  readonly inode: number;
  readonly bytes: number;
}

interface Opened {
  readonly kind: 'opened';
  readonly session: Session;
  readonly live: LiveSearch;
  readonly file: LogFile;
}

async function read(
  home: string,
  run: string,
  job: Job,
): Promise<Opened | { readonly kind: 'failed'; readonly message: string }> {
  const file = await logFile(home, run, job);
  const opened = await openJobLog(home, run, job);
  if (opened.kind !== 'opened') return { kind: 'failed', message: opened.message };
  const { session } = opened;
  const [search] = session.searches();
  if (file === null || search === undefined) {
    await session.close();
    return { kind: 'failed', message: `the search of ${job.theorem} has not begun` };
  }
  const about = { run, id: job.id, theorem: job.theorem };
  const live = LiveSearch.ofJob(session, about, await reopenSearch(session, search.search));
  return { kind: 'opened', session, live, file };
}

async function logFile(home: string, run: string, job: Job): Promise<LogFile | null> {
  try {
    const { ino, size } = await stat(runFile(home, run, ...job.log.split('/')));
    return { inode: ino, bytes: size };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
