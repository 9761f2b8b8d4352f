import { unusableAt } from '../../sessions/select/candidates.ts';
import { type Deck, focusedPane } from '../deck.ts';
import { detailLines } from '../panes/candidate-details.ts';
import { lineText } from '../text/line.ts';
import { chosenRun, chosenSearch, chosenSession } from './chosen.ts';
import { openTheorem } from './run.ts';
import { openTraining } from './training.ts';

/** Opens what the focused pane has chosen. */
export function open(deck: Deck): void {
  const { ui, place } = deck;
  switch (focusedPane(deck)) {
    case 'searches': {
      const id = chosenSearch(deck);
      if (id !== null) deck.act({ kind: 'focus', search: id }, () => deck.goTo('search'));
      return;
    }
    case 'sessions': {
      const session = chosenSession(deck);
      if (session)
        deck.act({ kind: 'openSession', session: session.id }, () =>
          deck.snapshot.searches.length > 0 ? deck.goTo('search') : undefined,
        );
      return;
    }
    case 'runs': {
      const run = chosenRun(deck);
      if (run !== null) deck.act({ kind: 'openRun', run: run.id }, () => deck.goTo('run'));
      return;
    }
    case 'training':
      openTraining(deck);
      return;
    case 'theorems':
    case 'flight':
    case 'errors':
    case 'log':
    case 'warnings':
      openTheorem(deck);
      return;
    case 'tree':
    case 'goal':
      ui.pane = 'candidates';
      return;
    case 'frontier':
      if (place && place.frontierNode !== null) {
        place.selected = place.frontierNode;
        place.tree.reveal(place.selected);
        place.frontier = false;
      }
      return;
    case 'candidates':
      openCandidate(deck);
      return;
    default:
      return;
  }
}

function openCandidate(deck: Deck): void {
  const { search, place } = deck;
  if (!search || !place) return;
  const node = search.state.nodes[place.selected];
  if (node && unusableAt(node, place.candidate))
    deck.page(`An answer at node ${place.selected} that is no candidate`, candidateText(deck));
  else if (node?.candidates[place.candidate])
    deck.page(`Candidate ${place.candidate} of node ${place.selected}`, candidateText(deck));
  else deck.notify('info', 'this node has no candidate to open');
}

/** Everything about the chosen candidate: facts, tactic, what Lean said in full, and the provider's raw text. */
function candidateText(deck: Deck): string {
  const { search, place } = deck;
  const node = search && place ? search.state.nodes[place.selected] : undefined;
  if (!search || !place || !node) return 'no candidate is chosen';
  const record = node.candidates[place.candidate];
  const facts = detailLines(deck.searchContext(search, place), node, Math.max(20, deck.size.columns)).map(lineText);
  if (!record) return facts.join('\n') || 'no candidate is chosen';
  const { status } = record;
  const more = [
    status.kind === 'answered' && status.syntaxKind !== undefined ? `syntax kind: ${status.syntaxKind}` : '',
    status.kind === 'answered' && status.heartbeats !== undefined ? `heartbeats: ${status.heartbeats}` : '',
  ].filter(Boolean);
  const raw = record.raw === undefined ? [] : ['', 'Text that the tactic was taken out of:', record.raw];
  return [...facts, ...more, ...raw].join('\n');
}
