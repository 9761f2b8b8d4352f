import type { ActionTable } from '../actions/table.ts';
import type { Deck, ViewAction } from '../deck.ts';
import { type Area, type Block, block, type DrawContext } from '../draw.ts';
import { shownKey } from '../keys.ts';
import { type Line, paintLine, span } from '../text/line.ts';
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
  const wanted = overlay.filter.text.toLowerCase();
  const listed = table
    .of(context.ui.screen)
    .filter((action) =>
      `${action.id} ${action.name} ${action.description} ${keyText(action)}`.toLowerCase().includes(wanted),
    );
  const lines = [
    ...listed.map((action) => actionLine(action, deck)),
    [],
    ...legend(context.theme.signs).map((text): Line => [span(` ${text}`, 'dim')]),
  ];
  const height = area.rows - 3;
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

function keyText(action: ViewAction): string {
  return action.keys.length === 0 ? `:${action.id}` : action.keys.map(shownKey).join(' ');
}

function actionLine(action: ViewAction, deck: Deck): Line {
  const refusal = action.refusal?.(deck) ?? null;
  return [
    span(` ${keyText(action).padEnd(16)}`, refusal === null ? 'focus' : 'dim'),
    span(action.name.padEnd(16), refusal === null ? 'plain' : 'dim'),
    span(action.description, 'dim'),
    span(refusal === null ? '' : `  (not now: ${refusal})`, 'warn'),
  ];
}
