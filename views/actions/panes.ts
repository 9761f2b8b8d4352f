import type { Deck, ViewAction } from '../deck.ts';
import { homePanes, runPanes, searchPanes } from '../ui.ts';

function changePane({ ui }: Deck, by: number): void {
  const next = <T>(panes: readonly T[], now: T): T => panes[(panes.indexOf(now) + by + panes.length) % panes.length]!;
  if (ui.screen === 'home') ui.homePane = next(homePanes, ui.homePane);
  if (ui.screen === 'search') ui.pane = next(searchPanes, ui.pane);
  if (ui.screen === 'run') ui.runPane = next(runPanes, ui.runPane);
}

/** Shows a pane by its number. */
function goToPane({ ui }: Deck, number: number): void {
  if (ui.screen === 'home') ui.homePane = homePanes[number - 1] ?? ui.homePane;
  if (ui.screen === 'search') ui.pane = searchPanes[number - 1] ?? ui.pane;
  if (ui.screen === 'run') ui.runPane = runPanes[number - 1] ?? ui.runPane;
}

export const paneActions: readonly ViewAction[] = [
  {
    id: 'nextPane',
    keys: ['tab'],
    name: 'pane',
    description: 'Next pane',
    screens: ['home', 'search', 'run'],
    footer: { workers: 3, flight: 4, errors: 4, log: 4, warnings: 4 },
    run: (deck) => changePane(deck, 1),
  },
  {
    id: 'previousPane',
    keys: ['shift-tab'],
    name: 'previous pane',
    description: 'Previous pane',
    screens: ['home', 'search', 'run'],
    run: (deck) => changePane(deck, -1),
  },
  {
    id: 'pane1',
    keys: ['1'],
    name: 'pane 1',
    description: 'First pane: tree, open searches, or theorems',
    screens: ['home', 'search', 'run'],
    run: (deck) => goToPane(deck, 1),
  },
  {
    id: 'pane2',
    keys: ['2'],
    name: 'pane 2',
    description: 'Second pane: goal, sessions, or what is in flight',
    screens: ['home', 'search', 'run'],
    run: (deck) => goToPane(deck, 2),
  },
  {
    id: 'pane3',
    keys: ['3'],
    name: 'pane 3',
    description: 'Third pane: candidates, runs, or errors',
    screens: ['home', 'search', 'run'],
    run: (deck) => goToPane(deck, 3),
  },
  {
    id: 'pane4',
    keys: ['4'],
    name: 'pane 4',
    description: 'Fourth pane: workers, or the log of the run',
    screens: ['home', 'run'],
    run: (deck) => goToPane(deck, 4),
  },
  {
    id: 'pane5',
    keys: ['5'],
    name: 'pane 5',
    description: 'Fifth pane: warnings of the run',
    screens: ['run'],
    run: (deck) => goToPane(deck, 5),
  },
];
