import { frontierOrder } from '../../sessions/select/frontier.ts';
import { problemTitle } from '../../sessions/select/problem.ts';
import type { OpenSearch } from '../../sessions/workbench.ts';
import { type Deck, isOver, type ViewAction } from '../deck.ts';
import { emptyEdit } from '../text/edit.ts';
import type { SearchUi } from '../ui.ts';
import { whyNothingLeft } from './nothing-left.ts';
import { noProcess, pauseOrContinueRun } from './run.ts';

/** Events that `<` and `>` go past at once. */
const longStride = 50;

const noSearch = 'no search is open';
const inThePast = (deck: Deck): string | null =>
  deck.search === null
    ? noSearch
    : deck.search.at === null
      ? lookOnly(deck)
      : `you are looking at event ${deck.search.at} of ${deck.search.length}: go back to live first`;
const lookOnly = ({ search }: Deck): string | null =>
  search?.job === undefined ? null : 'the search of a run can only be looked at';
const isPast = ({ search }: Deck): boolean => search !== null && search.at !== null;
const needsSearch = (deck: Deck): string | null => (deck.search === null ? noSearch : null);
const needsNode = (deck: Deck): string | null =>
  inThePast(deck) ?? (deck.search!.state.nodes.length === 0 ? 'there is no node yet: Lean has not answered' : null);

const whyNoFork = ({ search, place }: Deck): string | null => {
  const node = search?.state.nodes[place?.selected ?? 0];
  if (!node) return 'there is no node yet';
  return node.goals.length === 0 ? `node ${node.id} has no goal left to fork from: choose another` : null;
};

type Run = (deck: Deck, search: OpenSearch, place: SearchUi) => void;

function action(
  id: string,
  keys: readonly string[],
  name: string,
  description: string,
  run: Run,
  more: Partial<ViewAction> = {},
): ViewAction {
  return {
    id: `search.${id}`,
    keys,
    name,
    description,
    screens: ['search'],
    refusal: needsSearch,
    run: (deck) => {
      if (deck.search && deck.place) run(deck, deck.search, deck.place);
    },
    ...more,
  };
}

function travel(deck: Deck, search: OpenSearch, place: SearchUi, by: number): void {
  const at = (search.at ?? search.length) + by;
  place.follow = true;
  deck.act({ kind: 'travel', at: at >= search.length ? null : Math.max(1, at) });
}

/** Forward in time while travelling; one expansion when live. */
function step(deck: Deck, search: OpenSearch, place: SearchUi): void {
  place.follow = true;
  if (search.at === null) deck.act({ kind: 'step' });
  else travel(deck, search, place, 1);
}

function continueOrPause(deck: Deck, search: OpenSearch, place: SearchUi): void {
  const isRunning = search.state.mode === 'running';
  if (!isRunning) place.follow = true;
  deck.act({ kind: isRunning ? 'pause' : 'run' });
}

function toggleFrontier(deck: Deck, search: OpenSearch, place: SearchUi): void {
  place.frontier = !place.frontier;
  deck.ui.pane = 'tree';
  if (!place.frontier) return;
  const open = search.state.nodes[place.selected]?.status === 'open';
  place.frontierNode = open ? place.selected : (frontierOrder(search.state)[0] ?? null);
}

const tree = { tree: 1, frontier: 1, goal: 1, candidates: 1 } as const;

export const searchActions: readonly ViewAction[] = [
  action('step', ['.'], 'step', 'One expansion; forward one event while travelling in time', step, {
    footer: tree,
    now: (deck) => (isPast(deck) ? { name: 'forward' } : {}),
    refusal: (deck) => needsSearch(deck) ?? (isPast(deck) ? null : (lookOnly(deck) ?? whyNothingLeft(deck))),
  }),
  action(
    'back',
    [','],
    'back',
    'Back one event in time; the search itself is not touched',
    (deck, search, place) => travel(deck, search, place, -1),
    {
      footer: { tree: 6, goal: 6, candidates: 6, frontier: 6 },
      now: (deck) => (isPast(deck) ? { place: 0 } : {}),
      refusal: (deck) => needsSearch(deck) ?? ((deck.search!.at ?? 2) <= 1 ? 'this is the beginning' : null),
    },
  ),
  action('farBack', ['<'], 'far back', `Back ${longStride} events in time`, (deck, search, place) =>
    travel(deck, search, place, -longStride),
  ),
  action('farForward', ['>'], 'far forward', `Forward ${longStride} events in time`, (deck, search, place) =>
    travel(deck, search, place, longStride),
  ),
  action(
    'live',
    ['L'],
    'live',
    'Leave time travel and follow the live search',
    (deck, _, place) => {
      place.follow = true;
      deck.act({ kind: 'travel', at: null });
    },
    { now: (deck) => (isPast(deck) ? { place: 2 } : {}) },
  ),
  action(
    'continue',
    ['c'],
    'continue/pause',
    'Run until a limit, a breakpoint or a pause; pause while running. On the Run screen: pause the run, or let it go on',
    continueOrPause,
    {
      screens: ['search', 'run'],
      footer: { tree: 2, goal: 2, candidates: 2, frontier: 2, theorems: 2, flight: 2, errors: 2, log: 2, warnings: 2 },
      now: ({ search, snapshot, ui }) => {
        const isRunning = ui.screen === 'run' ? snapshot.run?.status !== 'paused' : search?.state.mode === 'running';
        return { name: isRunning ? 'pause' : 'continue' };
      },
      refusal: (deck) => (deck.ui.screen === 'run' ? noProcess(deck) : (inThePast(deck) ?? whyNothingLeft(deck))),
      run: (deck) => {
        if (deck.ui.screen === 'run') pauseOrContinueRun(deck);
        else if (deck.search && deck.place) continueOrPause(deck, deck.search, deck.place);
      },
    },
  ),
  action(
    'stop',
    [],
    'stop',
    'End the search for good; asks first',
    (deck, search) => {
      deck.open({
        kind: 'confirm',
        question: `Stop search ${search.id}${search.state.problem ? ` (${problemTitle(search.state.problem)})` : ''} for good?`,
        action: { kind: 'stop' },
      });
    },
    { refusal: inThePast },
  ),
  action(
    'expand',
    ['x'],
    'expand',
    'Expand the chosen node next, whatever its place in the frontier',
    (deck, _, place) => {
      deck.act({ kind: 'expand', node: place.selected });
    },
    { refusal: needsNode, footer: { tree: 3, frontier: 3 } },
  ),
  action(
    'tactic',
    ['t'],
    'try tactic',
    'Type a tactic and try it at the chosen node',
    (deck, _, place) => {
      deck.open({ kind: 'tactic', edit: emptyEdit, node: place.selected });
    },
    { refusal: needsNode, footer: { tree: 4, goal: 3, candidates: 4 } },
  ),
  action(
    'breakpoint',
    ['b'],
    'breakpoint',
    'Set or clear a breakpoint: the search pauses before it expands the node',
    (deck, _, place) => {
      deck.act({ kind: 'breakpoint', node: place.selected });
    },
    { refusal: needsNode, footer: { tree: 5 } },
  ),
  action(
    'families',
    ['B'],
    'families',
    'Block or allow tactic families from the next expansion on',
    (deck) => {
      deck.open({ kind: 'families', index: 0 });
    },
    { refusal: inThePast, footer: { candidates: 5 } },
  ),
  action(
    'fork',
    ['f'],
    'fork',
    'Start a second search from the chosen node',
    (deck, _, place) => {
      deck.act({ kind: 'fork', node: place.selected });
    },
    {
      refusal: (deck) => needsSearch(deck) ?? lookOnly(deck) ?? whyNoFork(deck),
      now: (deck) => (isOver(deck) ? { place: -1 } : {}),
    },
  ),
  action(
    'frontier',
    ['u'],
    'frontier',
    'Show the open nodes in the order in which they will be taken, or the tree',
    toggleFrontier,
    {
      footer: { frontier: 4, goal: 4 },
      now: ({ place }) => ({ name: place?.frontier ? 'tree' : 'frontier' }),
    },
  ),
  action('follow', ['F'], 'follow', 'Let the selection go with the node being expanded, or stay', (deck, _, place) => {
    place.follow = !place.follow;
    deck.notify('info', place.follow ? 'the selection follows the search' : 'the selection stays');
  }),
];
