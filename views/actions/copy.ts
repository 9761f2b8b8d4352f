import { unusableAt } from '../../sessions/select/candidates.ts';
import { selectSearches } from '../../sessions/select/home.ts';
import { theoremText } from '../../sessions/select/run.ts';
import { selectRunRows } from '../../sessions/select/run-rows.ts';
import { stateText } from '../../src/lean/goal.ts';
import { type Deck, focusedPane } from '../deck.ts';
import { chosenRun, chosenSearch, chosenSession } from './chosen.ts';
import { chosenTheorem } from './run.ts';

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
      const node = search?.state.nodes[place!.selected];
      const thrown = node && unusableAt(node, place!.candidate);
      deck.copy('candidate', thrown?.raw ?? node?.candidates[place!.candidate]?.tactic ?? '');
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
    case 'theorems': {
      const theorem = chosenTheorem(deck);
      if (!theorem || !snapshot.run) return;
      const { text, what } = theoremText(snapshot.run, theorem);
      deck.copy(what, text);
      return;
    }
    case 'flight':
    case 'errors':
    case 'log':
    case 'warnings': {
      const { runPane, lists } = deck.ui;
      if (!snapshot.run || runPane === 'theorems') return;
      const row = selectRunRows(snapshot.run, runPane, lists[runPane].query).rows[lists[runPane].index];
      deck.copy('row', row ? `${row.text.trim()}  ${row.more}`.trim() : '');
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
    case 'theorems':
      deck.copy('name', chosenTheorem(deck)?.name ?? '');
      return;
    case 'flight':
    case 'errors':
    case 'log':
    case 'warnings':
      deck.copy('id', snapshot.run?.id ?? '');
      return;
    case 'training':
      deck.copy('id', snapshot.training?.id ?? '');
      return;
    case 'runs':
      deck.copy('id', chosenRun(deck)?.id ?? '');
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
      if (search && place)
        deck.copy('id', `${search.id}#${place.selected}${place.candidate < 0 ? '' : `.${place.candidate}`}`);
      return;
    default:
      deck.copy('id', snapshot.session?.id ?? '');
      return;
  }
}
