import { selectSearches, selectSessions } from '../../sessions/select/home.ts';
import { givenName } from '../../sessions/select/problem.ts';
import { formatBytes, formatMs } from '../../sessions/select/statistics.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { type Area, type Block, block, type DrawContext, paneTitle } from '../draw.ts';
import { searchMark } from '../panes/marks.ts';
import { preparationLines, providerLine } from '../panes/preparation.ts';
import { serverLines } from '../panes/server-line.ts';
import { valueLine } from '../panes/value-line.ts';
import { fill, fillLeft } from '../text/clip.ts';
import { type Line, paintLine, type Span, span } from '../text/line.ts';
import { type HomePane, homePanes, scrollTo } from '../ui.ts';
import { runRows } from './home-runs.ts';
import { workerRows } from './home-workers.ts';

/** The Home screen: preparation, provider, value model and servers, open searches, sessions on disk, workers. */
export function homeScreen(context: DrawContext, area: Area): Block {
  const most = area.rows < 15 ? 1 : Math.max(2, Math.floor(area.rows / 10));
  const head = [
    ...preparationLines(context, area.columns),
    providerLine(context, area.columns),
    valueLine(context, area.columns),
    ...serverLines(context, area.columns, most),
  ];
  const rest = area.rows - head.length;
  const { snapshot, ui } = context;
  if (area.rows < 15)
    return block([...head, ...drawPane(context, ui.homePane, { rows: rest, columns: area.columns })], area);
  const workers = Math.min(snapshot.workers.length + 2, Math.max(3, Math.floor(rest / 4)));
  const count = snapshot.runs?.length ?? 0;
  const runs = count === 0 ? 2 : Math.min(count + 2, Math.max(4, Math.floor((rest - workers) / 3)));
  const searches = Math.min(Math.max(snapshot.searches.length + 2, 6), Math.floor((rest - workers - runs) / 2));
  const heights: Record<HomePane, number> = { searches, sessions: rest - workers - searches - runs, runs, workers };
  const order: readonly HomePane[] = homePanes;
  return block(
    [...head, ...order.flatMap((pane) => drawPane(context, pane, { rows: heights[pane], columns: area.columns }))],
    area,
  );
}

const drawers: Readonly<Record<HomePane, (context: DrawContext, columns: number) => PaneContent>> = {
  searches: searchRows,
  sessions: sessionRows,
  runs: runRows,
  workers: workerRows,
};
const names: Readonly<Record<HomePane, string>> = {
  searches: 'Open searches',
  sessions: 'Sessions',
  runs: 'Runs',
  workers: 'Workers',
};
const numbers: Readonly<Record<HomePane, number>> = { searches: 1, sessions: 2, runs: 3, workers: 4 };

export interface PaneContent {
  readonly info: Line;
  readonly header: string;
  readonly rows: readonly Line[];
  /** Shown instead of rows when there are none. */
  readonly absent: readonly Line[];
}

function drawPane(context: DrawContext, pane: HomePane, area: Area): Block {
  const { ui, theme } = context;
  const list = ui.lists[pane];
  const focused = ui.homePane === pane && ui.overlay === null;
  const content = drawers[pane](context, area.columns);
  const query = list.query === '' ? [] : [span(`/${list.query}`, 'info')];
  const title = paneTitle(
    context,
    { number: numbers[pane], name: names[pane], focused, info: [...content.info, ...query] },
    area.columns,
  );
  if (content.rows.length === 0)
    return block([title, ...content.absent.map((line) => paintLine(line, area.columns, theme))], area);
  const isRoomForHeader = area.rows > 3 || content.rows.length + 2 <= area.rows;
  const header = isRoomForHeader ? [paintLine([span(content.header, 'dim')], area.columns, theme)] : [];
  const height = Math.max(1, area.rows - 1 - header.length);
  list.index = Math.min(list.index, content.rows.length - 1);
  list.top = scrollTo(list.top, list.index, content.rows.length, height);
  const rows = content.rows
    .slice(list.top, list.top + height)
    .map((line, row) => paintLine(line, area.columns, theme, focused && list.top + row === list.index));
  return block([title, ...header, ...rows], area);
}

function searchRows(context: DrawContext): PaneContent {
  const { snapshot, theme, keyOf, ui } = context;
  const { ellipsis } = theme.signs;
  const right = (text: string, cells: number): string => fillLeft(text, cells, ellipsis);
  const rows = selectSearches(snapshot, ui.lists.searches.query).map((row): Line => {
    const mark = searchMark(row.status, row.level, theme.signs);
    const pin = row.id === snapshot.compared ? 'p' : row.id === snapshot.focused ? theme.signs.current : ' ';
    return [
      span(`${pin} `, 'info'),
      span(`${mark.sign} ${fill(mark.word, 12, ellipsis)} `, mark.tone),
      span(`${fill(cleanLine(row.shownId), 5, ellipsis)} `, 'dim'),
      span(`${right(`${row.expansions}`, 10)}${right(`${row.nodes}`, 8)}${right(formatMs(row.runningMs), 8)}  `, 'dim'),
      span(cleanLine(row.title)),
    ];
  });
  const header = `  ${fill('status', 14, ellipsis)} ${fill('id', 5, ellipsis)} ${right('expansions', 10)}${right('nodes', 8)}${right('running', 8)}  to prove`;
  const absent: Line[] = [
    [span(`  No search is open. `), span(keyOf('new'), 'focus'), span(' types a statement to prove, for example:')],
    [span('      ∀ p q : Prop, p ∧ q → q ∧ p', 'info')],
    [
      span('  '),
      span(keyOf('prompt'), 'focus'),
      span(' takes commands: '),
      span('prove --theorem Nat.add_comm', 'info'),
      span(', '),
      span('inspect Nat.gcd_comm', 'info'),
      span('.  '),
      span(keyOf('help'), 'focus'),
      span(' lists all keys.'),
    ],
  ];
  return { info: session(context), header, rows, absent };
}

function session({ snapshot, keyOf }: DrawContext): Line {
  if (!snapshot.session) return [span('no session open', 'dim')];
  const { id, readOnly, writer } = snapshot.session;
  const line: Span[] = [span(`session ${id}`, 'dim')];
  if (readOnly) {
    line.push(span(` read-only: ${keyOf('takeOver')} takes it over `, 'warn'));
    if (writer !== undefined) line.push(span(` ${cleanLine(writer)} `, 'dim'));
  }
  return line;
}

function sessionRows(context: DrawContext, columns: number): PaneContent {
  const { snapshot, theme, ui, keyOf } = context;
  const { ellipsis } = theme.signs;
  const title = Math.max(12, Math.floor((columns - 39) * 0.6));
  const listed = selectSessions(snapshot.sessions, {
    filter: ui.lists.sessions.query,
    order: ui.sessionOrder,
    reverse: ui.sessionReverse,
  });
  const rows = listed.map((entry): Line => {
    const marks = entry.searches.slice(0, 3).flatMap((search): Span[] => {
      const mark = searchMark(search.status, search.level, theme.signs);
      return [span(` ${mark.sign} ${mark.word}`, mark.tone), span(` ${cleanLine(givenName(search.name))}`.trimEnd())];
    });
    const more = entry.searches.length > 3 ? ` and ${entry.searches.length - 3} more` : '';
    const here = entry.id === snapshot.session?.id ? `${theme.signs.current} ` : '  ';
    return [
      span(here, 'info'),
      span(`${fill(entry.updatedAt.slice(0, 16).replace('T', ' '), 17, ellipsis)}`, 'dim'),
      span(fill(cleanLine(entry.title), title, ellipsis)),
      span(`${fillLeft(`${entry.events}`, 8, ellipsis)}${fillLeft(formatBytes(entry.bytes), 10, ellipsis)} `, 'dim'),
      ...(entry.openElsewhere ? [span(' ! open elsewhere', 'warn')] : []),
      ...marks,
      span(more, 'dim'),
    ];
  });
  const none =
    snapshot.sessions.length === 0
      ? 'none yet: the first search starts one'
      : `none matches /${ui.lists.sessions.query}: Esc clears the filter`;
  const info =
    snapshot.sessions.length === 0
      ? []
      : [
          span(
            `${listed.length} of ${snapshot.sessions.length}, ${keyOf('open')} opens, by ${ui.sessionOrder}${ui.sessionReverse ? ', reversed' : ''} `,
            'dim',
          ),
        ];
  return {
    info,
    header: `  ${fill('updated', 17, ellipsis)}${fill('title', title, ellipsis)}${fillLeft('events', 8, ellipsis)}${fillLeft('size', 10, ellipsis)}  searches`,
    rows,
    absent: [[span(`  ${none}`, 'dim')], [span(`  kept in ${cleanLine(snapshot.home)}`, 'dim')]],
  };
}
