import { selectProvedCurve } from '../../sessions/select/run.ts';
import { rateText, selectRunFigures, suspicion } from '../../sessions/select/run-figures.ts';
import type { Figure } from '../../sessions/select/statistics.ts';
import type { OpenRun } from '../../sessions/workbench.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { count, duration } from '../../src/text/quantity.ts';
import { type Area, type Block, beside, block, type DrawContext, named } from '../draw.ts';
import { areaChart, pointsPerCell } from '../text/chart.ts';
import { fill } from '../text/clip.ts';
import { type Line, lineText, paintLine, type Span, span } from '../text/line.ts';
import { width } from '../text/width.ts';
import { runMark } from './marks.ts';
import { progressBar } from './progress-bar.ts';
import { figureLine } from './statistics.ts';

/** A process that says nothing for longer than this is remarked upon: it speaks once a second. */
const silentMs = 10_000;
const chartColumns = 44;
const columnsForChart = 150;

/** What a run is, how it stands and every figure of it, as much as there are rows for; the most wanted first. */
export function runHeader(context: DrawContext, run: OpenRun, area: Area): Block {
  const hasChart = area.columns >= columnsForChart && area.rows >= 5;
  const columns = hasChart ? area.columns - chartColumns - 1 : area.columns;
  const { theme } = context;
  const doubt = suspicion(run);
  const lines = [
    titleLine(context, run, columns),
    ...(doubt === null ? [] : [[span(` ! ${cleanLine(doubt)}`, 'fail')]]),
    ...(area.rows < 3 ? [shortLine(run)] : [progressLine(context, run, columns), ...figureLines(run, columns)]),
  ];
  const left = block(
    lines.slice(0, area.rows).map((line) => paintLine(line, columns, theme)),
    { rows: area.rows, columns },
  );
  return hasChart ? beside(context, [left, chart(context, run, { rows: area.rows, columns: chartColumns })]) : left;
}

/** Lines that the whole header has. */
export const headerLines = 9;

function figureLines(run: OpenRun, columns: number): readonly Line[] {
  const figures = selectRunFigures(run);
  const line = (name: string, list: readonly Figure[]): readonly Line[] =>
    list.length === 0 ? [] : [figureLine(name, clean(list), columns)];
  return [
    ...line('solved', figures.solved),
    ...line('pace', figures.pace),
    ...line('budget', figures.budgets),
    ...line('checks', figures.kept),
    ...line('tries', figures.tries),
    ...line('set', figures.settings),
    ...line('time', figures.time),
  ];
}

const clean = (list: readonly Figure[]): readonly Figure[] =>
  list.map((figure) => ({ ...figure, text: cleanLine(figure.text) }));

function titleLine(context: DrawContext, run: OpenRun, columns: number): Line {
  const mark = runMark(run.status, context.theme.signs);
  const phase =
    run.holder !== null && run.live !== null && run.live.phase !== '' ? ` (${cleanLine(run.live.phase)})` : '';
  const line: Span[] = [
    span(` ${run.id} `, 'strong'),
    span(` ${mark.sign} ${mark.word}${phase === ` (${mark.word})` ? '' : phase} `, mark.tone),
    ...processSpans(context, run),
    span(`  ${run.manifest.command} of ${cleanLine(run.manifest.corpus.reference)}`, 'dim'),
  ];
  if (context.snapshot.comparedRuns.names.includes(run.id)) line.splice(1, 0, span(' pinned ', 'info'));
  // The status is the last to be cut.
  return columns >= 60 || width(lineText(line)) <= columns ? line : [...line.slice(1), line[0]!];
}

/** Whether a process works on it, and since when nothing was heard. */
function processSpans(context: DrawContext, run: OpenRun): readonly Span[] {
  const { holder, status } = run;
  const silent = run.readAt + context.sinceSnapshotMs - run.heardAt;
  if (run.problem !== null) return [span(`cannot be read: ${cleanLine(run.problem)}`, 'fail')];
  if (holder === null) {
    const ago = `${duration(Math.max(0, silent))} ago`;
    if (status === 'interrupted' || status === 'stopped')
      return [
        span(status === 'interrupted' ? `its process is gone, last heard ${ago}: ` : `${ago}: `, 'warn'),
        span(context.keyOf('run.resume'), 'focus'),
        span(' resumes it', 'warn'),
      ];
    return [span(`${ago}`, 'dim')];
  }
  const process = span(`process ${holder.pid} on ${cleanLine(holder.host)}`, 'dim');
  const stalled = run.live?.stalled;
  if (stalled) return [process, span(`  the provider does not answer: ${cleanLine(stalled.message)}`, 'fail')];
  if (silent > silentMs) return [process, span(`  no word from it for ${duration(silent)}`, 'warn')];
  return [process];
}

function progressLine(context: DrawContext, { tally, holder }: OpenRun, columns: number): Line {
  const { done, searched, theorems, searches, running, attempts, progress } = tally;
  const text = ` ${count(done)}/${count(theorems)} theorems${attempts > 1 ? ' done' : ''}`;
  const isGone = holder === null;
  const rest: Line = [
    ...(attempts > 1 ? [span('  '), ...named('searched', count(searched))] : []),
    ...(running > 0
      ? [span('  '), ...named(isGone ? 'interrupted' : 'in flight', count(running), isGone ? 'warn' : 'pending')]
      : []),
    ...(searches.all === theorems
      ? []
      : [span('  '), ...named('searches', `${count(searches.ended)}/${count(searches.all)}`)]),
  ];
  return progressBar(context, { share: progress.share, done: tally.complete, text, rest }, columns);
}

/** How far it is, where there is no room for a bar. */
function shortLine(run: OpenRun): Line {
  const { done, theorems, proved } = run.tally;
  return [span(` ${count(done)}/${count(theorems)}`, 'strong'), span('  '), ...named('proved', rateText(proved))];
}

/** Theorems proved over the time worked. */
function chart({ theme }: DrawContext, run: OpenRun, area: Area): Block {
  const isAscii = theme.signs.full === '#';
  const { proved, pace } = run.tally;
  const rows = area.rows - 2;
  const curve = selectProvedCurve(run, (area.columns - 2) * pointsPerCell(isAscii));
  const title = paintLine(
    [span(' proved over time', 'strong'), span(`  ${count(proved.n)}`, 'dim')],
    area.columns,
    theme,
  );
  if (curve.length === 0)
    return block([title, paintLine([span(' nothing has ended yet', 'dim')], area.columns, theme)], area);
  const body = areaChart(curve, rows, Math.max(1, proved.n), isAscii).map((text) =>
    paintLine([span(' '), span(text, 'ok')], area.columns, theme),
  );
  const axis = ` 0${fill('', area.columns - 4 - duration(pace.activeMs).length, '')}${duration(pace.activeMs)}`;
  return block([title, ...body, paintLine([span(axis, 'dim')], area.columns, theme)], area);
}
