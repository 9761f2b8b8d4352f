import type { Deck } from '../deck.ts';

/** Why a search that has ended would end again at once if it went on, and what gets further; null where it would not, or never began. */
export function whyNothingLeft({ search }: Pick<Deck, 'search'>): string | null {
  if (search === null || search.at !== null) return null;
  const { mode, nodes, openCount, settings, statistics } = search.state;
  if (mode !== 'ended' || nodes.length === 0 || settings.strategy === 'whole-proof') return null;
  if (openCount === 0)
    return 'no open node is left: expand a node again, try a tactic of yours at one, or fork from one';
  if (statistics.expansions >= settings.max_nodes)
    return `all ${settings.max_nodes} expansions are used up: ":set max_nodes=${2 * Math.max(1, settings.max_nodes)}" gives more`;
  return null;
}
