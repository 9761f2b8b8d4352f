import type { StateRef } from '../lean/pool/types.ts';
import { rootPrefix, type SearchState } from './state.ts';

interface Step {
  readonly ref: StateRef;
  readonly resultKey: string;
  readonly tactic: string;
}

/** How the workers can reach each node of a search: by the problem's root, the tactics before the tree, and the tree's. */
export class StateRefs {
  readonly #state: SearchState;
  readonly #refs = new Map<number, StateRef>();

  constructor(state: SearchState) {
    this.#state = state;
  }

  /** The way to a node of the tree. */
  ref(node: number): StateRef {
    const known = this.#refs.get(node);
    if (known) return known;
    const record = this.#state.nodes[node];
    const made: StateRef =
      record?.parent == null || record.candidate === null
        ? this.#rootRef()
        : {
            key: this.resultKey(record.parent, record.candidate),
            parent: this.ref(record.parent),
            tactic: record.tactic ?? '',
          };
    this.#refs.set(node, made);
    return made;
  }

  /** The key of the state that a candidate makes, before the tree has a number for it. */
  resultKey(node: number, candidate: number): string {
    return `${node}.${candidate}`;
  }

  /** The steps from the problem's own root to the root of the tree. */
  prefixSteps(): Step[] {
    const steps: Step[] = [];
    let ref: StateRef = { key: 'root', parent: null, tactic: '' };
    rootPrefix(this.#state).forEach((tactic, i) => {
      const resultKey = `prefix.${i}`;
      steps.push({ ref, resultKey, tactic });
      ref = { key: resultKey, parent: ref, tactic };
    });
    return steps;
  }

  #rootRef(): StateRef {
    const last = this.prefixSteps().at(-1);
    return last
      ? { key: last.resultKey, parent: last.ref, tactic: last.tactic }
      : { key: 'root', parent: null, tactic: '' };
  }
}
