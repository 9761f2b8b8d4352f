import { BestFirst } from './best-first.ts';

/** Which node is expanded next. Holds node ids only; the tree belongs to the search state. */
export interface SearchStrategy {
  /** Puts a node into the frontier, or moves it there to a new score. */
  queue(node: number, score: number): void;
  /** Takes out the next node, or null when the frontier is empty. */
  take(): number | null;
  /** Takes this node out of the frontier, wherever it stands. */
  remove(node: number): void;
}

const strategies: Readonly<Record<string, () => SearchStrategy>> = {
  'best-first': () => new BestFirst(),
};

/** A fresh strategy by its name in the settings. Throws on a name that the settings schema does not know. */
export function createStrategy(name: string): SearchStrategy {
  const create = strategies[name];
  if (!create) throw new Error(`no search strategy is called ${name}; there are ${Object.keys(strategies).join(', ')}`);
  return create();
}
