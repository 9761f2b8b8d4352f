import type { SearchSettings } from '../../src/search/settings.ts';
import { pathTactics } from '../../src/search/state.ts';
import type { OpenValueModelResult, ValueModel } from '../../src/value/score/value-model.ts';
import { changedIdentity } from '../provider-record.ts';
import type { Session } from '../session.ts';
import type { ValueShelf } from '../value-shelf.ts';
import type { ActionResult } from '../workbench.ts';
import { beginSearch, type SearchWish, worldOf } from './begin-search.ts';
import type { EngineHolder } from './engine-holder.ts';
import type { LiveSearch } from './live-search.ts';
import type { SessionHolder } from './session-holder.ts';

/** What was wished is done; `text` is said, where there is something to say. */
export const done = (text?: string): ActionResult => ({
  kind: 'done',
  ...(text !== undefined && { notice: { level: 'info', text } }),
});
/** What was wished cannot be done, and why. */
export const refused = (text: string): ActionResult => ({ kind: 'refused', notice: { level: 'warning', text } });

/** Why nothing can be recorded in a session, or null when it can. */
export function whyNotWritable({ status }: Session): string | null {
  if (status.kind === 'readOnly') return `this session is read-only: ${status.reason}`;
  return status.kind === 'paused' ? `nothing can be recorded: ${status.failure.message}` : null;
}

/** Where searches are begun, continued and branched, with the settings and the provider that the next one gets. */
export class SearchDesk {
  readonly #engine: EngineHolder;
  readonly #sessions: SessionHolder;
  readonly #onChange: () => void;
  #settings: SearchSettings;
  #provider: string;
  readonly #values: ValueShelf | null;
  #value: ValueModel | null;
  /** The search that keys act on. */
  focused: string | null = null;

  constructor(
    engine: EngineHolder,
    sessions: SessionHolder,
    next: {
      readonly settings: SearchSettings;
      readonly provider: string;
      readonly values?: ValueShelf;
      readonly value?: ValueModel | null;
    },
    onChange: () => void,
  ) {
    this.#engine = engine;
    this.#sessions = sessions;
    this.#settings = next.settings;
    this.#provider = next.provider;
    this.#values = next.values ?? null;
    this.#value = next.value ?? null;
    this.#onChange = onChange;
  }

  get current(): LiveSearch | undefined {
    return this.focused === null ? undefined : this.#sessions.find(this.focused);
  }

  get settings(): SearchSettings {
    return this.#settings;
  }

  get provider(): string {
    return this.#provider;
  }

  /** The value model that the next search gets; null: none. */
  get value(): ValueModel | null {
    return this.#value;
  }

  /** Changes settings: of the current search from its next expansion on, and of searches to come. */
  set(changes: Partial<SearchSettings>): void {
    this.#settings = { ...this.#settings, ...changes };
    this.current?.driver?.input({ kind: 'user.set', changes });
  }

  /** Uses another provider from the next expansion on. Returns why not, or null. */
  async useProvider(name: string): Promise<string | null> {
    const engine = await this.#engine.get();
    if (engine.kind === 'startFailed') return engine.message;
    const opened = await engine.openProvider(name);
    if (opened.kind !== 'provider') return opened.message;
    this.#provider = name;
    this.current?.driver?.changeProvider(opened.provider);
    return null;
  }

  /**
   * Uses another value model, or none (null), from the next expansion on; open nodes get its energies first.
   * @param given its name, folder or file
   * @returns why not, or null
   */
  async changeValue(given: string | null): Promise<string | null> {
    const opened = given === null ? null : await this.#openValue(given);
    if (opened !== null && opened.kind !== 'valueModel') return opened.message;
    this.#value = opened?.model ?? null;
    const search = this.current;
    const isChanged = (search?.live.value?.hash ?? null) !== (this.#value?.hash ?? null);
    if (search !== undefined && isChanged) {
      // A recorded search may have been waiting for this: its own model is not to be had any more.
      const result = search.connected ? done() : await this.#connect(search, this.#value);
      if (result.kind === 'refused') return result.notice.text;
      search.driver?.changeValue(this.#value);
    }
    this.#onChange();
    return null;
  }

  /** Opens a search and focuses it. It waits at its root goal, or runs. Returns why it could not be opened, or null. */
  async begin(wish: SearchWish, mode: 'step' | 'run', value = this.#value): Promise<string | null> {
    const engine = await this.#engine.get();
    if (engine.kind === 'startFailed') return engine.message;
    const opened = await engine.openProvider(this.#provider);
    if (opened.kind !== 'provider') return opened.message;
    const ensured = await this.#sessions.ensure(engine.toolchain, value);
    if (ensured.kind === 'failed') return ensured.message;
    const problem = whyNotWritable(ensured.session);
    if (problem !== null) return problem;
    const settled = { ...wish, problem: await engine.settle(wish.problem) };
    const search = beginSearch(ensured.session, engine, opened.provider, value, settled, this.#onChange);
    this.#sessions.add(search);
    this.focused = search.id;
    if (mode === 'run') search.driver?.input({ kind: 'user.run' });
    return null;
  }

  /** Begins a second search at a node of the current one. */
  async fork(node: number): Promise<ActionResult> {
    const search = this.current;
    const { problem, settings } = search?.live ?? {};
    if (!search || !problem || !settings) return refused('no search is open to branch from');
    if (search.live.nodes[node]?.goals.length === 0) return refused(`node ${node} has no goal left to go on with`);
    const fork = { search: search.id, node, prefix: pathTactics(search.live, node) };
    const value = search.driver === null ? await this.#recordedValue(search) : search.driver.value;
    if (typeof value === 'string') return refused(value);
    const failure = await this.begin({ problem, settings, fork }, 'step', value);
    return failure === null ? done(`branched from node ${node} of ${search.id}`) : refused(failure);
  }

  /** One expansion; a search that runs is paused instead. */
  step(): Promise<ActionResult> {
    return this.onSearch((search) => {
      const { mode } = search.live;
      // A second key press while an expansion is under way is not saved up.
      if (mode === 'paused' || mode === 'ended' || mode === 'starting') search.driver?.input({ kind: 'user.step' });
      else if (mode === 'running') search.driver?.input({ kind: 'user.pause' });
    });
  }

  /** Does something with the current search when it can go on. */
  async onSearch(act: (search: LiveSearch) => void): Promise<ActionResult> {
    const search = this.current;
    const { session } = this.#sessions;
    if (!search || !session) return refused('no search is open; type a statement after ":prove", or open a session');
    // A disk that was full may have room again.
    session.flush();
    const problem = whyNotWritable(session);
    if (problem !== null) return refused(problem);
    if (search.frozenReason !== null) return refused(`this search can only be looked at: ${search.frozenReason}`);
    const { ended, nodes } = search.live;
    if (ended && nodes.length === 0)
      return refused(`Lean refused the statement: ${ended.reason}; begin another search`);
    search.travel(null);
    const connected = search.connected ? done() : await this.#connect(search);
    if (connected.kind === 'done') act(search);
    return connected;
  }

  /** Gives a search of an earlier sitting workers and provider again, and says when they are not the same. */
  async #connect(search: LiveSearch, other?: ValueModel | null): Promise<ActionResult> {
    const { problem, provider, worker } = search.live;
    const engine = await this.#engine.get();
    if (engine.kind === 'startFailed') return refused(engine.message);
    if (!problem) return refused('this search never got as far as its statement');
    const opened = await engine.openProvider(provider?.name ?? this.#provider);
    if (opened.kind !== 'provider') return refused(opened.message);
    const model = other === undefined ? await this.#recordedValue(search) : other;
    if (typeof model === 'string') return refused(model);
    search.connect(worldOf(engine, opened.provider, model, problem));
    const changes = [
      changedIdentity(provider, opened.provider),
      worker && worker.toolchain !== engine.toolchain
        ? `recorded with ${worker.toolchain}, going on with ${engine.toolchain}`
        : null,
    ].filter((change) => change !== null);
    return changes.length === 0 ? done() : done(`${changes.join('; ')}: answers may differ`);
  }

  /** The value model that a recorded search goes on with, or why it cannot: never another one, nor none. */
  async #recordedValue({ live: { value: recorded } }: LiveSearch): Promise<ValueModel | null | string> {
    if (recorded === null) return null;
    if (this.#value?.hash === recorded.hash) return this.#value;
    const opened = await this.#values?.openRecorded(recorded);
    if (opened?.kind === 'valueModel') return opened.model;
    const why = opened?.message ?? `the value model ${recorded.name} of this search cannot be loaded here`;
    return `${why}; ":value load <model>" gives the search another one, ":value unload" none`;
  }

  #openValue(given: string): Promise<OpenValueModelResult> {
    if (this.#values !== null) return this.#values.open(given);
    return Promise.resolve({ kind: 'missing', message: `the value model ${given} cannot be loaded here` });
  }
}
