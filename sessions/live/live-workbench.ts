import type { Problem } from '../../src/search/events.ts';
import type { SearchSettings } from '../../src/search/settings.ts';
import { pathTactics } from '../../src/search/state.ts';
import { systemClock } from '../../src/search/world.ts';
import type { Engine } from '../engine.ts';
import type { Session } from '../session.ts';
import { createStore } from '../store.ts';
import type {
  ActionResult,
  DoctorLine,
  Inspection,
  Notice,
  Screen,
  Workbench,
  WorkbenchAction,
  WorkbenchSnapshot,
} from '../workbench.ts';
import { copyToFile } from './copy.ts';
import { EngineHolder, type OpenEngine } from './engine-holder.ts';
import { LiveSearch } from './live-search.ts';
import { SessionHolder } from './session-holder.ts';

export interface LiveWorkbenchOptions {
  readonly home: string;
  /** Version of proofdeck. */
  readonly program: string;
  readonly openEngine: OpenEngine;
  /** What a new search starts with. */
  readonly settings: SearchSettings;
  readonly provider: string;
  readonly imports: readonly string[];
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
  #settings: SearchSettings;
  #provider: string;
  #focused: string | null = null;
  #compared: string | null = null;
  #inspection: Inspection | null = null;
  #doctor: readonly DoctorLine[] | null = null;
  #notice: Notice | null = null;
  #history: readonly string[] = [];

  constructor(options: LiveWorkbenchOptions) {
    const changed = () => this.#changed();
    this.home = options.home;
    this.#options = options;
    this.#settings = options.settings;
    this.#provider = options.provider;
    this.#engine = new EngineHolder(options.openEngine, changed);
    this.#sessions = new SessionHolder({ home: options.home, program: options.program }, changed);
  }

  /** Begins what the first screen shows: the list of sessions, and Lean. */
  start(): void {
    void this.#sessions.list();
    void this.#engine.get();
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

  /** What the next search starts with. */
  get settings(): SearchSettings {
    return this.#settings;
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
      ...(this.#focused !== null && { about: { search: this.#focused } }),
    });
    return whyNotWritable(session);
  }

  get engine(): EngineHolder {
    return this.#engine;
  }

  /** The search that keys act on. */
  get current(): LiveSearch | undefined {
    return this.#focused === null ? undefined : this.#sessions.find(this.#focused);
  }

  /**
   * Opens a search and focuses it. It waits at its root goal, or runs.
   * @returns why it could not be opened, or null
   */
  async newSearch(
    problem: Problem,
    mode: 'step' | 'run',
    changes: Partial<SearchSettings> = {},
  ): Promise<string | null> {
    return this.#begin(problem, { ...this.#settings, ...changes }, null, mode);
  }

  /** Changes settings: of the current search from its next expansion on, and of searches to come. */
  set(changes: Partial<SearchSettings>): void {
    this.#settings = { ...this.#settings, ...changes };
    this.current?.driver?.input({ kind: 'user.set', changes });
    this.#changed();
  }

  /** Uses another provider from the next expansion on. Returns why not, or null. */
  async useProvider(name: string): Promise<string | null> {
    const engine = await this.#engine.get();
    if (engine.kind === 'startFailed') return engine.message;
    const opened = await engine.openProvider(name);
    if (opened.kind === 'unknownProvider') return opened.message;
    this.#provider = name;
    this.current?.driver?.changeProvider(opened.provider);
    this.#changed();
    return null;
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
    const result = await this.#perform(action);
    if (result.kind === 'refused' || result.notice) this.#notice = result.notice ?? null;
    this.#changed();
    return result;
  }

  async close(): Promise<void> {
    await this.#sessions.close();
    await this.#engine.close();
  }

  async #perform(action: WorkbenchAction): Promise<ActionResult> {
    switch (action.kind) {
      case 'step':
        return this.#onSearch((search) => this.#step(search));
      case 'run':
        return this.#onSearch((search) => search.driver?.input({ kind: 'user.run' }));
      case 'pause':
        return this.#onSearch((search) => search.driver?.input({ kind: 'user.pause' }));
      case 'stop':
        return this.#onSearch((search) => search.driver?.input({ kind: 'user.stop' }));
      case 'expand':
        return this.#onSearch((search) => search.driver?.input({ kind: 'user.expand', node: action.node }));
      case 'breakpoint':
        return this.#onSearch((search) => {
          const on = !search.live.nodes[action.node]?.breakpoint;
          search.driver?.input({ kind: 'user.breakpoint', node: action.node, on });
        });
      case 'tactic':
        return this.#onSearch((search) =>
          search.driver?.input({ kind: 'user.tactic', node: action.node, tactic: action.tactic }),
        );
      case 'family':
        return this.#onSearch((search) =>
          search.driver?.input({ kind: 'user.family', family: action.family, blocked: action.blocked }),
        );
      case 'fork':
        return this.#fork(action.node);
      case 'travel':
        this.current?.travel(action.at);
        return done();
      case 'focus':
        if (!this.#sessions.find(action.search)) return refused(`there is no search ${action.search} in this session`);
        this.#focused = action.search;
        return done();
      case 'compare':
        this.#compared = action.search;
        return done();
      case 'openSession':
        return this.#openSession(action.session, action.takeOver ?? false);
      case 'deleteSession': {
        const failure = await this.#sessions.delete(action.session);
        return failure === null ? done(`session ${action.session} is deleted`) : refused(failure);
      }
      case 'closeSession':
        await this.#sessions.close();
        this.#focused = null;
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
      case 'copy': {
        const copied = await copyToFile(this.home, action.what, action.text);
        return copied.kind === 'copied'
          ? { kind: 'done', copied: { text: action.text, file: copied.file } }
          : refused(copied.message);
      }
    }
  }

  #step(search: LiveSearch): void {
    const { mode } = search.live;
    // One expansion at a time: a second key press while one is under way is not saved up.
    if (mode === 'paused' || mode === 'ended') search.driver?.input({ kind: 'user.step' });
    else if (mode === 'running') search.driver?.input({ kind: 'user.pause' });
  }

  /** Does something with the current search when it can go on. */
  async #onSearch(act: (search: LiveSearch) => void): Promise<ActionResult> {
    const search = this.current;
    const session = this.#sessions.session;
    if (!search || !session) return refused('no search is open; type a statement after ":prove", or open a session');
    const { status } = session;
    if (status.kind === 'readOnly') return refused(`this session is read-only: ${status.reason}`);
    if (status.kind === 'paused') return refused(`nothing can be recorded: ${status.failure.message}`);
    if (search.frozenReason !== null) return refused(`this search can only be looked at: ${search.frozenReason}`);
    search.travel(null);
    if (!search.connected) {
      const failure = await this.#connect(search);
      if (failure !== null) return refused(failure);
    }
    act(search);
    return done();
  }

  /** Gives a search of an earlier sitting workers and provider again. */
  async #connect(search: LiveSearch): Promise<string | null> {
    const { problem, provider } = search.live;
    const engine = await this.#engine.get();
    if (engine.kind === 'startFailed') return engine.message;
    if (!problem) return 'this search never got as far as its statement';
    const opened = await engine.openProvider(provider?.name ?? this.#provider);
    if (opened.kind === 'unknownProvider') return opened.message;
    const { worker } = search.live;
    if (worker && worker.toolchain !== engine.toolchain) {
      this.#notice = {
        level: 'warning',
        text: `recorded with ${worker.toolchain}, going on with ${engine.toolchain}: answers may differ`,
      };
    }
    search.connect(this.#world(engine, problem, opened.provider));
    return null;
  }

  async #fork(node: number): Promise<ActionResult> {
    const search = this.current;
    const { problem, settings } = search?.live ?? {};
    if (!search || !problem || !settings) return refused('no search is open to branch from');
    if (search.live.nodes[node]?.goals.length === 0) return refused(`node ${node} has no goal left to go on with`);
    const fork = { search: search.id, node, prefix: pathTactics(search.live, node) };
    const failure = await this.#begin(problem, settings, fork, 'step');
    return failure === null ? done(`branched from node ${node} of ${search.id}`) : refused(failure);
  }

  async #begin(
    problem: Problem,
    settings: SearchSettings,
    fork: { readonly search: string; readonly node: number; readonly prefix: string[] } | null,
    mode: 'step' | 'run',
  ): Promise<string | null> {
    const engine = await this.#engine.get();
    if (engine.kind === 'startFailed') return engine.message;
    const opened = await engine.openProvider(this.#provider);
    if (opened.kind === 'unknownProvider') return opened.message;
    const ensured = await this.#sessions.ensure(engine.toolchain);
    if (ensured.kind === 'failed') return ensured.message;
    const writable = whyNotWritable(ensured.session);
    if (writable !== null) return writable;
    engine.warmJudge();
    const search = LiveSearch.begin(
      ensured.session,
      {
        kind: 'search.opened',
        problem,
        settings,
        provider: { name: opened.provider.name, kind: opened.provider.kind },
        worker: { kind: engine.pool.kind, toolchain: engine.toolchain },
        ...(fork && { fork }),
      },
      this.#world(engine, problem, opened.provider),
      () => this.#changed(),
    );
    this.#sessions.add(search);
    this.#focused = search.id;
    if (mode === 'run') search.driver?.input({ kind: 'user.run' });
    return null;
  }

  #world(engine: Engine, problem: Problem, provider: Parameters<LiveSearch['connect']>[0]['provider']) {
    return {
      prover: engine.problem(problem),
      provider,
      judge: (proof: readonly string[]) => engine.judge(problem, proof),
      clock: systemClock,
    };
  }

  async #openSession(id: string, takeOver: boolean): Promise<ActionResult> {
    const opened = await this.#sessions.open(id, takeOver);
    if (opened.kind === 'failed') return refused(opened.message);
    this.#focused = this.#sessions.searches.at(-1)?.id ?? null;
    this.#compared = null;
    const readOnly = whyNotWritable(opened.session);
    return done(readOnly === null ? `session ${opened.session.id} is open` : `read-only: ${readOnly}`);
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
      searches: this.#sessions.searches.map((search) => search.view()),
      focused: this.#focused,
      compared: this.#compared,
      preparation: this.#engine.preparation,
      workers: this.#engine.health(),
      provider: { name: this.#provider, detail: '' },
      inspection: this.#inspection,
      doctor: this.#doctor,
      notice:
        session?.status.kind === 'paused' ? { level: 'error', text: session.status.failure.message } : this.#notice,
      history: this.#history,
    };
  }

  #changed(): void {
    this.#changes.update((n) => n + 1);
  }
}

export type { Screen };

const done = (text?: string): ActionResult => ({
  kind: 'done',
  ...(text !== undefined && { notice: { level: 'info', text } }),
});
const refused = (text: string): ActionResult => ({ kind: 'refused', notice: { level: 'warning', text } });

function whyNotWritable({ status }: Session): string | null {
  if (status.kind === 'readOnly') return status.reason;
  return status.kind === 'paused' ? status.failure.message : null;
}
