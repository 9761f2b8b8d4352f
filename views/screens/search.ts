import { givenName } from '../../sessions/select/problem.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { type Area, type Block, beside, block, type SearchContext } from '../draw.ts';
import { candidatesPane } from '../panes/candidates.ts';
import { goalPane } from '../panes/goal.ts';
import { statisticsStrip, statusLine } from '../panes/statistics.ts';
import { treePane } from '../panes/tree.ts';
import { paintLine, span } from '../text/line.ts';
import type { SearchPane } from '../ui.ts';

/** How the panes of the Search screen share an area. */
export type SearchLayout =
  /** Tree, goal and candidates side by side. */
  | 'three'
  /** Tree at the left, goal above candidates at the right. */
  | 'two'
  /** Tree above goal or candidates, whichever has the keys. */
  | 'stack'
  /** The focused pane only. */
  | 'one';

/** Panes give way in a fixed order: details, then statistics, then all but the focused pane. */
export function searchLayout({ rows, columns }: Area): SearchLayout {
  if (columns >= 132) return 'three';
  if (columns >= 76 && rows >= 18) return 'two';
  return columns >= 60 && rows >= 13 ? 'stack' : 'one';
}

function statisticsRows(rows: number): number {
  if (rows >= 36) return 5;
  if (rows >= 22) return 3;
  return rows >= 15 ? 2 : 0;
}

const drawPane = { tree: treePane, goal: goalPane, candidates: candidatesPane } as const;

/** The Search screen: statement, panes, statistics, status. */
export function searchScreen(context: SearchContext, area: Area): Block {
  const statistics = statisticsRows(area.rows);
  const head = area.rows >= 15 ? [statementLine(context, area.columns)] : [];
  const body = { rows: area.rows - head.length - statistics - 1, columns: area.columns };
  const strip = statistics === 0 ? [] : statisticsStrip(context, { rows: statistics, columns: area.columns });
  return block(
    [
      ...head,
      ...panes(context, body, context.ui.linear ? 'one' : searchLayout(area)),
      ...strip,
      statusLine(context, area.columns),
    ],
    area,
  );
}

function statementLine(context: SearchContext, columns: number): string {
  const { problem } = context.search.state;
  const { signs } = context.theme;
  const source = problem?.source === undefined ? '' : `  (${cleanLine(problem.source)})`;
  const statement =
    problem?.statement ??
    (problem?.copyFrom === undefined ? 'waiting for the statement' : `the type of ${problem.copyFrom}`);
  return paintLine(
    [
      span(
        problem && givenName(problem.name) === '' ? '' : ` ${cleanLine(problem?.name ?? context.search.id)}`,
        'strong',
      ),
      span(` ${signs.turnstile} `, 'info'),
      span(cleanLine(statement)),
      span(source, 'dim'),
    ],
    columns,
    context.theme,
  );
}

function panes(context: SearchContext, area: Area, layout: SearchLayout): Block {
  const { ui } = context;
  const focused = (pane: SearchPane): boolean => ui.pane === pane && ui.overlay === null;
  const { rows, columns } = area;
  switch (layout) {
    case 'three': {
      const tree = Math.floor((columns - 2) * 0.28);
      const goal = Math.floor((columns - 2) * 0.29);
      return beside(context, [
        treePane(context, { rows, columns: tree }, focused('tree')),
        goalPane(context, { rows, columns: goal }, focused('goal')),
        candidatesPane(context, { rows, columns: columns - 2 - tree - goal }, focused('candidates')),
      ]);
    }
    case 'two': {
      const tree = Math.floor((columns - 1) * 0.42);
      const right = columns - 1 - tree;
      const goal = Math.ceil(rows / 2);
      return beside(context, [
        treePane(context, { rows, columns: tree }, focused('tree')),
        [
          ...goalPane(context, { rows: goal, columns: right }, focused('goal')),
          ...candidatesPane(context, { rows: rows - goal, columns: right }, focused('candidates')),
        ],
      ]);
    }
    case 'stack': {
      const top = Math.floor(rows / 2);
      const below = ui.pane === 'candidates' ? 'candidates' : 'goal';
      return [
        ...treePane(context, { rows: top, columns }, focused('tree')),
        ...drawPane[below](context, { rows: rows - top, columns }, focused(below)),
      ];
    }
    case 'one':
      return drawPane[ui.pane](context, area, focused(ui.pane));
  }
}
