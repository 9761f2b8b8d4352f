import { SearchDriver } from '../../src/search/driver.ts';
import type { InputEvent, SearchEvent } from '../../src/search/events.ts';
import { SearchMachine } from '../../src/search/machine.ts';
import type { SearchState } from '../../src/search/state.ts';
import type { SearchWorld } from '../../src/search/world.ts';
import type { SearchEvents } from '../event-log.ts';
import type { ReopenedSearch } from '../reopen.ts';
import type { Session } from '../session.ts';
import { Timeline } from '../timeline.ts';
import type { OpenSearch } from '../workbench.ts';
import { describeEvent } from './describe-event.ts';
import { ProviderReturn } from './provider-return.ts';

const RECENT_EVENTS = 60;
/** What the search of a job is called in its own log. */
const JOB_SEARCH = 's1';

type Opening = Extract<InputEvent, { kind: 'search.opened' }>;

/** One search of an open session: its events go to the session's log, and its state can be looked at as of any event. */
export class LiveSearch {
  readonly id: string;
  readonly #job: OpenSearch['job'];
  readonly #session: Session;
  readonly #events: SearchEvents;
  readonly #timeline: Timeline;
  /** Null when this version cannot go on with what another recorded. */
  readonly #machine: SearchMachine | null;
  readonly #frozen: { readonly state: SearchState; readonly reason: string } | null;
  #driver: SearchDriver | null = null;
  #return: ProviderReturn | null = null;
  #at: number | null = null;
  /** It is shown as the log has it, because this process does not write, or cannot. */
  #follows = false;
  /** The process that wrote what is followed is gone: whatever the log ends with, nothing runs. */
  #abandoned = false;
  /** Time that a process ran before it was killed, and had no occasion to note. */
  #lostMs = 0;
  /** How a search that was left is shown. */
  #left: SearchState | null = null;
  readonly #onChange: () => void;
  #recent: { readonly at: number; readonly lines: readonly string[] } = { at: -1, lines: [] };

  private constructor(
    session: Session,
    id: string,
    reopened: ReopenedSearch | null,
    onChange: () => void,
    job?: OpenSearch['job'],
  ) {
    this.#onChange = onChange;
    this.id = job === undefined ? id : `${job.run} ${job.id}`;
    this.#job = job;
    this.#session = session;
    this.#events = session.events(id);
    this.#timeline = reopened?.timeline ?? new Timeline(this.#events);
    this.#machine = reopened === null ? new SearchMachine() : reopened.kind === 'live' ? reopened.machine : null;
    this.#frozen = reopened?.kind === 'frozen' ? reopened : null;
  }

  /** Begins a search; its root goal is asked for at once. */
  static begin(session: Session, opening: Opening, world: SearchWorld, onChange: () => void): LiveSearch {
    const search = new LiveSearch(session, session.nextSearchId(), null, onChange);
    search.connect(world);
    search.#driver?.input(opening);
    return search;
  }

  /** A recorded search, to be looked at; `connect` lets it go on. */
  static reopened(session: Session, id: string, reopened: ReopenedSearch, onChange: () => void): LiveSearch {
    const search = new LiveSearch(session, id, reopened, onChange);
    if (isRunning(search.live)) search.#lostMs = unnotedMs(session, id);
    return search;
  }

  /** The search of a job of a run, to be looked at only. Its log may be growing: `session.refresh()` reads on. */
  static ofJob(session: Session, job: NonNullable<OpenSearch['job']>, reopened: ReopenedSearch): LiveSearch {
    const search = new LiveSearch(session, JOB_SEARCH, reopened, () => {}, job);
    search.#follows = true;
    return search;
  }

  /** Gives the search its workers and provider. What it was waiting for when it was left is asked again. */
  connect(world: SearchWorld): void {
    if (!this.#machine || this.#driver) return;
    const wasRunning = isRunning(this.#machine.state);
    if (wasRunning && this.#lostMs > 0) {
      const noted = { kind: 'time.noted', runningMs: this.#machine.state.runningMs + this.#lostMs } as const;
      this.#record(noted);
      this.#machine.input(noted);
      this.#lostMs = 0;
    }
    this.#driver = new SearchDriver(this.#machine, world, (event) => this.#record(event));
    this.#return = new ProviderReturn(this.#driver, () => this.#onChange());
    if (this.#machine.state.problem === null) return;
    // Its process is gone: what it was running has stopped, and goes on only when somebody wants it to.
    if (wasRunning) this.#driver.input({ kind: 'user.pause' });
    this.#driver.resume();
  }

  /** Stops at once and for good: from now on it is shown as the log has it, whoever writes that. */
  follow(): void {
    this.#follows = true;
    this.#return?.close();
    void this.#driver?.close();
    this.#driver = null;
  }

  /** While it is followed: whether the process that wrote it is gone. */
  set abandoned(abandoned: boolean) {
    this.#abandoned = abandoned;
  }

  get connected(): boolean {
    return this.#driver !== null;
  }

  /** Why the search can only be looked at; null when it can go on. */
  get frozenReason(): string | null {
    return this.#frozen?.reason ?? null;
  }

  /** The newest state. */
  get live(): SearchState {
    return this.#machine?.state ?? (this.#frozen as { state: SearchState }).state;
  }

  get driver(): SearchDriver | null {
    return this.#driver;
  }

  /** Shows the search as it was after so many events; null follows it live. */
  travel(at: number | null): void {
    const end = this.#events.length;
    this.#at = at === null || at >= end ? null : Math.max(1, at);
  }

  /** What the workbench shows of it. */
  view(): OpenSearch {
    const position = this.#at ?? this.#events.length;
    const state = this.#at === null ? this.#present() : this.#timeline.at(this.#at);
    return {
      id: this.id,
      ...(this.#job !== undefined && { job: this.#job }),
      state,
      connected: this.connected,
      goesOn: this.#at === null && this.#return?.isWaiting === true,
      length: this.#events.length,
      at: this.#at,
      recent: this.#recentLines(position),
      runningMs: this.#at === null && this.#driver ? this.#driver.runningMs : state.runningMs,
    };
  }

  /** The newest state; a search that nobody goes on with is not running, whatever it was doing when it was left. */
  #present(): SearchState {
    const { live } = this;
    if (this.#follows) {
      const followed = this.#timeline.at(this.#events.length);
      const isLeft = this.#abandoned && followed.mode !== 'paused' && followed.mode !== 'ended';
      return isLeft ? { ...followed, mode: 'paused', pausedBy: null } : followed;
    }
    // What could not be written must not be shown.
    if (this.#session.status.kind === 'paused') return this.#halted(this.#timeline.at(this.#events.length), 'disk');
    if (this.#driver !== null || live.mode === 'paused' || live.mode === 'ended') return live;
    return this.#halted(live, null);
  }

  #halted(state: SearchState, pausedBy: SearchState['pausedBy']): SearchState {
    if (state.mode === 'ended') return state;
    if (this.#left?.events !== state.events || this.#left.pausedBy !== pausedBy) {
      this.#left = { ...state, mode: 'paused', pausedBy, runningMs: state.runningMs + this.#lostMs };
    }
    return this.#left;
  }

  async close(): Promise<void> {
    this.#return?.close();
    await this.#driver?.close();
  }

  #record(event: SearchEvent): void {
    this.#session.append(this.id, event);
    this.#return?.observe(event);
    if (this.#machine) this.#timeline.observe(this.#machine.state);
    this.#onChange();
  }

  #recentLines(position: number): readonly string[] {
    if (this.#recent.at !== position) {
      const events = this.#events.read(Math.max(0, position - RECENT_EVENTS), position);
      this.#recent = { at: position, lines: events.flatMap((event) => describeEvent(event) ?? []) };
    }
    return this.#recent.lines;
  }
}

const isRunning = ({ mode }: SearchState): boolean => mode === 'running' || mode === 'stepping';

/** From the wish that last set a search going to the last thing that was recorded of it, in milliseconds. */
function unnotedMs(session: Session, search: string): number {
  let since = 0;
  let last = 0;
  for (const record of session.records()) {
    if (record.search !== search) continue;
    last = record.t;
    if (STARTING.has(record.event.kind)) since = record.t;
  }
  return last - since;
}

const STARTING: ReadonlySet<string> = new Set(['user.run', 'user.step', 'user.expand']);
