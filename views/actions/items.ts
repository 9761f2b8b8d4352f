import { candidateOrders } from '../../sessions/select/candidates.ts';
import { sessionOrders } from '../../sessions/select/home.ts';
import { theoremOrders } from '../../sessions/select/run.ts';
import { counted } from '../../src/text/quantity.ts';
import { allScreens, type Deck, focusedPane, isOver, type ViewAction } from '../deck.ts';
import { chosenRun, chosenSearch, chosenSession } from './chosen.ts';
import { copy, copyId, copyProof } from './copy.ts';
import { open } from './open.ts';

function pin(deck: Deck): void {
  const { snapshot, ui } = deck;
  const run = ui.screen === 'run' ? snapshot.run : focusedPane(deck) === 'runs' ? chosenRun(deck) : null;
  if (run !== null || ui.screen === 'run') {
    if (run === null) deck.notify('info', 'no run is open to pin');
    else deck.act({ kind: 'pinRun', run: run.id });
    return;
  }
  const id = ui.screen === 'home' ? chosenSearch(deck) : snapshot.focused;
  if (id === null) {
    deck.notify('info', 'no search is chosen to pin');
    return;
  }
  const pinned = snapshot.compared === id;
  deck.act({ kind: 'compare', search: pinned ? null : id });
  deck.notify('info', pinned ? 'unpinned' : 'pinned as the baseline: focus another search, then open Compare');
}

function sort(deck: Deck): void {
  const { ui, place } = deck;
  if (ui.screen === 'run')
    ui.theoremOrder = theoremOrders[(theoremOrders.indexOf(ui.theoremOrder) + 1) % theoremOrders.length]!;
  else if (ui.screen === 'home')
    ui.sessionOrder = sessionOrders[(sessionOrders.indexOf(ui.sessionOrder) + 1) % sessionOrders.length]!;
  else if (place) place.order = candidateOrders[(candidateOrders.indexOf(place.order) + 1) % candidateOrders.length]!;
}

function reverse(deck: Deck): void {
  if (deck.ui.screen === 'run') deck.ui.theoremReverse = !deck.ui.theoremReverse;
  else if (deck.ui.screen === 'home') deck.ui.sessionReverse = !deck.ui.sessionReverse;
  else if (deck.place) deck.place.reverse = !deck.place.reverse;
}

function askDelete(deck: Deck): void {
  const session = chosenSession(deck);
  if (deck.ui.homePane !== 'sessions' || !session) {
    deck.notify('info', 'choose a session in the Sessions pane first');
    return;
  }
  const question = `Delete session ${session.id} (${session.title}, ${counted(session.events, 'event')})? It cannot be undone.`;
  deck.open({ kind: 'confirm', question, action: { kind: 'deleteSession', session: session.id } });
}

function takeOver(deck: Deck): void {
  const { session } = deck.snapshot;
  if (!session?.readOnly) {
    deck.notify('info', 'the session is not read-only');
    return;
  }
  const question = `Take over session ${session.id}? Its searches can then go on here; a process that has it open can only look from then on.`;
  deck.open({ kind: 'confirm', question, action: { kind: 'openSession', session: session.id, takeOver: true } });
}

export const itemActions: readonly ViewAction[] = [
  {
    id: 'open',
    keys: ['enter'],
    name: 'open',
    description:
      'Open the search, session, run, theorem or training; from tree or goal to the candidates; the details of a candidate',
    screens: ['home', 'search', 'run', 'training'],
    footer: {
      searches: 1,
      sessions: 1,
      runs: 1,
      training: 1,
      candidates: 3,
      frontier: 5,
      theorems: 1,
      flight: 1,
      errors: 1,
    },
    run: open,
  },
  {
    id: 'pin',
    keys: ['p', 'space'],
    name: 'pin',
    description: 'Pin the search as the baseline for Compare, or the run; or unpin it',
    screens: ['home', 'search', 'run', 'compare'],
    footer: { searches: 3, runs: 2, theorems: 5 },
    run: pin,
  },
  {
    id: 'copy',
    keys: ['y'],
    name: 'copy',
    description: 'Copy the goal, candidate, tactic, proof, row or view to the clipboard and to a file',
    screens: allScreens,
    footer: { goal: 5, inspect: 2, compare: 2, doctor: 3 },
    run: copy,
  },
  {
    id: 'copyId',
    keys: ['Y'],
    name: 'copy id',
    description: 'Copy the id of the focused item',
    screens: allScreens,
    run: copyId,
  },
  {
    id: 'copyProof',
    keys: ['P'],
    name: 'copy proof',
    description: 'Copy the proof of the focused search',
    screens: ['search'],
    refusal: (deck) => (deck.search ? null : 'no search is open'),
    now: (deck) => (isOver(deck) && deck.search?.state.verdict?.accepted ? { place: -2 } : {}),
    run: copyProof,
  },
  {
    id: 'export',
    keys: ['e'],
    name: 'export',
    description: 'Write the view as text to a file and copy it; on the Run screen, write the report of the run',
    screens: allScreens,
    footer: { theorems: 6, errors: 5, log: 5, warnings: 5 },
    now: ({ ui }) => (ui.screen === 'run' ? { name: 'report' } : {}),
    run: (deck) => {
      if (deck.ui.screen === 'run' && deck.snapshot.run) deck.act({ kind: 'exportReport' });
      else deck.copy('view', deck.viewText());
    },
  },
  {
    id: 'page',
    keys: ['o'],
    name: 'as text',
    description: 'Show the focused pane as frozen text over the whole screen, to read or to select with the mouse',
    screens: allScreens,
    run: (deck) => deck.page('View', deck.viewText()),
  },
  {
    id: 'sort',
    keys: ['s'],
    name: 'sort',
    description: 'Sort sessions, candidates or theorems by the next column',
    screens: ['home', 'search', 'run'],
    run: sort,
  },
  {
    id: 'reverse',
    keys: ['S'],
    name: 'reverse',
    description: 'Reverse the order',
    screens: ['home', 'search', 'run'],
    run: reverse,
  },
  {
    id: 'deleteSession',
    keys: ['d'],
    name: 'delete',
    description: 'Delete the chosen session; asks first',
    screens: ['home'],
    footer: { sessions: 4 },
    run: askDelete,
  },
  {
    id: 'takeOver',
    keys: ['T'],
    name: 'take over',
    description: 'Become the writer of a session that is open read-only; asks first',
    screens: ['home', 'search'],
    now: (deck) => (deck.snapshot.session?.readOnly ? { place: -3 } : {}),
    run: takeOver,
  },
];
