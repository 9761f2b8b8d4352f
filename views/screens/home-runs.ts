import { selectRuns } from '../../sessions/select/run.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { count } from '../../src/text/quantity.ts';
import type { DrawContext } from '../draw.ts';
import { runMark } from '../panes/marks.ts';
import { fill, fillLeft } from '../text/clip.ts';
import { type Line, span } from '../text/line.ts';
import type { PaneContent } from './home.ts';

const statusCells = 15;

/** The runs on disk, newest first. */
export function runRows(context: DrawContext, columns: number): PaneContent {
  const { snapshot, theme, ui, keyOf } = context;
  const { ellipsis } = theme.signs;
  const all = snapshot.runs ?? [];
  const listed = selectRuns(all, ui.lists.runs.query);
  // Runs of one day differ at the end of their ids: the part that all have in common gives way, then the time.
  const isNarrow = columns < 100;
  const id = isNarrow ? Math.max(12, Math.min(20, columns - 58)) : Math.min(30, Math.floor((columns - 46) * 0.5));
  const shownId = (given: string): string => cleanLine(isNarrow ? given.replace(/^adhoc\//, '') : given);
  const rows = listed.map((run): Line => {
    const mark = runMark(run.status, theme.signs);
    const here = snapshot.comparedRuns.names.includes(run.id)
      ? 'p '
      : run.id === snapshot.run?.id
        ? `${theme.signs.current} `
        : '  ';
    if (run.problem !== null)
      return [
        span(here),
        span(`${mark.sign} ${fill(mark.word, statusCells - 3, ellipsis)} `, mark.tone),
        span(`${cleanLine(run.id)}  ${cleanLine(run.problem)}`),
      ];
    return [
      span(here, 'info'),
      span(`${mark.sign} ${fill(mark.word, statusCells - 3, ellipsis)} `, mark.tone),
      span(fill(shownId(run.id), id, ellipsis)),
      span(fillLeft(`${count(run.done)}/${count(run.total)}`, 12, ellipsis)),
      span(fillLeft(`${count(run.proved)}`, 8, ellipsis), run.proved > 0 ? 'ok' : 'plain'),
      span(`  ${run.command} ${cleanLine(run.corpus)}`, 'dim'),
      span(isNarrow ? '' : `  ${run.updatedAt.slice(0, 16).replace('T', ' ')}`, 'dim'),
    ];
  });
  const none =
    snapshot.runsProblem !== null
      ? [span(`  ! ${cleanLine(snapshot.runsProblem)}`, 'fail')]
      : snapshot.runs === null
        ? [span('  looking for runs', 'dim')]
        : all.length === 0
          ? [
              span('  none yet: ', 'dim'),
              span(`${keyOf('prompt')}search --theorems <file or corpus>`, 'info'),
              span(' starts one, in a process of its own', 'dim'),
            ]
          : [span(`  none matches /${cleanLine(ui.lists.runs.query)}: ${keyOf('back')} clears the filter`, 'dim')];
  return {
    info:
      rows.length === 0
        ? []
        : snapshot.runsProblem !== null
          ? [span(`! ${cleanLine(snapshot.runsProblem)} `, 'fail')]
          : [
              span(
                `${listed.length === all.length ? all.length : `${listed.length} of ${all.length}`}, ${keyOf('open')} opens `,
                'dim',
              ),
            ],
    header: `  ${fill('status', statusCells, ellipsis)}${fill('run', id, ellipsis)}${fillLeft('done', 12, ellipsis)}${fillLeft('proved', 8, ellipsis)}  of`,
    rows,
    absent: [none],
  };
}
