import type { ProviderProfile } from '../../src/config/models.ts';
import type { ProviderSource } from '../../src/policy/provider-source.ts';
import { providerSummary } from '../../src/policy/registry.ts';
import type { Problem } from '../../src/search/events.ts';
import type { SearchSettings } from '../../src/search/settings.ts';
import { unforeseenFailure } from '../../src/storage/unforeseen-failure.ts';
import type { ValueModel } from '../../src/value/score/value-model.ts';
import { type Attention, ServerMonitor } from '../servers/monitor.ts';
import { monitorOptions } from '../servers/watched-servers.ts';
import { createStore } from '../store.ts';
import type { ValueShelf } from '../value-shelf.ts';
import type { ActionResult, Notice, Workbench, WorkbenchAction, WorkbenchSnapshot } from '../workbench.ts';
import { copyToFile } from './copy.ts';
import { EngineHolder, type OpenEngine } from './engine-holder.ts';
import { Enquiries, type EnquiryOptions } from './enquiries.ts';
import { RunDesk, type RunDeskOptions } from './run-desk.ts';
import { actOnSearch } from './search-actions.ts';
import { done, refused, SearchDesk, whyNotWritable } from './search-desk.ts';
import { SessionDesk } from './session-desk.ts';
import { SessionHolder } from './session-holder.ts';
import { TrainingDesk } from './training-desk.ts';

export interface LiveWorkbenchOptions extends EnquiryOptions, Pick<RunDeskOptions, 'resume' | 'folder'> {
  /** Version of proofdeck. */
  readonly program: string;
  readonly openEngine: OpenEngine;
  /** What a new search starts with. */
  readonly settings: SearchSettings;
  readonly provider: string;
  /** Where value models are opened, and the one to begin with; the workbench closes them. @default none can be loaded */
  readonly values?: ValueShelf;
  readonly value?: ValueModel | null;
  readonly imports: readonly string[];
  /** Providers that can be named. */
  readonly profiles: ReadonlyMap<string, ProviderProfile>;
  /** How servers are reached that are only looked at. */
  readonly servers: Pick<ProviderSource, 'settings' | 'environment'>;
  /** Runs a prompt line; the commands live elsewhere. */
  readonly prompt: (line: string, workbench: LiveWorkbench) => ReturnType<Workbench['prompt']>;
  readonly complete: (line: string, workbench: LiveWorkbench) => readonly string[];
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
  readonly #trainings: TrainingDesk;
  readonly #session: SessionDesk;
  readonly #enquiries: Enquiries;
  readonly #servers: ServerMonitor;
  #notice: Notice | null = null;

  constructor(options: LiveWorkbenchOptions) {
    const changed = () => this.#changed();
    this.home = options.home;
    this.#options = options;
    this.#engine = new EngineHolder(options.openEngine, changed);
    this.#sessions = new SessionHolder({ home: options.home, program: options.program }, changed);
    this.#enquiries = new Enquiries(this.#engine, this.#sessions, options, changed);
    this.#desk = new SearchDesk(this.#engine, this.#sessions, options, changed);
    const notify = (notice: Notice) => {
      this.#notice = notice;
      changed();
    };
    const onProblem = (text: string) => notify({ level: 'error', text });
    this.#session = new SessionDesk(this.#sessions, this.#desk, notify);
    this.#runs = new RunDesk({ ...options, onChange: changed, onProblem });
    this.#trainings = new TrainingDesk(options.home, changed);
    this.#servers = new ServerMonitor(
      monitorOptions({
        profiles: options.profiles,
        reach: options.servers,
        provider: () => this.#desk.provider,
        value: () => this.#desk.value,
        run: () => this.#runs.run,
        engine: () => this.#engine.engine,
        home: options.home,
        onTold: (text) => this.say(text),
        onChange: changed,
      }),
    );
  }

  /** Begins what the first screen shows: the list of sessions, and Lean unless it is only wanted when first needed. */
  start(options: { readonly lean: boolean } = { lean: true }): void {
    void this.#sessions.list().then(() => {
      this.#runs.start();
      this.#trainings.start();
    });
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

  /** Uses another value model (its name, folder or file), or none, from the next expansion on. Returns why not, or null. */
  changeValue(given: string | null): Promise<string | null> {
    return this.#desk.changeValue(given);
  }

  /** Says something that concerns nobody's wish in particular, such as what is being waited for. */
  say(text: string): void {
    this.#notice = { level: 'info', text };
    this.#changed();
  }

  async prompt(line: string): ReturnType<Workbench['prompt']> {
    this.#session.remember(line);
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

  attend(attention: Attention): void {
    this.#servers.attend(attention);
  }

  async close(): Promise<void> {
    await this.#servers.close();
    this.#trainings.close();
    await this.#runs.close();
    await this.#sessions.close();
    await this.#engine.close();
    await this.#options.values?.close();
  }

  async #perform(action: WorkbenchAction): Promise<ActionResult> {
    switch (action.kind) {
      case 'step':
      case 'run':
      case 'pause':
      case 'stop':
      case 'expand':
      case 'breakpoint':
      case 'tactic':
      case 'family':
      case 'fork':
        return actOnSearch(this.#desk, action);
      case 'travel':
        (this.#runs.find(this.#desk.focused ?? '') ?? this.#desk.current)?.travel(action.at);
        return done();
      case 'focus':
        if (!this.#sessions.find(action.search) && !this.#runs.find(action.search))
          return refused(`there is no search ${action.search} in this session`);
        this.#desk.focused = action.search;
        return done();
      case 'compare':
        this.#session.pin(action.search);
        return done();
      case 'openSession':
        return this.#session.open(action.session, action.takeOver ?? false);
      case 'deleteSession':
        return this.#session.delete(action.session);
      case 'closeSession':
        return this.#session.close();
      case 'inspect':
        await this.#enquiries.inspect(action.name);
        return done();
      case 'diagnose':
        await this.#enquiries.diagnose();
        return done();
      case 'copy': {
        const copied = await copyToFile(this.home, action.what, action.text);
        return copied.kind === 'copied'
          ? { kind: 'done', copied: { text: action.text, file: copied.file } }
          : refused(copied.message);
      }
      case 'openTraining':
      case 'stopTraining':
        return this.#trainings.act(action);
      default:
        return this.#runs.act(action, (search) => this.#focus(search), this.#session.compared);
    }
  }

  #focus(search: string): void {
    this.#desk.focused = search;
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
      compared: this.#session.compared,
      runs: this.#runs.runs,
      runsProblem: this.#runs.problem,
      run: this.#runs.run,
      comparedRuns: this.#runs.compared,
      trainings: this.#trainings.trainings,
      training: this.#trainings.training,
      preparation: this.#engine.preparation,
      workers: this.#engine.health(),
      provider: { name: this.#desk.provider, detail: this.#providerDetail() },
      value: this.#valueView(),
      servers: this.#servers.view(),
      inspection: this.#enquiries.inspection,
      doctor: this.#enquiries.doctor,
      notice:
        session?.status.kind === 'paused' ? { level: 'error', text: session.status.failure.message } : this.#notice,
      history: this.#session.history,
    };
  }

  #valueView(): WorkbenchSnapshot['value'] {
    const { value } = this.#desk;
    return value && { name: value.name, hash: value.hash, about: value.about, statistics: value.statistics() };
  }

  #providerDetail(): string {
    const profile = this.#options.profiles.get(this.#desk.provider);
    return profile?.about ?? providerSummary(profile?.kind ?? '');
  }

  #changed(): void {
    this.#changes.update((n) => n + 1);
  }
}
