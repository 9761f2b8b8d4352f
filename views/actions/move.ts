import { frontierOrder } from '../../sessions/select/frontier.ts';
import { selectSearches, selectSessions } from '../../sessions/select/home.ts';
import { selectRuns, selectTheorems } from '../../sessions/select/run.ts';
import { selectRunRows } from '../../sessions/select/run-rows.ts';
import { selectTrainings } from '../../sessions/select/training.ts';
import { allScreens, type Deck, focusedPane, type ViewAction } from '../deck.ts';
import { candidateRows } from '../panes/candidate-rows.ts';
import type { HomePane, ListState, SearchUi } from '../ui.ts';

/** Number of rows of a list on the Home screen. */
function homeCount({ snapshot, ui }: Pick<Deck, 'snapshot' | 'ui'>, pane: HomePane): number {
  switch (pane) {
    case 'searches':
      return selectSearches(snapshot, ui.lists.searches.query).length;
    case 'runs':
      return selectRuns(snapshot.runs ?? [], ui.lists.runs.query).length;
    case 'sessions':
      return selectSessions(snapshot.sessions, {
        filter: ui.lists.sessions.query,
        order: ui.sessionOrder,
        reverse: false,
      }).length;
    case 'workers':
      return snapshot.workers.length;
  }
}

/** Moves the focused pane's choice by rows; infinite distances go to the ends. */
export function moveBy(deck: Deck, by: number): void {
  const { ui, place } = deck;
  const pane = focusedPane(deck);
  switch (pane) {
    case 'searches':
    case 'sessions':
    case 'runs':
    case 'workers':
      moveList(ui.lists[pane], homeCount(deck, pane), by);
      return;
    case 'theorems':
      moveInTheorems(deck, by);
      return;
    case 'flight':
    case 'errors':
    case 'log':
    case 'warnings':
      if (deck.snapshot.run)
        moveList(ui.lists[pane], selectRunRows(deck.snapshot.run, pane, ui.lists[pane].query).rows.length, by);
      return;
    case 'training':
      moveList(ui.lists.training, selectTrainings(deck.snapshot.trainings ?? [], ui.lists.training.query).length, by);
      return;
    case 'inspect':
    case 'doctor':
    case 'compare': {
      // Drawing brings the position into range: it alone knows the number of lines.
      const list = ui.lists[pane];
      list.top = bounded(list.top + by, 1_000_000);
      return;
    }
    case 'goal':
      if (place) place.goalTop = bounded(place.goalTop + by, 1_000_000);
      return;
    case 'tree':
      if (place) moveInTree(place, by);
      return;
    case 'frontier':
      moveInFrontier(deck, by);
      return;
    case 'candidates':
      moveInCandidates(deck, by);
      return;
  }
}

function bounded(index: number, count: number): number {
  return Math.max(0, Math.min(index, count - 1));
}

function moveList(list: ListState, count: number, by: number): void {
  list.index = bounded(list.index + by, count);
}

function moveInTheorems({ snapshot, ui }: Deck, by: number): void {
  if (!snapshot.run) return;
  const list = ui.lists.theorems;
  const query = { filter: list.query, order: ui.theoremOrder, reverse: ui.theoremReverse };
  const rows = selectTheorems(snapshot.run, query);
  const index = rows.findIndex((row) => row.index === ui.theorem);
  list.index = bounded((index < 0 ? list.index : index) + by, rows.length);
  ui.theorem = rows[list.index]?.index ?? null;
}

function moveInTree(place: SearchUi, by: number): void {
  if (place.tree.rows === 0) return;
  place.follow = false;
  place.selected = place.tree.nodeAt(bounded(place.tree.rowOf(place.selected) + by, place.tree.rows));
}

function moveInFrontier({ search, place }: Deck, by: number): void {
  if (!search || !place) return;
  const order = frontierOrder(search.state);
  const index = Math.max(0, order.indexOf(place.frontierNode ?? -1));
  const node = order[bounded(index + by, order.length)];
  if (node === undefined) return;
  place.follow = false;
  place.frontierNode = node;
  place.selected = node;
}

function moveInCandidates({ search, place }: Deck, by: number): void {
  if (!search || !place) return;
  const rows = candidateRows({ search, place });
  const index = Math.max(
    0,
    rows.findIndex((row) => row.index === place.candidate),
  );
  place.candidate = rows[bounded(index + by, rows.length)]?.index ?? 0;
}

/** Chooses a node, opening what hides it. */
export function selectNode(place: SearchUi, id: number): void {
  place.follow = false;
  place.tree.reveal(id);
  place.selected = id;
}

/** Left: collapse, else go to the parent. In the other panes: to the parent. */
function moveLeft({ place, ui }: Deck): void {
  if (!place || place.tree.length === 0) return;
  const { tree, selected } = place;
  if (ui.pane === 'tree' && tree.hasChildren(selected) && !tree.isCollapsed(selected)) {
    place.follow = false;
    tree.setCollapsed(selected, true);
    return;
  }
  const parent = tree.parentOf(selected);
  if (parent !== null) selectNode(place, parent);
}

/** Right: expand, else go to the first child. On a candidate: to the node that it made. */
function moveRight(deck: Deck): void {
  const { place, search, ui } = deck;
  if (!place || !search || place.tree.length === 0) return;
  if (ui.pane === 'candidates') {
    const row = candidateRows({ search, place }).find(({ index }) => index === place.candidate);
    if (row?.child !== null && row?.child !== undefined) selectNode(place, row.child);
    else deck.notify('info', 'this candidate made no node');
    return;
  }
  const { tree, selected } = place;
  if (tree.isCollapsed(selected)) tree.setCollapsed(selected, false);
  else {
    const child = tree.firstChild(selected);
    if (child !== null) selectNode(place, child);
  }
}

const page = ({ size }: Deck): number => Math.max(1, size.rows - 8);
const move = (
  id: string,
  keys: readonly string[],
  name: string,
  description: string,
  run: (deck: Deck) => void,
): ViewAction => ({
  id: `move.${id}`,
  keys,
  name,
  description,
  screens: allScreens,
  run,
});

export const moveActions: readonly ViewAction[] = [
  move('down', ['j', 'down'], 'down', 'Next row, or scroll down', (deck) => moveBy(deck, 1)),
  move('up', ['k', 'up'], 'up', 'Previous row, or scroll up', (deck) => moveBy(deck, -1)),
  { ...move('left', ['h', 'left'], 'parent', 'Collapse the node, or go to its parent', moveLeft), screens: ['search'] },
  {
    ...move(
      'right',
      ['l', 'right'],
      'child',
      'Expand the row, go to the first child, or to the node that a candidate made',
      moveRight,
    ),
    screens: ['search'],
  },
  move('first', ['g', 'home'], 'first', 'First row', (deck) => moveBy(deck, Number.NEGATIVE_INFINITY)),
  move('last', ['G', 'end'], 'last', 'Last row', (deck) => moveBy(deck, Number.POSITIVE_INFINITY)),
  move('pageDown', ['pagedown', 'ctrl-f'], 'page down', 'One page down', (deck) => moveBy(deck, page(deck))),
  move('pageUp', ['pageup', 'ctrl-b'], 'page up', 'One page up', (deck) => moveBy(deck, -page(deck))),
];
