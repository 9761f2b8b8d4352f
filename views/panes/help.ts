import type { ActionTable } from '../actions/table.ts';
import type { Deck, ViewAction } from '../deck.ts';
import { type Area, type Block, block, type DrawContext } from '../draw.ts';
import { shownKey } from '../keys.ts';
import { wrap } from '../text/clip.ts';
import { type Line, paintLine, span } from '../text/line.ts';
import { width } from '../text/width.ts';
import type { Signs } from '../theme.ts';
import { type Overlay, scrollTo } from '../ui.ts';
import { editLines } from './overlays.ts';

const legend = ({ running, waiting, current, next, breakpoint }: Signs): readonly string[] => [
  `Signs   . open   * new   ${running} being expanded or tried   ${waiting} waits or interrupted`,
  '        - expanded   + applied, closed or proved   x dead end or failed',
  '        ~ duplicate   ! timed out or suspect   ^ too deep   / not tried',
  `Tree    ${current} expanded now or last   ${next} next   ${breakpoint} breakpoint`,
  'Goals   + new since the node above   ~ changed   - gone',
];

/** All actions of the current view, filtered by what was typed, with the reason where one cannot be done now. */
export function helpBlock(
  context: DrawContext,
  table: ActionTable,
  deck: Deck,
  overlay: Extract<Overlay, { kind: 'help' }>,
  area: Area,
): Block {
  const lines = helpLines(context, table, deck, overlay, area.columns);
  const height = area.rows - headLines;
  const top = scrollTo(overlay.top, overlay.top, lines.length, height);
  const title: Line = [
    span(` Keys of ${context.ui.screen}`, 'strong'),
    span(
      `   type to filter, arrows scroll, Esc closes${lines.length > height ? `   ${top + 1}-${Math.min(top + height, lines.length)} of ${lines.length}` : ''}`,
      'dim',
    ),
  ];
  return block(
    [
      paintLine(title, area.columns, context.theme),
      ...editLines(overlay.filter, ' filter: ', area.columns).map((line) =>
        paintLine(line, area.columns, context.theme),
      ),
      paintLine([], area.columns, context.theme),
      ...lines.slice(top, top + height).map((line) => paintLine(line, area.columns, context.theme)),
    ],
    area,
  );
}

const legendIndent = 9;

/** Lines that stay while the others scroll. */
export const headLines = 3;

/** Everything that there is to scroll over. */
export function helpLines(
  context: DrawContext,
  table: ActionTable,
  deck: Deck,
  { filter }: Extract<Overlay, { kind: 'help' }>,
  columns: number,
): readonly Line[] {
  const wanted = filter.text.toLowerCase();
  const listed = table
    .of(context.ui.screen)
    .filter((action) =>
      `${action.id} ${action.name} ${action.description} ${keyText(action)}`.toLowerCase().includes(wanted),
    );
  const nothing: readonly Line[] = [[span(` no key or action of this view has "${filter.text}" in it`, 'warn')]];
  return [
    ...(listed.length === 0 ? nothing : listed.flatMap((action) => actionLines(action, deck, columns))),
    [],
    ...legend(context.theme.signs).flatMap((text) =>
      wrap(` ${text}`, columns, legendIndent).map((part): Line => [span(part, 'dim')]),
    ),
  ];
}

function keyText(action: ViewAction): string {
  return action.keys.length === 0 ? `:${action.id}` : action.keys.map(shownKey).join(' ');
}

const nameCells = 16;
/** Where what an action does begins: behind key and name, or on lines of its own where these leave too little room. */
const leastBeside = 40;

function actionLines(action: ViewAction, deck: Deck, columns: number): readonly Line[] {
  const refusal = action.refusal?.(deck) ?? null;
  const beside = 1 + 2 * nameCells;
  const isBeside = columns - beside >= leastBeside;
  const head: Line = [
    span(` ${keyText(action).padEnd(isBeside ? nameCells : 0)}`, refusal === null ? 'focus' : 'dim'),
    span(isBeside ? action.name.padEnd(nameCells) : `  ${action.name}`, refusal === null ? 'plain' : 'dim'),
  ];
  const indent = isBeside ? beside : 3;
  const room = Math.max(10, columns - indent);
  const about = [
    ...wrap(action.description, room).map((text) => span(text, 'dim')),
    ...(refusal === null ? [] : wrap(`(not now: ${refusal})`, room)).map((text) => span(text, 'warn')),
  ];
  const [first, second] = about;
  if (isBeside && about.length === 2 && refusal !== null && width(`${first!.text}  ${second!.text}`) <= room)
    return [[...head, first!, span('  '), second!]];
  const below = about.map((text): Line => [span(' '.repeat(indent)), text]);
  return isBeside && first ? [[...head, first], ...below.slice(1)] : [head, ...below];
}
