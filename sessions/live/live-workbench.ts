import type { ProviderProfile } from '../../src/config/models.ts';
import { providerSummary } from '../../src/policy/registry.ts';
import type { Problem } from '../../src/search/events.ts';
import type { SearchSettings } from '../../src/search/settings.ts';
import { unforeseenFailure } from '../../src/storage/unforeseen-failure.ts';
import type { Engine } from '../engine.ts';
import { createStore } from '../store.ts';
import type {
  ActionResult,
  DoctorLine,
  Inspection,
  Notice,
  Workbench,
  WorkbenchAction,
  WorkbenchSnapshot,
} from '../workbench.ts';
import { copyToFile } from './copy.ts';
import { EngineHolder, type OpenEngine } from './engine-holder.ts';
import { RunDesk, type RunDeskOptions } from './run-desk.ts';
import { done, refused, SearchDesk, whyNotWritable } from './search-desk.ts';
import { SessionHolder } from './session-holder.ts';
import { pinnedSearch, promptLines } from './session-memory.ts';

export interface LiveWorkbenchOptions extends Pick<RunDeskOptions, 'resume' | 'folder'> {
  readonly home: string;
  /** Version of proofdeck. */
  readonly program: string;
  readonly openEngine: OpenEngine;
  /** What a new search starts with. */
  readonly settings: SearchSettings;
  readonly provider: string;
  readonly imports: readonly string[];
  /** Providers that can be named. */
  readonly profiles: ReadonlyMap<string, ProviderProfile>;
  /** Runs a prompt line; the commands live elsewhere. */
  readonly prompt: (line: string, workbench: LiveWorkbench) => ReturnType<Workbench['prompt']>;
  readonly complete: (line: string, workbench: LiveWorkbench) => readonly string[];
  readonly inspect: (name: string, engine: Engine, home: string) => Promise<Inspection>;
  /** Calls back with the lines as they become known. */
  readonly diagnose: (show: (lines: readonly DoctorLine[]) => void) => Promise<void>;
}

/** The workbench over real sessions, workers and providers. */
export class LiveWorkbench implements Workbench {
  readonly home: string;
  readonly #options: LiveWorkbenchOptions;
  readonly #engine: EngineHolder;
  readonly #sessions: SessionHolder;
  /** Counts changes; the snapshot is made anew when someone looks after a change. */
  readonly #changes = createStore(0);
  #snapshot: { readonly at: number; readonly value: WorkbenchSnapshot } | null = null;
  readonly #desk: SearchDesk;
  readonly #runs: RunDesk;
  #compared: string | null = null;
  #inspection: Inspection | null = null;
  #doctor: readonly DoctorLine[] | null = null;
  #notice: Notice | null = null;
  #history: readonly string[] = [];

  constructor(options: LiveWorkbenchOptions) {
    const changed = () => this.#changed();
    this.home = options.home;
    this.#options = options;
    this.#engine = new EngineHolder(options.openEngine, changed);
    this.#sessions = new SessionHolder({ home: options.home, program: options.program }, changed);
    this.#desk = new SearchDesk(this.#engine, this.#sessions, options, changed);
    const onProblem = (text: string) => {
      this.#notice = { level: 'error', text };
      changed();
    };
    this.#runs = new RunDesk({ ...options, onChange: changed, onProblem });
  }

  /** Begins what the first screen shows: the list of sessions, and Lean unless it is only wanted when first needed. */
  start(options: { readonly lean: boolean } = { lean: true }): void {
    void this.#sessions.list().then(() => this.#runs.start());
    if (options.lean) void this.#engine.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#changes.subscribe(listener);
  }

  /** What to show now. Everything in it is in the session's file already. */
  snapshot(): WorkbenchSnapshot {
    const at = this.#changes.get();
    if (this.#snapshot?.at !== at) {
      this.#sessions.session?.flush();
      this.#snapshot = { at, value: this.#look() };
    }
    return this.#snapshot.value;
  }

  /** Providers that can be named. */
  get profiles(): ReadonlyMap<string, ProviderProfile> {
    return this.#options.profiles;
  }

  /** Modules that a new problem imports. */
  get imports(): readonly string[] {
    return this.#options.imports;
  }

  /** Keeps a note with the session. Returns why not, or null. */
  note(text: string): string | null {
    if (text === '') return 'the note is empty';
    const { session } = this.#sessions;
    if (!session) return 'no session is open to keep a note with';
    session.append(null, {
      kind: 'note.added',
      text,
      ...(this.#desk.focused !== null && { about: { search: this.#desk.focused } }),
    });
    return whyNotWritable(session);
  }

  get engine(): EngineHolder {
    return this.#engine;
  }

  /** Opens a search and focuses it. It waits at its root goal, or runs. Returns why it could not be opened, or null. */
  newSearch(problem: Problem, mode: 'step' | 'run'): Promise<string | null> {
    return this.#desk.begin({ problem, settings: this.#desk.settings }, mode);
  }

  /** Changes settings: of the current search from its next expansion on, and of searches to come. */
  set(changes: Partial<SearchSettings>): void {
    this.#desk.set(changes);
    this.#changed();
  }

  /** Uses another provider from the next expansion on. Returns why not, or null. */
  async useProvider(name: string): Promise<string | null> {
    const failure = await this.#desk.useProvider(name);
    this.#changed();
    return failure;
  }

  async prompt(line: string): ReturnType<Workbench['prompt']> {
    this.#history = [...this.#history.filter((earlier) => earlier !== line), line];
    this.#sessions.session?.append(null, { kind: 'prompt.entered', line });
    const result = await this.#options.prompt(line, this);
    this.#notice = result.notice ?? this.#notice;
    this.#changed();
    return result;
  }

  complete(line: string): readonly string[] {
    return this.#options.complete(line, this);
  }

  async act(action: WorkbenchAction): Promise<ActionResult> {
    const performing = this.#perform(action).catch((error: unknown) => refused(unforeseenFailure(error).message));
    // What was done at once shows at once: the next key of a burst must see it.
    this.#changed();
    const result = await performing;
    if (result.kind === 'refused' || result.notice) this.#notice = result.notice ?? null;
    this.#changed();
    return result;
  }

  async close(): Promise<void> {
    await this.#runs.close();
    await this.#sessions.close();
    await this.#engine.close();
  }

  async #perform(action: WorkbenchAction): Promise<ActionResult> {
    switch (action.kind) {
      case 'step':
        return this.#desk.step();
      case 'run':
        return this.#desk.onSearch((search) => search.driver?.input({ kind: 'user.run' }));
      case 'pause':
        return this.#desk.onSearch((search) => search.driver?.input({ kind: 'user.pause' }));
      case 'stop':
        return this.#desk.onSearch((search) => search.driver?.input({ kind: 'user.stop' }));
      case 'expand':
        return this.#desk.onSearch((search) => search.driver?.input({ kind: 'user.expand', node: action.node }));
      case 'breakpoint':
        return this.#desk.onSearch((search) => {
          const on = !search.live.nodes[action.node]?.breakpoint;
          search.driver?.input({ kind: 'user.breakpoint', node: action.node, on });
        });
      case 'tactic':
        return this.#desk.onSearch((search) =>
          search.driver?.input({ kind: 'user.tactic', node: action.node, tactic: action.tactic }),
        );
      case 'family':
        return this.#desk.onSearch((search) =>
          search.driver?.input({ kind: 'user.family', family: action.family, blocked: action.blocked }),
        );
      case 'fork':
        return this.#desk.fork(action.node);
      case 'travel':
        (this.#runs.find(this.#desk.focused ?? '') ?? this.#desk.current)?.travel(action.at);
        return done();
      case 'focus':
        if (!this.#sessions.find(action.search) && !this.#runs.find(action.search))
          return refused(`there is no search ${action.search} in this session`);
        this.#desk.focused = action.search;
        return done();
      case 'compare':
        this.#pin(action.search);
        return done();
      case 'openSession':
        return this.#openSession(action.session, action.takeOver ?? false);
      case 'deleteSession': {
        const failure = await this.#sessions.delete(action.session);
        return failure === null ? done(`session ${action.session} is deleted`) : refused(failure);
      }
      case 'closeSession':
        await this.#sessions.close();
        this.#desk.focused = null;
        this.#compared = null;
        await this.#sessions.list();
        return done();
      case 'inspect':
        return this.#inspect(action.name);
      case 'diagnose':
        await this.#options.diagnose((lines) => {
          this.#doctor = lines;
          this.#changed();
        });
        return done();
      case 'listRuns':
      case 'openRun':
      case 'openTheorem':
      case 'pauseRun':
      case 'continueRun':
      case 'stopRun':
      case 'prioritise':
      case 'resumeRun':
      case 'pinRun':
      case 'compareRuns':
      case 'exportReport':
        return this.#runs.act(action, (search) => this.#focus(search), this.#compared);
      case 'copy': {
        const copied = await copyToFile(this.home, action.what, action.text);
        return copied.kind === 'copied'
          ? { kind: 'done', copied: { text: action.text, file: copied.file } }
          : refused(copied.message);
      }
    }
  }

  #focus(search: string): void {
    this.#desk.focused = search;
  }

  async #openSession(id: string, takeOver: boolean): Promise<ActionResult> {
    // A long session takes seconds to read.
    this.#notice = { level: 'info', text: `opening ${id} …` };
    this.#changed();
    const opened = await this.#sessions.open(id, takeOver);
    if (opened.kind === 'failed') return refused(opened.message);
    this.#desk.focused = this.#sessions.searches.at(-1)?.id ?? null;
    this.#compared = pinnedSearch(opened.session);
    this.#history = [...new Set([...promptLines(opened.session), ...this.#history])];
    const readOnly = whyNotWritable(opened.session);
    return done(readOnly ?? `session ${opened.session.id} is open`);
  }

  /** Takes a search as the baseline of Compare, or none; the session remembers it. */
  #pin(search: string | null): void {
    const { session } = this.#sessions;
    const before = this.#compared;
    if (before !== null) session?.append(null, { kind: 'pin.changed', about: { search: before }, on: false });
    if (search !== null) session?.append(null, { kind: 'pin.changed', about: { search }, on: true });
    this.#compared = search;
  }

  async #inspect(name: string): Promise<ActionResult> {
    this.#inspection = { name, status: 'loading' };
    this.#changed();
    const engine = await this.#engine.get();
    this.#inspection =
      engine.kind === 'startFailed'
        ? { name, status: 'failed', message: engine.message }
        : await this.#options.inspect(name, engine, this.home);
    this.#sessions.session?.append(null, { kind: 'inspected', name, found: this.#inspection.status === 'found' });
    return done();
  }

  #look(): WorkbenchSnapshot {
    const { session } = this.#sessions;
    const readOnly = session?.status.kind === 'readOnly' ? session.status.reason : null;
    return {
      home: this.home,
      session: session && {
        id: session.id,
        title: session.summary().title,
        readOnly: readOnly !== null,
        ...(readOnly !== null && { writer: readOnly }),
      },
      sessions: this.#sessions.known,
      searches: [...this.#sessions.searches.map((search) => search.view()), ...this.#runs.searches],
      focused: this.#desk.focused,
      compared: this.#compared,
      runs: this.#runs.runs,
      runsProblem: this.#runs.problem,
      run: this.#runs.run,
      comparedRuns: this.#runs.compared,
      preparation: this.#engine.preparation,
      workers: this.#engine.health(),
      provider: { name: this.#desk.provider, detail: this.#providerDetail() },
      inspection: this.#inspection,
      doctor: this.#doctor,
      notice:
        session?.status.kind === 'paused' ? { level: 'error', text: session.status.failure.message } : this.#notice,
      history: this.#history,
    };
  }

  #providerDetail(): string {
    const profile = this.#options.profiles.get(this.#desk.provider);
    return profile?.about ?? providerSummary(profile?.kind ?? '');
  }

  #changed(): void {
    this.#changes.update((n) => n + 1);
  }
}
