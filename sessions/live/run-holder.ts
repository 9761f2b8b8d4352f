import type { LoggedRunEvent } from '../../src/run/events.ts';
import { tallyRun } from '../../src/run/tally.ts';
import type { StorageFailed } from '../../src/storage/failure.ts';
import { followRun } from '../runs/run-follower.ts';
import { openRun, type RunReader } from '../runs/run-reader.ts';
import { describeRunEvent } from './describe-run-event.ts';
import type { OpenRun, RunLogLine } from './run-view.ts';

/** A run that works is shown anew at most this often. */
const leastGapMs = 250;
const LOG_LINES = 500;

export type OpenRunHolder =
  | { readonly kind: 'opened'; readonly holder: RunHolder }
  | { readonly kind: 'failed'; readonly message: string };

/** The run that is looked at, followed from its files for as long as it is. */
export class RunHolder {
  readonly reader: RunReader;
  readonly #onChange: () => void;
  readonly #leaving = new AbortController();
  #log: RunLogLine[] = [];
  #view: OpenRun | null = null;
  #mark = '';
  #timer: NodeJS.Timeout | null = null;
  #shownAt = Number.NEGATIVE_INFINITY;
  #following = false;
  #problem: string | null = null;

  private constructor(reader: RunReader, log: RunLogLine[], onChange: () => void) {
    this.reader = reader;
    this.#log = log;
    this.#onChange = onChange;
  }

  /** Opens a run by its id, a beginning of it, or `last`. */
  static async open(home: string, given: string, onChange: () => void): Promise<OpenRunHolder> {
    let events: LoggedRunEvent[] = [];
    const opened = await openRun(home, given, (logged) => {
      events.push(logged);
      if (events.length > 4 * LOG_LINES) events = events.slice(-2 * LOG_LINES);
    });
    if (opened.kind !== 'run') return { kind: 'failed', message: opened.message };
    const { run } = opened;
    const log = events.flatMap((logged) => describeRunEvent(logged, run.state) ?? []).slice(-LOG_LINES);
    return { kind: 'opened', holder: new RunHolder(run, log, onChange) };
  }

  /** Follows the run until it has ended, or is left; through restarts of its process. */
  follow(): void {
    if (this.#following || this.#leaving.signal.aborted) return;
    this.#following = true;
    void this.#follow();
  }

  get view(): OpenRun {
    this.#view ??= this.#look();
    return this.#view;
  }

  close(): void {
    this.#leaving.abort();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #follow(): Promise<void> {
    const end = await followRun(this.reader, {
      signal: this.#leaving.signal,
      wait: true,
      onEvent: (logged) => {
        const line = describeRunEvent(logged, this.reader.state);
        if (line !== null) this.#log.push(line);
        if (this.#log.length > 2 * LOG_LINES) this.#log = this.#log.slice(-LOG_LINES);
      },
      onLook: () => this.#looked(),
    }).catch((error: unknown) => failed(this.reader, error));
    this.#following = false;
    if (end.kind === 'storageFailed') this.#problem = end.message;
    this.#looked();
  }

  #looked(): void {
    if (this.#markNow() === this.#mark || this.#timer || this.#leaving.signal.aborted) return;
    const wait = Math.max(0, this.#shownAt + leastGapMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#mark = this.#markNow();
      this.#shownAt = performance.now();
      this.#view = null;
      this.#onChange();
    }, wait);
  }

  /** Tells whether anything is different from what was shown. */
  #markNow(): string {
    const { state, live, holder } = this.reader;
    return `${state.events} ${live?.updatedAt} ${holder?.nonce} ${this.#problem}`;
  }

  #look(): OpenRun {
    const { reader } = this;
    const { id, manifest, state, live, holder } = reader;
    const heardAt = Math.max(
      Date.parse(state.createdAt || manifest.createdAt) + state.lastT,
      live === null ? 0 : Date.parse(live.updatedAt),
    );
    const readAt = Date.now();
    return {
      id,
      manifest,
      tally: tallyRun(manifest, state, { now: readAt, live: holder === null ? null : live }),
      status: this.#problem !== null ? 'unreadable' : reader.isInterrupted ? 'interrupted' : state.status,
      state,
      live,
      holder,
      heardAt,
      readAt,
      log: this.#log.slice(-LOG_LINES),
      problem: this.#problem,
    };
  }
}

const failed = (run: RunReader, error: unknown): StorageFailed => ({
  kind: 'storageFailed',
  code: 'other',
  path: run.file(),
  message: error instanceof Error ? error.message : String(error),
});
