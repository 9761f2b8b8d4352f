import type { OpenTraining } from '../../sessions/live/training-view.ts';
import { type Curve, resample, selectCurves, selectTrainings } from '../../sessions/select/training.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { count, counted } from '../../src/text/quantity.ts';
import { type Area, type Block, beside, block, type DrawContext, paintBlock, paneTitle } from '../draw.ts';
import { trainingMark } from '../panes/marks.ts';
import { trainingHead } from '../panes/training-head.ts';
import { lineChart, pointsPerCell } from '../text/chart.ts';
import { fill, fillLeft } from '../text/clip.ts';
import { type Line, paintLine, span } from '../text/line.ts';
import { scrollTo } from '../ui.ts';

const leastChart: Area = { rows: 4, columns: 24 };
const mostChartRows = 14;

/** The Training screen: the figures of a training, its curves, and the list of all trainings. */
export function trainingScreen(context: DrawContext, area: Area): Block {
  const { training, trainings } = context.snapshot;
  const lines = trainings ?? [];
  if (!training && lines.length === 0) return paintBlock(context, absent(context), area);
  const listed = Math.min(lines.length + 1, Math.max(3, Math.floor(area.rows / 4)));
  const head = training ? trainingHead(context, training, area.columns) : chooseOne(context);
  const headRows = Math.min(head.length, area.rows - listed);
  const rest = { rows: area.rows - headRows - listed, columns: area.columns };
  return block(
    [
      ...paintBlock(context, head, { rows: headRows, columns: area.columns }),
      ...(training ? charts(context, training, rest) : block([], rest)),
      ...list(context, { rows: listed, columns: area.columns }),
    ],
    area,
  );
}

function absent({ keyOf }: DrawContext): readonly Line[] {
  return [
    [],
    [span('  Nothing has been trained yet.', 'strong')],
    [
      span('  '),
      span(keyOf('prompt'), 'focus'),
      span(' trains a value model on the rows of runs, in a process of its own:'),
    ],
    [span('      :ebm train --trajectories last --name first', 'info')],
  ];
}

function chooseOne({ keyOf }: DrawContext): readonly Line[] {
  return [[span('  No training is chosen: '), span(keyOf('open'), 'focus'), span(' opens one.')]];
}

/** As many curves as there is room for, in rows of equal charts. */
function charts(context: DrawContext, { state }: OpenTraining, area: Area): Block {
  const { opened } = state;
  const curves = selectCurves(state);
  if (curves.length === 0 || area.rows < leastChart.rows) {
    const every = opened === null ? '' : ` There is a line every ${counted(opened.config.logEvery, 'step')}.`;
    const absent: Line[] = [[], [span(`  No step has been logged yet.${every}`, 'dim')]];
    return paintBlock(context, curves.length === 0 ? absent : [], area);
  }
  const across = Math.max(1, Math.min(3, Math.floor((area.columns + 1) / (leastChart.columns + 1))));
  const down = Math.max(1, Math.min(Math.ceil(curves.length / across), Math.floor(area.rows / leastChart.rows)));
  const rows = Math.min(mostChartRows, Math.floor(area.rows / down));
  const columns = Math.floor((area.columns - across + 1) / across);
  const lastColumns = area.columns - (across - 1) * (columns + 1);
  const drawn = Array.from({ length: down }, (_, row) =>
    beside(
      context,
      Array.from({ length: across }, (_, column) => {
        const part = { rows, columns: column === across - 1 ? lastColumns : columns };
        const curve = curves[row * across + column];
        return curve ? chart(context, curve, part) : block([], part);
      }),
    ),
  );
  return block(drawn.flat(), area);
}

function chart({ theme }: DrawContext, curve: Curve, area: Area): Block {
  const isAscii = theme.signs.full === '#';
  const points = resample(curve.points, (area.columns - 2) * pointsPerCell(isAscii));
  const low = Math.min(...points);
  const high = Math.max(...points);
  const body = lineChart(points, area.rows - 2, [low, high], isAscii);
  const first = count(curve.points[0]?.[0] ?? 0);
  const last = count(curve.points.at(-1)?.[0] ?? 0);
  const range = [...new Set([low, high].map((end) => Number(end.toPrecision(3))))].join(' to ');
  return block(
    [
      paintLine(
        [span(` ${curve.name} `, 'dim'), span(curve.now, 'strong'), span(`  ${range}`, 'dim')],
        area.columns,
        theme,
      ),
      ...body.map((text) => paintLine([span(' '), span(text, 'info')], area.columns, theme)),
      paintLine([span(` ${first}${fillLeft(last, area.columns - 2 - first.length, '')}`, 'dim')], area.columns, theme),
    ],
    area,
  );
}

function list(context: DrawContext, area: Area): Block {
  const { snapshot, ui, theme, keyOf } = context;
  const { ellipsis } = theme.signs;
  const place = ui.lists.training;
  const all = snapshot.trainings ?? [];
  const lines = selectTrainings(all, place.query);
  const shown = lines.length === all.length ? `${all.length}` : `${lines.length} of ${all.length}`;
  const info = [
    span(`${shown}, ${keyOf('open')} opens`, 'dim'),
    ...(place.query === '' ? [] : [span(` /${place.query}`, 'info')]),
  ];
  const title = paneTitle(context, { number: 1, name: 'Trainings', focused: ui.overlay === null, info }, area.columns);
  const height = area.rows - 1;
  place.index = Math.max(0, Math.min(place.index, lines.length - 1));
  place.top = scrollTo(place.top, place.index, lines.length, height);
  const rows = lines.slice(place.top, place.top + height).map((line, row) => {
    const mark = trainingMark(line.status, theme.signs);
    const here = line.id === snapshot.training?.id ? `${theme.signs.current} ` : '  ';
    const spans: Line = [
      span(here, 'info'),
      span(`${mark.sign} ${fill(mark.word, 14, ellipsis)} `, mark.tone),
      span(fill(cleanLine(line.id), Math.max(12, Math.min(40, area.columns - 62)), ellipsis)),
      span(fillLeft(`${count(line.step)}/${count(line.steps)}`, 14, ellipsis)),
      span(`  rank ${line.rank === null ? '-' : line.rank.toFixed(3)}`, line.rank === null ? 'dim' : 'plain'),
      ...(line.warnings > 0 ? [span(`  ! ${line.warnings}`, 'warn')] : []),
    ];
    return paintLine(spans, area.columns, theme, ui.overlay === null && place.top + row === place.index);
  });
  return block([title, ...rows], area);
}
