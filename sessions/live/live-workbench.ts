import type { ProviderProfile } from '../../src/config/models.ts';
import type { Problem } from '../../src/search/events.ts';
import type { SearchSettings } from '../../src/search/settings.ts';
import { unforeseenFailure } from '../../src/storage/unforeseen-failure.ts';
import type { Attention } from '../servers/monitor.ts';
import { createStore } from '../store.ts';
import type { ActionResult, Completion, Notice, Workbench, WorkbenchAction, WorkbenchSnapshot } from '../workbench.ts';
import { type Desks, type DesksOptions, openDesks } from './desks.ts';
import type { EngineHolder } from './engine-holder.ts';
import { lookAt } from './look.ts';
import { perform } from './perform.ts';
import { refused, whyNotWritable } from './search-desk.ts';

export interface LiveWorkbenchOptions extends DesksOptions {
  /** Runs a prompt line; the commands live elsewhere. */
  readonly prompt: (line: string, workbench: LiveWorkbench) => ReturnType<Workbench['prompt']>;
  readonly complete: (line: string, workbench: LiveWorkbench) => readonly Completion[];
}

/** The workbench over real sessions, workers and providers. */
export class LiveWorkbench implements Workbench {
  readonly home: string;
  readonly #options: LiveWorkbenchOptions;
  readonly #desks: Desks;
  /** Counts changes; the snapshot is made anew when someone looks after a change. */
  readonly #changes = createStore(0);
  #snapshot: { readonly at: number; readonly value: WorkbenchSnapshot } | null = null;
  #notice: Notice | null = null;

  constructor(options: LiveWorkbenchOptions) {
    const changed = () => this.#changed();
    this.home = options.home;
    this.#options = options;
    const notify = (notice: Notice) => {
      this.#notice = notice;
      changed();
    };
    this.#desks = openDesks(options, { onChange: changed, notify });
  }

  /** Begins what the first screen shows: the list of sessions, and Lean unless it is only wanted when first needed. */
  start(options: { readonly lean: boolean } = { lean: true }): void {
    void this.#desks.sessions.list().then(() => {
      this.#desks.runs.start();
      this.#desks.trainings.start();
    });
    if (options.lean) void this.#desks.engine.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#changes.subscribe(listener);
  }

  /** What to show now. Everything in it is in the session's file already. */
  snapshot(): WorkbenchSnapshot {
    const at = this.#changes.get();
    if (this.#snapshot?.at !== at) {
      this.#desks.sessions.session?.flush();
      this.#snapshot = { at, value: lookAt(this.#desks, this.#options.profiles, this.#notice) };
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
    const { session } = this.#desks.sessions;
    if (!session) return 'no session is open to keep a note with';
    session.append(null, {
      kind: 'note.added',
      text,
      ...(this.#desks.search.focused !== null && { about: { search: this.#desks.search.focused } }),
    });
    return whyNotWritable(session);
  }

  get engine(): EngineHolder {
    return this.#desks.engine;
  }

  /** Opens a search and focuses it. It waits at its root goal, or runs. Returns why it could not be opened, or null. */
  newSearch(problem: Problem, mode: 'step' | 'run'): Promise<string | null> {
    return this.#desks.search.begin({ problem, settings: this.#desks.search.settings }, mode);
  }

  /** Changes settings: of the current search from its next expansion on, and of searches to come. */
  set(changes: Partial<SearchSettings>): void {
    this.#desks.search.set(changes);
    this.#changed();
  }

  /** Uses another provider from the next expansion on. Returns why not, or null. */
  async useProvider(name: string): Promise<string | null> {
    const failure = await this.#desks.search.useProvider(name);
    this.#changed();
    return failure;
  }

  /** Uses another value model (its name, folder or file), or none, from the next expansion on. Returns why not, or null. */
  changeValue(given: string | null): Promise<string | null> {
    return this.#desks.search.changeValue(given);
  }

  /** Says something that concerns nobody's wish in particular, such as what is being waited for. */
  say(text: string): void {
    this.#notice = { level: 'info', text };
    this.#changed();
  }

  async prompt(line: string): ReturnType<Workbench['prompt']> {
    this.#desks.session.remember(line);
    const result = await this.#options.prompt(line, this);
    this.#notice = result.notice ?? this.#notice;
    this.#changed();
    return result;
  }

  complete(line: string): readonly Completion[] {
    return this.#options.complete(line, this);
  }

  async act(action: WorkbenchAction): Promise<ActionResult> {
    const performing = perform(this.#desks, action).catch((error: unknown) =>
      refused(unforeseenFailure(error).message),
    );
    // What was done at once shows at once: the next key of a burst must see it.
    this.#changed();
    const result = await performing;
    if (result.kind === 'refused' || result.notice) this.#notice = result.notice ?? null;
    this.#changed();
    return result;
  }

  attend(attention: Attention): void {
    this.#desks.servers.attend(attention);
  }

  async close(): Promise<void> {
    await this.#desks.servers.close();
    this.#desks.trainings.close();
    await this.#desks.runs.close();
    await this.#desks.sessions.close();
    await this.#desks.engine.close();
    await this.#options.values?.close();
  }

  #changed(): void {
    this.#changes.update((n) => n + 1);
  }
}
