import { frontierOrder, selectFrontier, treeFacts } from '../../sessions/select/frontier.ts';
import { oncePerState } from '../../sessions/select/memo.ts';
import type { TreeRow } from '../../sessions/select/tree.ts';
import type { SearchNode, SearchState } from '../../src/search/state.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { counted } from '../../src/text/quantity.ts';
import {
  type Area,
  type Block,
  block,
  cut,
  dotted,
  isInterrupted,
  momentInfo,
  type PaneTitle,
  paneTitle,
  type SearchContext,
} from '../draw.ts';
import { fillLeft } from '../text/clip.ts';
import { type Line, paintLine, type Span, span } from '../text/line.ts';
import { width } from '../text/width.ts';
import { scrollTo } from '../ui.ts';
import { nodeMark } from './marks.ts';

/** Below this width a row has no room for both: nodes that wait show their score, the others their word. */
const columnsForBoth = 46;
const wordCells = 12;
const scoreCells = 8;
/** Below it, a node that has an energy shows it in short, in the place of the word or beside the score. */
const shortEnergyCells = 5;
const shortScoreCells = 7;
/** From this width on, a search with a value model shows energies beside scores. */
const columnsForEnergy = 54;
const energyCells = 8;

/** Nodes on the way to a proof that the judge accepted. */
export const provedNodes = oncePerState((state: SearchState): ReadonlySet<number> => {
  const nodes = new Set<number>();
  if (!state.verdict?.accepted) return nodes;
  for (let id = state.proof?.node ?? null; id !== null; id = state.nodes[id]?.parent ?? null) nodes.add(id);
  return nodes;
});

/** The tree, or the frontier in its order, as much as fits; settles the scroll position on the chosen node. */
export function treePane(context: SearchContext, area: Area, focused: boolean): Block {
  const { search, place } = context;
  const { state } = search;
  const height = area.rows - 1;
  const rows = place.frontier ? frontierRows(context, height) : treeRows(context, height);
  const isOver = state.mode === 'ended';
  const info: Span[] = [
    ...momentInfo(context),
    span(counted(state.nodes.length, 'node'), 'dim'),
    span(`${state.openCount} ${isOver ? 'left open' : 'open'}`, 'dim'),
  ];
  if (place.treeQuery !== '') info.push(span(`/${place.treeQuery}`, 'info'));
  const title: PaneTitle = {
    number: 1,
    name: place.frontier ? 'Frontier' : 'Tree',
    focused,
    info: dotted(context, info),
  };
  const chosen = place.frontier ? place.frontierNode : place.selected;
  const painted = rows.map(({ id, line }) =>
    paintRow(context, line(area.columns), area.columns, id === chosen, focused),
  );
  return block([paneTitle(context, title, area.columns), ...painted], area);
}

interface Row {
  readonly id: number | null;
  readonly line: (columns: number) => Line;
}

function message(text: string): Row {
  return { id: null, line: () => [span(` ${text}`, 'dim')] };
}

/** The chosen row is reversed in the focused pane, and bold elsewhere, so that it can be found in both. */
function paintRow(context: SearchContext, line: Line, columns: number, chosen: boolean, focused: boolean): string {
  if (chosen && focused) return paintLine(line, columns, context.theme, true);
  return paintLine(chosen ? line.map(({ text }) => span(text, 'strong')) : line, columns, context.theme);
}

function treeRows(context: SearchContext, height: number): readonly Row[] {
  const { search, place } = context;
  const { state } = search;
  const { tree } = place;
  if (state.nodes.length === 0) {
    return [message(state.ended ? `no tree: ${cleanLine(state.ended.reason)}` : 'waiting for Lean to state the goal')];
  }
  const top = place.topNode < tree.length ? tree.rowOf(place.topNode) : 0;
  const first = scrollTo(top, tree.rowOf(place.selected), tree.rows, height);
  place.topNode = tree.nodeAt(first);
  const { current, next } = treeFacts(state);
  return tree.window(first, height).map((row) => ({
    id: row.id,
    line: (columns) =>
      treeLine(context, row, state.nodes[row.id]!, current, state.mode === 'ended' ? null : next, columns),
  }));
}

function treeLine(
  context: SearchContext,
  row: TreeRow,
  node: SearchNode,
  current: number | null,
  next: number | null,
  columns: number,
): Line {
  const { signs } = context.theme;
  const { state } = context.search;
  const isProved = provedNodes(state).has(node.id);
  const mark = nodeMark(context.search, node, isProved, signs);
  const pointer =
    node.id === current ? span(signs.current, 'pending') : node.id === next ? span(signs.next, 'info') : span(' ');
  const stop = node.breakpoint ? span(signs.breakpoint, 'warn') : span(' ');
  const fold = !row.hasChildren ? signs.leaf : row.collapsed ? signs.collapsed : signs.expanded;
  const right = rightSide(context, isProved ? null : waitingScore(node), node.energy, mark.word, columns);
  const room = columns - width(right.map((piece) => piece.text).join(''));
  const left: Span[] = [
    pointer,
    stop,
    span(indentOf(row.depth, columns), 'dim'),
    span(`${fold} `, 'dim'),
    span(`${mark.sign} `, mark.tone),
  ];
  const used = width(left.map((piece) => piece.text).join(''));
  const text = cut(context, nodeText(context, node), Math.max(0, room - used - 1));
  const blanks = Math.max(1, room - used - width(text));
  const tone = mark.tone === 'dim' || mark.tone === 'plain' ? 'plain' : mark.tone;
  return [...left, span(text, tone), span(' '.repeat(blanks)), ...right];
}

/** Deep nodes keep room for their text: from some depth on, the depth is written instead of drawn. */
function indentOf(depth: number, columns: number): string {
  const room = Math.max(4, Math.floor(columns * 0.4));
  if (depth * 2 <= room) return '  '.repeat(depth);
  const tag = `${depth}:`;
  return ' '.repeat(Math.max(0, room - tag.length)) + tag;
}

function nodeText(context: SearchContext, node: SearchNode): string {
  if (node.tactic !== null) return `${node.id} ${cleanLine(node.tactic, ` ${context.theme.signs.newline} `)}`;
  const { fork } = context.search.state;
  return fork ? `0 fork of ${cleanLine(fork.search)} at node ${fork.node}` : '0 the statement';
}

/** The score decides while a node waits, and says nothing afterwards. */
function waitingScore(node: SearchNode): number | null {
  return node.status === 'open' ? node.score : null;
}

function rightSide(
  context: SearchContext,
  score: number | null,
  energy: number | null,
  word: string,
  columns: number,
): readonly Span[] {
  const { ellipsis } = context.theme.signs;
  const hasEnergies = context.search.state.energiesOf !== null;
  const energyText = energy === null ? '' : `e${energy.toFixed(2)}`;
  const shownWord = span(cut(context, word, wordCells), 'dim');
  const shownScore = span(
    score === null ? ' '.repeat(scoreCells) : fillLeft(score.toFixed(2), scoreCells, ellipsis),
    'dim',
  );
  if (columns < columnsForBoth && energy !== null && hasEnergies)
    return [
      span(fillLeft(shortEnergy(energy), shortEnergyCells, ellipsis), 'info'),
      ...(score === null ? [] : [span(fillLeft(score.toFixed(2), shortScoreCells, ellipsis), 'dim')]),
    ];
  if (columns < columnsForBoth) return [score === null ? shownWord : shownScore];
  if (!hasEnergies) return [shownWord, shownScore];
  const shownEnergy = span(fillLeft(energyText, energyCells, ellipsis), 'info');
  if (columns >= columnsForEnergy) return [shownWord, shownEnergy, shownScore];
  // The sign before the node tells its status too.
  return [energy === null ? shownWord : span(fillLeft(energyText, wordCells, ellipsis), 'info'), shownScore];
}

/** `e-0.4`, and without a decimal from 10 on. */
function shortEnergy(energy: number): string {
  return `e${energy.toFixed(Math.abs(energy) < 9.95 ? 1 : 0)}`;
}

function emptyFrontier({ search }: SearchContext): string {
  const { state } = search;
  const expanding = [...state.expanding];
  if (state.nodes.length === 0) return 'waiting for Lean to state the goal';
  if (expanding.length > 0) {
    const which = `${expanding.length === 1 ? 'node' : 'nodes'} ${expanding.slice(0, 4).join(', ')}`;
    return isInterrupted(search) ? `interrupted: ${which}; none waits` : `expanding ${which}; none waits`;
  }
  return state.verdict?.accepted ? 'none waits: proved' : 'none waits: nothing is left to expand';
}

function frontierRows(context: SearchContext, height: number): readonly Row[] {
  const { search, place, theme } = context;
  const { state } = search;
  const order = frontierOrder(state);
  if (order.length === 0) return [message(emptyFrontier(context))];
  const index = Math.max(0, order.indexOf(place.frontierNode ?? order[0]!));
  place.frontierNode = order[index]!;
  place.frontierTop = scrollTo(place.frontierTop, index, order.length, height);
  return selectFrontier(state, place.frontierTop, height).map(({ node: id, score, rank }) => {
    const node = state.nodes[id]!;
    const target = node.goals[0] === undefined ? '' : (state.goals.get(node.goals[0])?.target ?? '');
    return {
      id,
      line: () => [
        span(fillLeft(String(rank), 5, theme.signs.ellipsis), 'dim'),
        span(fillLeft(score.toFixed(2), scoreCells, theme.signs.ellipsis)),
        ...(node.energy === null
          ? []
          : [span(fillLeft(`e${node.energy.toFixed(2)}`, energyCells, theme.signs.ellipsis), 'info')]),
        span(`  d${node.depth} `, 'dim'),
        span(`${nodeText(context, node)} `),
        span(`${theme.signs.turnstile} ${cleanLine(target)}`, 'dim'),
      ],
    };
  });
}
