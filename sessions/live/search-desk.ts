import type { SearchSettings } from '../../src/search/settings.ts';
import { pathTactics } from '../../src/search/state.ts';
import { changedIdentity } from '../provider-record.ts';
import type { Session } from '../session.ts';
import type { ActionResult } from '../workbench.ts';
import { beginSearch, type SearchWish, worldOf } from './begin-search.ts';
import type { EngineHolder } from './engine-holder.ts';
import type { LiveSearch } from './live-search.ts';
import type { SessionHolder } from './session-holder.ts';

export const done = (text?: string): ActionResult => ({
  kind: 'done',
  ...(text !== undefined && { notice: { level: 'info', text } }),
});
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
  /** The search that keys act on. */
  focused: string | null = null;

  constructor(
    engine: EngineHolder,
    sessions: SessionHolder,
    next: { readonly settings: SearchSettings; readonly provider: string },
    onChange: () => void,
  ) {
    this.#engine = engine;
    this.#sessions = sessions;
    this.#settings = next.settings;
    this.#provider = next.provider;
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

  /** Opens a search and focuses it. It waits at its root goal, or runs. Returns why it could not be opened, or null. */
  async begin(wish: SearchWish, mode: 'step' | 'run'): Promise<string | null> {
    const engine = await this.#engine.get();
    if (engine.kind === 'startFailed') return engine.message;
    const opened = await engine.openProvider(this.#provider);
    if (opened.kind !== 'provider') return opened.message;
    const ensured = await this.#sessions.ensure(engine.toolchain);
    if (ensured.kind === 'failed') return ensured.message;
    const problem = whyNotWritable(ensured.session);
    if (problem !== null) return problem;
    const settled = { ...wish, problem: await engine.settle(wish.problem) };
    const search = beginSearch(ensured.session, engine, opened.provider, settled, this.#onChange);
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
    const failure = await this.begin({ problem, settings, fork }, 'step');
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
  async #connect(search: LiveSearch): Promise<ActionResult> {
    const { problem, provider, worker } = search.live;
    const engine = await this.#engine.get();
    if (engine.kind === 'startFailed') return refused(engine.message);
    if (!problem) return refused('this search never got as far as its statement');
    const opened = await engine.openProvider(provider?.name ?? this.#provider);
    if (opened.kind !== 'provider') return refused(opened.message);
    search.connect(worldOf(engine, opened.provider, problem));
    const changes = [
      changedIdentity(provider, opened.provider),
      worker && worker.toolchain !== engine.toolchain
        ? `recorded with ${worker.toolchain}, going on with ${engine.toolchain}`
        : null,
    ].filter((change) => change !== null);
    return changes.length === 0 ? done() : done(`${changes.join('; ')}: answers may differ`);
  }
}
