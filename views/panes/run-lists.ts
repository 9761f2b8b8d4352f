import { type RunRow, selectRunRows } from '../../sessions/select/run-rows.ts';
import type { OpenRun } from '../../sessions/workbench.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { type Area, type Block, block, type DrawContext, paneTitle } from '../draw.ts';
import { type Line, paintLine, type Span, span } from '../text/line.ts';
import { type RunPane, runPanes, scrollTo } from '../ui.ts';

export type RunListPane = Exclude<RunPane, 'theorems'>;

const names: Readonly<Record<RunListPane, string>> = {
  flight: 'In flight',
  errors: 'Errors',
  log: 'Log',
  warnings: 'Warnings',
};

/** What runs now, errors by kind, what happened last, or warnings; settles the chosen row. */
export function runListPane(
  context: DrawContext,
  run: OpenRun,
  pane: RunListPane,
  area: Area,
  focused: boolean,
): Block {
  const { ui, theme } = context;
  const list = ui.lists[pane];
  const { rows, count, info, absent } = selectRunRows(run, pane, list.query);
  const about: Span[] = [
    span(count, 'dim'),
    ...(info === '' ? [] : [span(`, ${info}`, 'dim')]),
    ...(list.query === '' ? [] : [span(`  /${cleanLine(list.query)}`, 'info')]),
  ];
  const number = runPanes.indexOf(pane) + 1;
  const title = paneTitle(context, { number, name: names[pane], focused, info: about }, area.columns);
  if (rows.length === 0)
    return block([title, paintLine([span(`  ${cleanLine(absent)}`, 'dim')], area.columns, theme)], area);
  const height = Math.max(1, area.rows - 1);
  list.index = Math.min(list.index, rows.length - 1);
  list.top = scrollTo(list.top, list.index, rows.length, height);
  const lines = rows
    .slice(list.top, list.top + height)
    .map((row, at) => paintLine(rowLine(row), area.columns, theme, focused && list.top + at === list.index));
  return block([title, ...lines], area);
}

function rowLine({ time, text, more, tone }: RunRow): Line {
  return [span(time === '' ? ' ' : ` ${time}  `, 'dim'), span(text, tone), span(more === '' ? '' : `  ${more}`, 'dim')];
}
