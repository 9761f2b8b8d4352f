import { BestFirst } from './best-first.ts';
import type { SearchStrategy } from './strategy.ts';

const strategies: Readonly<Record<string, () => SearchStrategy>> = {
  'best-first': () => new BestFirst(),
  // The same order, by scores of its own: see `puctParts`.
  'whole-proof': () => new BestFirst(),
};

/** A fresh strategy by its name in the settings. Throws on a name that the settings schema does not know. */
export function createStrategy(name: string): SearchStrategy {
  const create = strategies[name];
  if (!create) throw new Error(`no search strategy is called ${name}; there are ${Object.keys(strategies).join(', ')}`);
  return create();
}
