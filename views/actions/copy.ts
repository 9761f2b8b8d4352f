import { selectSearches } from '../../sessions/select/home.ts';
import { stateText } from '../../src/lean/goal.ts';
import { type Deck, focusedPane } from '../deck.ts';
import { chosenSearch, chosenSession } from './chosen.ts';

/** Copies what the focused pane has chosen. */
export function copy(deck: Deck): void {
  const { search, place, snapshot } = deck;
  switch (focusedPane(deck)) {
    case 'goal': {
      const node = search?.state.nodes[place!.selected];
      const goals = node?.goals.map((hash) => search!.state.goals.get(hash)).filter((goal) => goal !== undefined);
      deck.copy('goal', stateText(goals ?? []));
      return;
    }
    case 'candidates': {
      const record = search?.state.nodes[place!.selected]?.candidates[place!.candidate];
      deck.copy('candidate', record?.tactic ?? '');
      return;
    }
    case 'tree':
    case 'frontier': {
      if (!search || !place) return;
      const { proof, verdict } = search.state;
      if (verdict?.accepted && proof?.node === place.selected) {
        deck.copy('proof', verdict.script);
        return;
      }
      const tactic = search.state.nodes[place.selected]?.tactic;
      if (tactic) deck.copy('tactic', tactic);
      else deck.copy('statement', search.state.problem?.statement ?? '');
      return;
    }
    case 'searches':
      deck.copy('statement', selectSearches(snapshot, '').find(({ id }) => id === chosenSearch(deck))?.statement ?? '');
      return;
    default:
      deck.copy('view', deck.viewText());
      return;
  }
}

/** Copies the script that was judged, or the tactics of a proof that is not judged yet. */
export function copyProof(deck: Deck): void {
  const { proof, verdict } = deck.search?.state ?? {};
  if (verdict) deck.copy('proof', verdict.script);
  else if (proof) deck.copy('proof', proof.tactics.join('\n'));
  else deck.notify('info', 'this search has no proof yet');
}

/** Copies the id of what the focused pane has chosen. */
export function copyId(deck: Deck): void {
  const { search, place, snapshot } = deck;
  switch (focusedPane(deck)) {
    case 'searches':
      deck.copy('id', chosenSearch(deck) ?? '');
      return;
    case 'sessions':
      deck.copy('id', chosenSession(deck)?.id ?? '');
      return;
    case 'tree':
    case 'frontier':
    case 'goal':
      if (search && place) deck.copy('id', `${search.id}#${place.selected}`);
      return;
    case 'candidates':
      if (search && place) deck.copy('id', `${search.id}#${place.selected}.${place.candidate}`);
      return;
    default:
      deck.copy('id', snapshot.session?.id ?? '');
      return;
  }
}
