import { formatBytes, formatMs } from '../../sessions/select/statistics.ts';
import type { WorkerHealth } from '../../sessions/workbench.ts';
import { cleanLine } from '../../src/text/clean.ts';
import type { DrawContext } from '../draw.ts';
import { workerMark } from '../panes/marks.ts';
import { fill, fillLeft } from '../text/clip.ts';
import { type Line, span } from '../text/line.ts';
import type { PaneContent } from './home.ts';

function memory({ kind, memoryBytes, rssBytes }: WorkerHealth): string {
  const bytes = kind === 'embedded' ? memoryBytes : rssBytes;
  return bytes === null ? '-' : formatBytes(bytes);
}

/** The Lean workers and their health. */
export function workerRows(context: DrawContext, columns: number): PaneContent {
  const { snapshot, theme } = context;
  const { ellipsis } = theme.signs;
  const right = (text: string, cells: number): string => fillLeft(text, cells, ellipsis);
  const ms = (value: number | null): string =>
    value === null ? '-' : value < 10 ? `${value.toFixed(1)}ms` : formatMs(value);
  const isWide = columns >= 110;
  const ifWide = (text: string): string => (isWide ? text : '');
  const header = `   id  ${fill('status', 11, ellipsis)}${ifWide(fill('kind', 11, ellipsis))}${right('requests', 9)}${right('tactics/s', 11)}${right('median', 9)}${ifWide(right('p99', 9))}${right('memory', 10)}${right('restarts', 10)}${ifWide(right('recycled', 10))}  doing`;
  const rows = snapshot.workers.map((worker): Line => {
    const mark = workerMark(worker, theme.signs);
    return [
      span(right(String(worker.id), 5)),
      span(`  ${fill(`${mark.sign} ${mark.word}`, 11, ellipsis)}`, mark.tone),
      span(ifWide(fill(worker.kind, 11, ellipsis)), 'dim'),
      span(
        `${right(String(worker.requests), 9)}${right(worker.tacticsPerSecond.toFixed(1), 11)}${right(ms(worker.medianMs), 9)}${ifWide(right(ms(worker.p99Ms), 9))}${right(memory(worker), 10)}`,
      ),
      span(right(String(worker.restarts), 10), worker.restarts > 0 ? 'warn' : 'plain'),
      span(`${ifWide(right(String(worker.recycles), 10))}  `),
      worker.lastError === null
        ? span(cleanLine(worker.doing ?? ''), 'dim')
        : span(cleanLine(worker.lastError), 'fail'),
    ];
  });
  const waiting =
    snapshot.preparation?.status === 'running'
      ? 'they start when Lean is prepared'
      : 'none started yet: the first search starts them';
  // Embedded workers are threads of one process: its memory is told once, and theirs with them.
  const shared = snapshot.workers.find(({ kind, rssBytes }) => kind === 'embedded' && rssBytes !== null)?.rssBytes;
  const process = shared == null ? '' : `, their process ${formatBytes(shared)}`;
  const busy = snapshot.workers.filter(({ status }) => status === 'busy').length;
  return {
    info: rows.length === 0 ? [] : [span(`${busy} busy of ${rows.length}${process}`, 'dim')],
    header,
    rows,
    absent: [[span(`  ${waiting}`, 'dim')]],
  };
}
