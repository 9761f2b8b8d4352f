import { nodeScore } from '../score.ts';
import type { SearchState } from '../state.ts';
import { correctsItself } from './corrections.ts';

/** Which nodes get a further round of whole proofs, and when; and which scores a round has changed. */
export class Rounds {
  readonly #state: SearchState;
  /** Puts a node into the frontier, or gives it a new score there. */
  readonly #queue: (node: number, round: number) => void;
  /** Nodes that were sampled, with the round that they would get next. */
  readonly #sampled = new Map<number, number>();

  constructor(state: SearchState, queue: (node: number, round: number) => void) {
    this.#state = state;
    this.#queue = queue;
  }

  /**
   * A round at a node is over, and its provider has more to say. As in the reference, every other node comes first; only a model
   * that corrects itself is shown its errors soon.
   */
  ended(node: number, round: number): void {
    const { settings, provider } = this.#state;
    if (round < settings.hybrid_corrections && correctsItself(provider)) this.#queue(node, round + 1);
    else this.#sampled.set(node, round + 1);
  }

  /** No node waits: those that were sampled wait for a further round. False when there are none. */
  beginAgain(): boolean {
    const again = [...this.#sampled].filter(([node]) => this.#state.nodes[node]?.status === 'done');
    this.#sampled.clear();
    for (const [node, round] of again) this.#queue(node, round);
    return again.length > 0;
  }

  /** Puts the open nodes whose score has changed into their new places: those with other statistics, and their children. */
  rescore(touched: ReadonlySet<number>): void {
    const nodes = new Set(touched);
    for (const id of touched) for (const child of this.#state.nodes[id]?.children ?? []) nodes.add(child);
    for (const id of [...nodes].sort((a, b) => a - b)) this.#rescore(id);
  }

  /** With another strategy, scores mean something else from now on. */
  settingsChanged(changes: Readonly<Record<string, unknown>>): void {
    if (changes.strategy === undefined && changes.exploration_c === undefined) return;
    for (const { id } of this.#state.nodes) this.#rescore(id);
  }

  #rescore(id: number): void {
    const node = this.#state.nodes[id];
    if (node?.status !== 'open') return;
    if (nodeScore(node, node.round, this.#state) !== node.score) this.#queue(id, node.round);
  }
}
