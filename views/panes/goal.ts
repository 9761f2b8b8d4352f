import { frontierRanks } from '../../sessions/select/frontier.ts';
import {
  type ChangeMark,
  type GoalView,
  type MarkedGoal,
  type MarkedHypothesis,
  selectGoals,
} from '../../sessions/select/goal.ts';
import { proofsAtNode } from '../../sessions/select/proofs.ts';
import { selectVerdict } from '../../sessions/select/statistics.ts';
import { puctPrior } from '../../src/search/score.ts';
import type { SearchNode } from '../../src/search/state.ts';
import { puctParts } from '../../src/search/whole-proof/puct.ts';
import { cleanLine, cleanText } from '../../src/text/clean.ts';
import { counted } from '../../src/text/quantity.ts';
import {
  type Area,
  type Block,
  block,
  dotted,
  momentInfo,
  ordinal,
  type PaneTitle,
  paneTitle,
  type SearchContext,
} from '../draw.ts';
import { wrap } from '../text/clip.ts';
import { emptyLine, type Line, paintLine, type Span, span } from '../text/line.ts';
import { width } from '../text/width.ts';
import type { Tone } from '../theme.ts';
import { scrollTo } from '../ui.ts';
import { nodeMark } from './marks.ts';
import { provedNodes } from './tree.ts';
import { nodeValueLines } from './value-line.ts';

const markSigns: Readonly<Record<ChangeMark, readonly [string, Tone]>> = {
  same: ['  ', 'plain'],
  new: ['+ ', 'ok'],
  changed: ['~ ', 'pending'],
  gone: ['- ', 'fail'],
};

/** The goals of the chosen node, with what changed since the node above. */
export function goalPane(context: SearchContext, area: Area, focused: boolean): Block {
  const { search, place } = context;
  const node = search.state.nodes[place.selected];
  const title: PaneTitle = { number: 2, name: 'Goal', focused, info: node ? titleInfo(context) : [] };
  const lines = goalLines(context, area.columns - 1);
  const height = area.rows - 1;
  place.goalTop = scrollTo(place.goalTop, place.goalTop, lines.length, height);
  const shown = lines.slice(place.goalTop, place.goalTop + height);
  const below = lines.length - place.goalTop - shown.length;
  if (below > 0 && shown.length > 1)
    shown[shown.length - 1] = [span(`  ${context.theme.signs.ellipsis} ${below + 1} more lines: j k`, 'dim')];
  const painted = shown.map((line) => ` ${paintLine(line, area.columns - 1, context.theme)}`);
  return block([paneTitle(context, title, area.columns), ...painted], area);
}

function titleInfo(context: SearchContext): Line {
  const { search, place, theme } = context;
  const { state } = search;
  const node = state.nodes[place.selected]!;
  const isProved = provedNodes(state).has(node.id);
  const mark = nodeMark(search, node, isProved, theme.signs);
  const parts = [...momentInfo(context), span(`node ${node.id}`), span(`${mark.sign} ${mark.word}`, mark.tone)];
  const rank = isProved ? undefined : frontierRanks(state, [node.id]).get(node.id);
  if (rank !== undefined)
    parts.push(span(`${ordinal(rank)} of ${state.openCount}`, 'dim'), span(`score ${node.score!.toFixed(2)}`, 'dim'));
  if (node.energy !== null) parts.push(span(`energy ${node.energy.toFixed(2)}`, 'dim'));
  parts.push(span(`depth ${node.depth}`, 'dim'));
  return dotted(context, parts);
}

/** All lines of the goal pane for the chosen node, wrapped to `columns`. */
export function goalLines(context: SearchContext, columns: number): Line[] {
  const { search, place, theme } = context;
  const view = selectGoals(search.state, place.selected);
  if (!view) return [[span('no goal yet: Lean has not answered', 'dim')]];
  const node = search.state.nodes[place.selected]!;
  const lines: Line[] = [];
  if (node.tactic !== null) {
    const tactic = cleanText(node.tactic).split('\n');
    for (const [index, text] of tactic.entries())
      lines.push([span(index === 0 ? `after node ${node.parent}: ` : '  ', 'dim'), span(text, 'strong')]);
  }
  const value = nodeValueLines(context, node, columns);
  if (view.goals.length === 0 && view.missing === 0) {
    lines.push([span('+ no goals left', 'ok')], ...verdictLines(context, columns));
    return lines;
  }
  lines.push(...value);
  if (view.missing > 0) lines.push([span(`${counted(view.missing, 'goal')} not loaded yet`, 'warn')]);
  for (const [index, goal] of view.goals.entries()) {
    if (lines.length > 0) lines.push([]);
    if (view.goals.length > 1 || goal.caseName !== null || goal.fragment !== null)
      lines.push(goalHead(goal, index, view));
    lines.push(...hypothesisLines(goal.hypotheses, columns), ...targetLines(goal, columns, theme.signs.turnstile));
  }
  return [...lines, ...proofLines(context, node, columns)];
}

/** What became of the whole proofs that came here. */
function proofLines({ search }: SearchContext, node: SearchNode, columns: number): readonly Line[] {
  const [first, ...ends] = proofsAtNode(search.state, node);
  if (first === undefined) return [];
  const { state } = search;
  const { value, explore, penalty } = puctParts(state, node, puctPrior(node, state));
  const parts = `value ${value.toFixed(2)}, exploration ${explore.toFixed(2)}${penalty === 0 ? '' : `, penalty ${penalty.toFixed(2)}`}`;
  const isScored = state.settings.strategy === 'whole-proof' && node.goals.length > 0;
  const wrapped = [...(isScored ? [parts] : []), ...ends].flatMap((line) => wrap(cleanText(line), columns, 2));
  return [emptyLine, [span(first, 'info')], ...wrapped.map((line): Line => [span(line, 'dim')])];
}

/** At the end of a proof: what the judge said, in full, and the script that was judged. */
function verdictLines({ search, place }: SearchContext, columns: number): Line[] {
  const { state } = search;
  const verdict = state.proof?.node === place.selected ? selectVerdict(state) : null;
  if (!verdict) return [];
  const wrapped = (text: string, tone: Tone): Line[] =>
    cleanText(text)
      .split('\n')
      .flatMap((line) => wrap(line, columns, 2))
      .map((line) => [span(line, tone)]);
  const script = state.verdict?.script ?? '';
  return [
    [],
    ...wrapped(verdict.headline, verdict.accepted ? 'ok' : 'warn'),
    ...verdict.lines.flatMap((line) => wrapped(line, 'plain')),
    ...(script === '' ? [] : [emptyLine, ...wrapped(script, 'strong')]),
  ];
}

function goalHead(goal: MarkedGoal, index: number, view: GoalView): Line {
  const parts: Span[] = [];
  if (view.goals.length > 1) parts.push(span(`goal ${index + 1} of ${view.goals.length}`, 'dim'));
  if (goal.caseName !== null)
    parts.push(span(`${parts.length > 0 ? '  ' : ''}case ${cleanLine(goal.caseName)}`, 'info'));
  if (goal.fragment !== null && goal.fragment !== 'tactic') parts.push(span(`  ${goal.fragment}`, 'info'));
  if (goal.untouched && view.comparedWith !== null) parts.push(span('  unchanged', 'dim'));
  return parts;
}

/** Names stand right-aligned before the colon, so that all colons of a goal are in one column. */
function hypothesisLines(hypotheses: readonly MarkedHypothesis[], columns: number): Line[] {
  const names = hypotheses.map((hypothesis) => cleanLine(hypothesis.names.join(' ')));
  const widest = Math.min(Math.max(0, ...names.map(width)), Math.max(4, Math.floor(columns / 3)));
  return hypotheses.flatMap((hypothesis, index) => {
    const [sign, tone] = markSigns[hypothesis.mark];
    const name = names[index]!;
    const pad = Math.max(0, widest - width(name));
    const value = hypothesis.value === undefined ? '' : ` := ${cleanText(hypothesis.value)}`;
    const faded: Tone = hypothesis.mark === 'gone' ? 'dim' : 'plain';
    const head = [
      span(sign, tone),
      span(name, hypothesis.mark === 'same' ? 'plain' : tone),
      span(`${' '.repeat(pad)} : `, 'dim'),
    ];
    const used = 2 + width(name) + pad + 3;
    return hang(
      head,
      used > columns / 2 ? 6 : used,
      wrapText(cleanText(hypothesis.type) + value, columns - used, columns - (used > columns / 2 ? 6 : used)),
      faded,
    );
  });
}

function targetLines(goal: MarkedGoal, columns: number, turnstile: string): Line[] {
  const [sign, tone] = markSigns[goal.targetChanged ? 'changed' : 'same'];
  const used = 2 + width(turnstile) + 1;
  const room = columns - used;
  return hang(
    [span(sign, tone), span(`${turnstile} `, 'info')],
    used,
    wrapText(cleanText(goal.target), room, room),
    'strong',
  );
}

/** Wraps a text of several lines; the first line has its own room. */
function wrapText(text: string, firstRoom: number, room: number): string[] {
  return text
    .split('\n')
    .flatMap((line, index) => wrap(line, Math.max(2, index === 0 ? Math.min(firstRoom, room) : room)));
}

function hang(head: readonly Span[], indent: number, texts: readonly string[], tone: Tone): Line[] {
  return texts.map((text, index) => [...(index === 0 ? head : [span(' '.repeat(indent))]), span(text, tone)]);
}
