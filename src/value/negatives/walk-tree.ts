import { type Goal, stateText } from '../../lean/goal.ts';
import type { StateRef } from '../../lean/pool/types.ts';

/** How far the tries at a state got. */
export interface Tries {
  readonly tried: number;
  /** Tries that led to another state. */
  readonly worked: number;
  /** Tries that the wall clock ended, or a worker's death: they say nothing. */
  readonly undecided: number;
}

/** A proof state beside or on a known proof. */
export interface WalkNode {
  readonly id: number;
  readonly parent: number | null;
  /** Null at the root. */
  readonly tactic: string | null;
  readonly origin: string | null;
  readonly logProb: number;
  readonly depth: number;
  readonly goals: readonly Goal[];
  readonly text: string;
  readonly ref: StateRef;
  /** On the known proof. */
  readonly isGiven: boolean;
  /** States that one tactic leads to from here, those found elsewhere among them. */
  readonly next: readonly number[];
  /** Null while nothing was tried. */
  readonly tries: Tries | null;
  /** What the judge said of a state without goals; null for open ones. */
  readonly verdict: { readonly accepted: boolean; readonly level: string | null } | null;
}

export interface FoundState {
  readonly parent: number | null;
  readonly tactic: string | null;
  readonly origin: string | null;
  readonly logProb: number;
  readonly goals: readonly Goal[];
  readonly ref: StateRef;
  readonly isGiven: boolean;
  readonly verdict?: WalkNode['verdict'];
}

/** The states of a walk, each text once. Numbers are given in the order in which they come. */
export class WalkTree {
  readonly #nodes: WalkNode[] = [];
  readonly #byText = new Map<string, number>();

  get nodes(): readonly WalkNode[] {
    return this.#nodes;
  }

  node(id: number): WalkNode {
    const node = this.#nodes[id];
    if (node === undefined) throw new Error(`the walk has no state ${id}`);
    return node;
  }

  /** The node of an open state that is known already. */
  known(goals: readonly Goal[]): number | undefined {
    return goals.length === 0 ? undefined : this.#byText.get(stateText(goals));
  }

  /** Adds a state, or the way to one that is known, and returns its number. Ends of proofs are never the same. */
  add(found: FoundState): number {
    const text = stateText(found.goals);
    const known = found.goals.length === 0 ? undefined : this.#byText.get(text);
    const id = known ?? this.#nodes.length;
    const { parent } = found;
    if (parent !== null) {
      const above = this.node(parent);
      if (!above.next.includes(id)) this.#nodes[parent] = { ...above, next: [...above.next, id] };
    }
    if (known !== undefined) return known;
    const depth = parent === null ? 0 : this.node(parent).depth + 1;
    this.#nodes.push({ ...found, id, depth, text, next: [], tries: null, verdict: found.verdict ?? null });
    if (found.goals.length > 0) this.#byText.set(text, id);
    return id;
  }

  noteTries(id: number, tries: Tries): void {
    this.#nodes[id] = { ...this.node(id), tries };
  }

  /** The tactics from the root to a state. */
  path(id: number): readonly string[] {
    const tactics: string[] = [];
    for (let node = this.node(id); node.parent !== null; node = this.node(node.parent)) tactics.push(node.tactic ?? '');
    return tactics.reverse();
  }
}
