import { treeFacts } from '../sessions/select/frontier.ts';
import type { OpenSearch } from '../sessions/workbench.ts';
import { candidateRows } from './panes/candidate-rows.ts';
import type { SearchUi } from './ui.ts';

/** Brings the place in a search to its state: the rows of the tree, the selection and what it follows, scroll positions. */
export function settlePlace(search: OpenSearch, place: SearchUi): void {
  const { state } = search;
  place.tree.sync(state.nodes);
  if (state.nodes.length === 0) return;
  if (place.follow || place.selected >= state.nodes.length) {
    const wanted = state.ended && state.proof ? state.proof.node : (treeFacts(state).current ?? 0);
    if (wanted !== place.selected) place.tree.reveal(wanted);
    place.selected = wanted;
  }
  if (place.topNode >= state.nodes.length) place.topNode = 0;
  if (place.settledNode === place.selected) {
    const node = state.nodes[place.selected];
    // Answers that are no candidates are all that there is to choose.
    if (node?.candidates.length === 0 && node.unusable !== undefined && place.candidate >= 0) place.candidate = -1;
    return;
  }
  place.settledNode = place.selected;
  place.goalTop = 0;
  place.candidateTop = 0;
  place.candidate = candidateRows({ search, place })[0]?.index ?? 0;
}
