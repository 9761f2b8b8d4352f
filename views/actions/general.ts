import type { Screen } from '../../sessions/workbench.ts';
import { allScreens, type Deck, focusedPane, isOver, type ViewAction } from '../deck.ts';
import { editOf, emptyEdit } from '../text/edit.ts';
import { filterOf, filterTarget, nextMatch, setFilter } from './find.ts';
import { paneActions } from './panes.ts';

/** Back out one level: filter, frontier view, pane, screen. Overlays take the key before this. */
function back(deck: Deck): void {
  const { ui, place } = deck;
  const target = filterTarget(focusedPane(deck));
  if (filterOf(deck, target) !== '') {
    setFilter(deck, target, '');
    return;
  }
  if (ui.screen === 'search') {
    if (place?.frontier && ui.pane === 'tree') place.frontier = false;
    else if (ui.pane !== 'tree') ui.pane = 'tree';
    else deck.goTo(deck.search?.job === undefined ? 'home' : 'run');
    return;
  }
  if (ui.screen === 'run') {
    if (ui.runPane !== 'theorems') ui.runPane = 'theorems';
    else if (!ui.isOneRun) deck.goTo('home');
    return;
  }
  if (ui.screen !== 'home') deck.goTo(deck.search ? 'search' : 'home');
}

/** Leaves the view, then the workbench. */
function leave(deck: Deck): void {
  const { ui } = deck;
  if (ui.screen === (ui.isOneRun ? 'run' : 'home')) leaveWorkbench(deck);
  else deck.goTo(ui.isOneRun || (ui.screen === 'search' && deck.search?.job !== undefined) ? 'run' : 'home');
}

/** A search that runs is asked about: it stops with the workbench, and goes on when its session is opened again. */
function leaveWorkbench(deck: Deck): void {
  const running = deck.snapshot.searches.filter(({ state, connected }) => connected && state.mode === 'running').length;
  if (running === 0) {
    deck.quit();
    return;
  }
  const searches = running === 1 ? 'A search is running: it stops' : `${running} searches are running: they stop`;
  deck.open({
    kind: 'confirm',
    question: `${searches} here and can go on when the session is opened again. Leave?`,
    action: 'quit',
  });
}

function toScreen(
  screen: Screen,
  keys: readonly string[],
  name: string,
  description: string,
  more: Partial<ViewAction> = {},
): ViewAction {
  return { id: screen, keys, name, description, screens: allScreens, run: (deck) => deck.goTo(screen), ...more };
}

function prompt(deck: Deck, text: string): void {
  deck.open({ kind: 'prompt', edit: editOf(text), past: null, draft: text, picked: null });
}

const promptFooter = { searches: 2, sessions: 3, runs: 3, workers: 1, inspect: 3, doctor: 2, compare: 3 } as const;

export const generalActions: readonly ViewAction[] = [
  {
    id: 'new',
    keys: ['a'],
    name: 'new search',
    description: 'Type a statement and search for a proof',
    screens: ['home', 'search'],
    footer: { searches: 4, sessions: 2, workers: 2 },
    now: (deck) => (isOver(deck) ? { place: 0 } : {}),
    run: (deck) => deck.open({ kind: 'statement', edit: emptyEdit }),
  },
  {
    id: 'prompt',
    keys: [':'],
    name: 'command',
    description: 'Command prompt: the same commands as on the command line, and live settings',
    screens: allScreens,
    footer: promptFooter,
    run: (deck) => prompt(deck, ''),
  },
  {
    id: 'help',
    keys: ['?'],
    name: 'help',
    description: 'All keys of this view; typing filters them',
    screens: allScreens,
    run: (deck) => deck.open({ kind: 'help', filter: emptyEdit, top: 0 }),
  },
  {
    id: 'filter',
    keys: ['/'],
    name: 'filter',
    description: 'Search the tree, or filter the focused list',
    screens: allScreens,
    footer: { searches: 5, sessions: 5, runs: 4, inspect: 1, compare: 1 },
    run: (deck) => {
      const target = filterTarget(focusedPane(deck));
      const before = filterOf(deck, target);
      deck.open({ kind: 'filter', target, edit: editOf(before), before });
    },
  },
  {
    id: 'next',
    keys: ['n'],
    name: 'next match',
    description: 'Next match of the filter',
    screens: allScreens,
    run: (deck) => nextMatch(deck, 1),
  },
  {
    id: 'previous',
    keys: ['N'],
    name: 'previous match',
    description: 'Previous match of the filter',
    screens: allScreens,
    run: (deck) => nextMatch(deck, -1),
  },
  ...paneActions,
  toScreen('home', ['H'], 'home', 'Home: searches, sessions, runs, workers'),
  toScreen('search', ['W'], 'search', 'The focused search', {
    refusal: (deck) => (deck.search ? null : 'no search is open: a types a statement to prove'),
  }),
  {
    id: 'servers',
    keys: ['M'],
    name: 'servers',
    description: 'The servers of models and the GPUs, live: load, weights, our requests, what is wrong',
    screens: allScreens,
    footer: { workers: 5 },
    run: (deck) => deck.open({ kind: 'servers', top: 0 }),
  },
  toScreen('compare', ['C'], 'compare', 'The pinned search beside the focused one, or the pinned runs'),
  {
    id: 'doctor',
    keys: ['D'],
    name: 'doctor',
    description: 'What this machine has and lacks; runs the checks',
    screens: allScreens,
    footer: { doctor: 1, workers: 4 },
    run: (deck) => {
      deck.goTo('doctor');
      deck.act({ kind: 'diagnose' });
    },
  },
  {
    id: 'inspect',
    keys: ['I'],
    name: 'inspect',
    description: 'Inspect a theorem or definition by name',
    screens: allScreens,
    footer: { inspect: 4 },
    run: (deck) => prompt(deck, 'inspect '),
  },
  {
    id: 'back',
    keys: ['escape'],
    name: 'back',
    description: 'Close the overlay, clear the filter, or back out one level',
    screens: allScreens,
    run: back,
  },
  {
    id: 'leave',
    keys: ['q', 'ctrl-c'],
    name: 'leave',
    description: 'Leave the view, then the workbench; a second Ctrl-C within 2 s forces it',
    screens: allScreens,
    run: leave,
  },
  {
    id: 'quit',
    keys: [],
    name: 'quit',
    description: 'Leave the workbench from anywhere; nothing is lost',
    screens: allScreens,
    run: (deck) => deck.quit(),
  },
  {
    id: 'repaint',
    keys: ['ctrl-l'],
    name: 'repaint',
    description: 'Paint the whole screen again',
    screens: allScreens,
    run: (deck) => deck.repaint(),
  },
  {
    id: 'suspend',
    keys: ['ctrl-z'],
    name: 'suspend',
    description: 'Put the workbench to sleep and go back to the shell; fg wakes it',
    screens: allScreens,
    run: (deck) => deck.suspend(),
  },
];
