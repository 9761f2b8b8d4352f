import { type Deck, focusedPane, type PaneName } from '../deck.ts';
import type { FilterTarget } from '../ui.ts';
import { moveBy, selectNode } from './move.ts';

/** What a filter typed in a pane is about. */
export function filterTarget(pane: PaneName): FilterTarget {
  return pane === 'goal' || pane === 'frontier' ? 'tree' : pane;
}

/** The filter text of a target. */
export function filterOf({ ui, place }: Pick<Deck, 'ui' | 'place'>, target: FilterTarget): string {
  if (target === 'tree' || target === 'goal') return place?.treeQuery ?? '';
  if (target === 'candidates') return place?.candidateQuery ?? '';
  return ui.lists[target].query;
}

/** Sets the filter text of a target. */
export function setFilter({ ui, place }: Pick<Deck, 'ui' | 'place'>, target: FilterTarget, text: string): void {
  if (target === 'tree' || target === 'goal') {
    if (place) place.treeQuery = text;
  } else if (target === 'candidates') {
    if (place) place.candidateQuery = text;
  } else ui.lists[target].query = text;
}

/** Goes to the next match: in the tree through nodes in the order in which they were added, elsewhere to the next row or line. */
export function nextMatch(deck: Deck, by: 1 | -1): void {
  const target = filterTarget(focusedPane(deck));
  const query = filterOf(deck, target).toLowerCase();
  if (query === '') {
    deck.notify('info', 'nothing is searched for: type / first');
    return;
  }
  if (target !== 'tree') {
    moveBy(deck, by);
    return;
  }
  const { search, place } = deck;
  if (!search || !place) return;
  const { nodes } = search.state;
  for (let distance = 1; distance <= nodes.length; distance++) {
    const id = (place.selected + by * distance + nodes.length * 2) % nodes.length;
    if (`${id} ${nodes[id]!.tactic ?? ''}`.toLowerCase().includes(query)) {
      selectNode(place, id);
      return;
    }
  }
  deck.notify('warning', `no node holds /${query}`);
}
