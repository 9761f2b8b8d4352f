import type { DerivedEvent } from './events.ts';
import type { SearchRequest } from './request.ts';
import { measureScales } from './scales.ts';
import { wantsEnergy } from './score.ts';
import type { SearchSettings } from './settings.ts';
import type { SearchState } from './state.ts';

/** The frontier is scored anew when there are so many times as many energies as the last time: about five scores a node in all. */
const growth = 1.25;

/** What scores depend on. */
const scoringSettings: ReadonlySet<string> = new Set<keyof SearchSettings>([
  'alpha',
  'beta',
  'normalise',
  'llm_temperature',
  'ebm_temperature',
  'ebm_ramp_depth',
  'ebm_min_depth',
  'accumulate',
  'goal_count_penalty',
  'round_penalty',
]);

export interface ScoringHooks {
  readonly emit: (event: DerivedEvent) => void;
  readonly request: (request: SearchRequest) => void;
  /** Puts a node into the frontier, or gives it a new score there. */
  readonly queue: (node: number, round: number) => void;
  /** The open nodes have new scores. */
  readonly onRescaled: () => void;
}

/**
 * New nodes on their way to the frontier, past the value model where there is one. Keeps the two parts of a score comparable:
 * how log-probs and energies spread is measured now and then, and the frontier scored anew by it.
 */
export class Scoring {
  readonly #state: SearchState;
  readonly #hooks: ScoringHooks;
  /** Nodes whose energies were asked for. */
  readonly #asked = new Set<number>();
  /** Nodes that the model had no answer for; they enter the frontier once it has. */
  readonly #held = new Set<number>();
  /** Nodes were queued without an energy that they should have. */
  #owes = false;
  /** Energies of the present model, and how many there were when scales were last measured. */
  #scored = 0;
  #scaledAt = 0;

  constructor(state: SearchState, hooks: ScoringHooks) {
    this.#state = state;
    this.#hooks = hooks;
  }

  get inFlight(): boolean {
    return this.#asked.size > 0;
  }

  outstanding(): SearchRequest[] {
    return this.inFlight ? [{ kind: 'score', nodes: [...this.#asked] }] : [];
  }

  /** New nodes. */
  add(nodes: readonly number[]): void {
    const asked = nodes.filter((node) => this.#wanted(node));
    for (const node of nodes) if (!asked.includes(node)) this.#hooks.queue(node, 0);
    this.#ask(asked);
  }

  /** The model has answered; the energies, or that there is none, are in the state. */
  scored(nodes: readonly number[]): void {
    this.#scored += nodes.length;
    const isRescaled = this.#scored >= Math.max(this.#scaledAt + 1, Math.ceil(this.#scaledAt * growth));
    if (isRescaled) this.#rescale();
    for (const id of nodes) {
      const isNew = this.#asked.delete(id) || this.#held.delete(id);
      const node = this.#state.nodes[id];
      if (node?.status === 'open' && !isRescaled) this.#hooks.queue(id, node.round);
      else if (isNew && node?.status === 'done' && node.expansion === null) this.#hooks.queue(id, 0);
    }
  }

  /** The model had no answer. False when none was awaited. */
  failed(nodes: readonly number[]): boolean {
    const lost = nodes.filter((node) => this.#asked.delete(node));
    for (const node of lost) this.#held.add(node);
    return lost.length > 0;
  }

  /** The search goes on: what the model still owes is asked for. */
  goOn(): void {
    const owed = this.#owes ? this.#owed() : [];
    this.#owes = false;
    const held = [...this.#held];
    this.#held.clear();
    this.#ask([...new Set([...held, ...owed])].filter((node) => !this.#asked.has(node)));
  }

  /** There is another model, or none. */
  modelChanged(): void {
    this.#scored = 0;
    this.#scaledAt = 0;
    const waiting = [...this.#asked, ...this.#held];
    this.#asked.clear();
    this.#held.clear();
    if (this.#state.value === null) {
      for (const node of waiting) this.#hooks.queue(node, 0);
      this.#rescale();
      return;
    }
    const wanted = [...new Set([...waiting, ...this.#owed()])];
    if (wanted.length > 0) this.#ask(wanted);
    else this.#rescale();
  }

  settingsChanged(changes: Readonly<Record<string, unknown>>): void {
    if (this.#state.value === null || !Object.keys(changes).some((key) => scoringSettings.has(key))) return;
    this.#ask(this.#owed().filter((node) => !this.#asked.has(node)));
    this.#rescale();
  }

  /** The search ends: what waits for an energy enters the frontier without. */
  giveUp(): void {
    if (this.#state.value === null) return;
    this.#owes = true;
    if (this.inFlight) this.#hooks.request({ kind: 'cancelTries', tries: null });
    const waiting = [...this.#asked, ...this.#held];
    this.#asked.clear();
    this.#held.clear();
    for (const id of waiting) {
      const node = this.#state.nodes[id];
      if (node?.status === 'done' && node.expansion === null) this.#hooks.queue(id, 0);
    }
  }

  #ask(nodes: readonly number[]): void {
    if (nodes.length === 0) return;
    for (const node of nodes) this.#asked.add(node);
    this.#hooks.request({ kind: 'score', nodes });
  }

  #wanted(id: number): boolean {
    const { nodes, value, settings } = this.#state;
    return value !== null && wantsEnergy(nodes[id]?.depth ?? 0, settings);
  }

  /** Open nodes without an energy that they should have. */
  #owed(): readonly number[] {
    return this.#state.nodes.flatMap(({ id, status, energy, unscored }) =>
      status === 'open' && energy === null && unscored === undefined && this.#wanted(id) ? [id] : [],
    );
  }

  #rescale(): void {
    if (this.#state.nodes.length === 0) return;
    this.#scaledAt = this.#scored;
    const scales = this.#state.value === null ? null : measureScales(this.#state);
    this.#hooks.emit({ kind: 'frontier.rescaled', scales });
    this.#hooks.onRescaled();
  }
}
