import type { OpenRun } from '../../sessions/workbench.ts';
import { type Area, type Block, beside, block, type DrawContext, paintBlock } from '../draw.ts';
import { headerLines, runHeader } from '../panes/run-header.ts';
import { type RunListPane, runListPane } from '../panes/run-lists.ts';
import { theoremsPane } from '../panes/theorems.ts';
import { type Line, span } from '../text/line.ts';
import type { RunPane } from '../ui.ts';

/** Header lines by the rows of the screen: panes give way last. */
function headerRows(rows: number): number {
  if (rows >= 34) return headerLines;
  if (rows >= 26) return 7;
  if (rows >= 20) return 5;
  return rows >= 14 ? 4 : 2;
}

/** The Run screen: what the run is and its figures, its theorems, and what happens. */
export function runScreen(context: DrawContext, area: Area): Block {
  const { run } = context.snapshot;
  if (!run) return paintBlock(context, absent(context), area);
  const head = runHeader(context, run, { rows: headerRows(area.rows), columns: area.columns });
  const body = { rows: area.rows - head.length, columns: area.columns };
  return block([...head, ...panes(context, run, body, context.ui.linear ? 'one' : runLayout(area))], area);
}

/** How the panes share the area of the screen: the lists beside the theorems, one list below them, or the focused pane only. */
export function runLayout(area: Area): 'beside' | 'stack' | 'one' {
  const rows = area.rows - headerRows(area.rows);
  if (rows < 10 || area.columns < 60) return 'one';
  return area.columns >= 132 && rows >= 16 ? 'beside' : 'stack';
}

function absent({ keyOf, snapshot }: DrawContext): readonly Line[] {
  const key = (id: string): Line[number] => span(keyOf(id), 'focus');
  const some = (snapshot.runs?.length ?? 0) > 0;
  return [
    [],
    [span(some ? '  No run is chosen.' : '  There is no run yet.', 'strong')],
    some
      ? [span('  '), key('home'), span(' goes to the list of runs, '), key('open'), span(' opens one.')]
      : [span('  '), key('prompt'), span(' starts one, in a process of its own:')],
    [span('      :search --theorems core_panel --limit 20 --max-nodes 20', 'info')],
    [span('      :eval --theorems core_panel --budgets 10,100 --pass-n 2', 'info')],
  ];
}

function panes(context: DrawContext, run: OpenRun, area: Area, layout: ReturnType<typeof runLayout>): Block {
  const { ui } = context;
  const { rows, columns } = area;
  const focused = (pane: RunPane): boolean => ui.runPane === pane && ui.overlay === null;
  const draw = (pane: RunPane, part: Area): Block =>
    pane === 'theorems'
      ? theoremsPane(context, run, part, focused(pane))
      : runListPane(context, run, pane, part, focused(pane));
  if (layout === 'one') return draw(ui.runPane, area);
  if (layout === 'beside') {
    const left = Math.floor((columns - 1) * 0.58);
    const right = columns - 1 - left;
    const lists = sideLists(run, rows, ui.runPane);
    return beside(context, [
      draw('theorems', { rows, columns: left }),
      lists.flatMap(([pane, height]) => draw(pane, { rows: height, columns: right })),
    ]);
  }
  const first = run.holder !== null ? 'flight' : run.tally.errors.length > 0 ? 'errors' : 'log';
  const below: RunPane = ui.runPane === 'theorems' ? first : ui.runPane;
  const bottom = Math.max(4, Math.floor(rows * (below === 'flight' ? 0.35 : 0.5)));
  return [...draw('theorems', { rows: rows - bottom, columns }), ...draw(below, { rows: bottom, columns })];
}

/**
 * What stands beside the theorems, with its rows; warnings get room when there are any. Where no process works on the run
 * nothing is in flight, and that list is there only for who goes to it.
 */
function sideLists(run: OpenRun, rows: number, chosen: RunPane): readonly (readonly [RunListPane, number])[] {
  const isWorking = run.holder !== null;
  const working = Math.min(Math.max(3, run.manifest.concurrency + 1), Math.floor(rows * 0.35));
  const flight = isWorking ? working : chosen === 'flight' ? 2 : 0;
  const warned = run.tally.warnings.length > 0 || (run.live?.stalled ?? null) !== null;
  const warnings = warned ? Math.max(3, Math.floor(rows * 0.2)) : 2;
  const errors = Math.max(3, Math.floor((rows - flight - warnings) * 0.45));
  const lists: readonly (readonly [RunListPane, number])[] = [
    ['flight', flight],
    ['errors', errors],
    ['log', rows - flight - warnings - errors],
    ['warnings', warnings],
  ];
  return lists.filter(([, height]) => height > 0);
}
