import { selectTheorems, theoremWord } from '../../sessions/select/run.ts';
import { formatMs } from '../../sessions/select/statistics.ts';
import type { OpenRun } from '../../sessions/workbench.ts';
import type { TheoremTally } from '../../src/run/tally-theorems.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { count } from '../../src/text/quantity.ts';
import { type Area, type Block, block, type DrawContext, dotted, paneTitle } from '../draw.ts';
import { fill, fillLeft } from '../text/clip.ts';
import { type Line, paintLine, span } from '../text/line.ts';
import { width } from '../text/width.ts';
import { scrollTo } from '../ui.ts';
import { theoremMark } from './marks.ts';

/** Which columns there is room for, and how wide they are. */
interface Columns {
  readonly name: number;
  readonly source: number;
  readonly level: number;
  readonly attempts: number;
  readonly figures: boolean;
  readonly time: boolean;
}

const statusCells = 14;

const longest = new WeakMap<OpenRun['manifest'], number>();

/** Cells of the longest name; a manifest is read once for a run. */
function longestName({ manifest, tally }: OpenRun): number {
  const known =
    longest.get(manifest) ?? tally.perTheorem.reduce((most, { name }) => Math.max(most, width(cleanLine(name))), 4);
  longest.set(manifest, known);
  return known;
}

function columnsOf(run: OpenRun, cells: number): Columns {
  const attempts = run.tally.attempts > 1 && cells >= 60 ? 6 : 0;
  const level = cells >= 96 ? 6 : 0;
  const figures = cells >= 56;
  const time = cells >= 46;
  const source = cells >= 100 && run.tally.bySource.length > 1 ? 14 : 0;
  const fixed = statusCells + attempts + level + (figures ? 13 : 0) + (time ? 9 : 0) + source + 2;
  const rest = cells - fixed;
  const most = rest >= 34 ? Math.floor(rest * 0.6) : rest;
  return { name: Math.max(10, Math.min(most, longestName(run) + 1)), source, level, attempts, figures, time };
}

/** The theorems of a run, as many as fit; settles the chosen row. */
export function theoremsPane(context: DrawContext, run: OpenRun, area: Area, focused: boolean): Block {
  const { ui, theme } = context;
  const list = ui.lists.theorems;
  const query = { filter: list.query, order: ui.theoremOrder, reverse: ui.theoremReverse };
  const rows = selectTheorems(run, query);
  const info = [
    span(
      rows.length === run.tally.theorems ? count(rows.length) : `${count(rows.length)} of ${count(run.tally.theorems)}`,
      'dim',
    ),
    ...(query.order === 'list' && !query.reverse
      ? []
      : [span(`by ${query.order}${query.reverse ? ', reversed' : ''}`, 'dim')]),
    ...(query.filter === '' ? [] : [span(`/${cleanLine(query.filter)}`, 'info')]),
  ];
  const title = paneTitle(context, { number: 1, name: 'Theorems', focused, info: dotted(context, info) }, area.columns);
  if (rows.length === 0) {
    const why =
      query.filter === ''
        ? 'the theorem list of this run is empty'
        : `none matches /${query.filter}: Esc clears the filter`;
    return block([title, paintLine([span(`  ${cleanLine(why)}`, 'dim')], area.columns, theme)], area);
  }
  const columns = columnsOf(run, area.columns);
  const header = area.rows > 4 ? [paintLine([span(headerText(columns), 'dim')], area.columns, theme)] : [];
  const height = Math.max(1, area.rows - 1 - header.length);
  const found = rows.findIndex(({ index }) => index === ui.theorem);
  // A chosen row that the filter hides gives way to the one that stands where it stood.
  list.index = found >= 0 ? found : Math.min(list.index, rows.length - 1);
  ui.theorem = rows[list.index]!.index;
  list.top = scrollTo(list.top, list.index, rows.length, height);
  const lines = rows.slice(list.top, list.top + height).map((row, at) => {
    const chosen = list.top + at === list.index;
    const line = theoremLine(context, run, row, columns);
    if (chosen && focused) return paintLine(line, area.columns, theme, true);
    return paintLine(chosen ? line.map(({ text }) => span(text, 'strong')) : line, area.columns, theme);
  });
  return block([title, ...header, ...lines], area);
}

function headerText({ name, source, level, attempts, figures, time }: Columns): string {
  const right = (text: string, cells: number): string => (cells === 0 ? '' : text.padStart(cells));
  return `${' status'.padEnd(statusCells)}${'name'.padEnd(name)}${source === 0 ? '' : ` ${'source'.padEnd(source - 1)}`}${right('level', level)}${right('done', attempts)}${figures ? `${'exp'.padStart(6)}${'nodes'.padStart(7)}` : ''}${time ? 'time'.padStart(9) : ''}  error or reason`;
}

function theoremLine(context: DrawContext, run: OpenRun, row: TheoremTally, columns: Columns): Line {
  const { signs } = context.theme;
  const { ellipsis } = signs;
  const mark = theoremMark(theoremWord(run, row), signs);
  const begun = row.attempts.ended + row.attempts.running > 0;
  const right = (text: string, cells: number): string => (cells === 0 ? '' : fillLeft(text, cells, ellipsis));
  const shown = (n: number): string => (begun ? String(n) : '-');
  const left = (text: string, cells: number): string => (cells === 0 ? '' : ` ${fill(text, cells - 1, ellipsis)}`);
  const figures = columns.figures ? right(shown(row.expansions), 6) + right(shown(row.nodes), 7) : '';
  const time = columns.time ? right(begun ? formatMs(row.ms) : '-', 9) : '';
  const attempts = right(`${row.attempts.ended}/${row.attempts.all}`, columns.attempts);
  return [
    span(` ${mark.sign} ${fill(mark.word, statusCells - 4, ellipsis)} `, mark.tone),
    span(fill(cleanLine(row.name), columns.name, ellipsis)),
    span(left(cleanLine(row.source ?? ''), columns.source), 'dim'),
    span(right(row.level ?? '-', columns.level), 'dim'),
    span(`${attempts}${figures}${time}  `, 'dim'),
    ...whyLine(row),
  ];
}

function whyLine({ error, refused, reason, proved, priority, attempts }: TheoremTally): Line {
  if (error !== null)
    return [span(`${error.stage}: ${error.category} `, 'fail'), span(cleanLine(error.message), 'dim')];
  if (refused !== null) return [span(cleanLine(refused), 'warn')];
  if (attempts.ended === 0 && priority !== 0) return [span(`priority ${priority}`, 'info')];
  return proved ? [] : [span(cleanLine(reason), 'dim')];
}
