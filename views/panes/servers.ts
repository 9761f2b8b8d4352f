import { type FigureGroup, selectGpus, selectServer } from '../../sessions/select/servers.ts';
import type { Figure } from '../../sessions/select/statistics.ts';
import type { ServerView } from '../../sessions/servers/view.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { duration } from '../../src/text/quantity.ts';
import { type Area, type Block, block, type DrawContext, named } from '../draw.ts';
import { wrap } from '../text/clip.ts';
import { type Line, paintLine, type Span, span } from '../text/line.ts';
import { width } from '../text/width.ts';
import { type Overlay, scrollTo } from '../ui.ts';
import { awaySpans } from './server-line.ts';
import { serverMark } from './server-mark.ts';

/** A look that is older than this is said to be old: there is one every two seconds. */
const staleMs = 10_000;
const indent = 9;

/** Every server that is asked and every GPU, with all that is known of them, live. */
export function serversBlock(context: DrawContext, overlay: Extract<Overlay, { kind: 'servers' }>, area: Area): Block {
  const lines = panelLines(context, area.columns);
  const height = area.rows - 2;
  const top = scrollTo(overlay.top, overlay.top, lines.length, height);
  const where = lines.length > height ? `   ${top + 1}-${Math.min(top + height, lines.length)} of ${lines.length}` : '';
  const title: Line = [
    span(' Servers', 'strong'),
    span(`   live, looked at every 2 s while shown   arrows scroll, Esc closes${where}`, 'dim'),
  ];
  return block(
    [[...title], [], ...lines.slice(top, top + height)].map((line) => paintLine(line, area.columns, context.theme)),
    area,
  );
}

/** All lines of the panel; also how many there are to scroll over. */
export function panelLines(context: DrawContext, columns: number): readonly Line[] {
  const { servers } = context.snapshot;
  const gpus = selectGpus(servers?.gpus ?? null).flatMap((group) => groupLines(group, columns));
  if (servers === null || servers.servers.length === 0)
    return [...absent(context), ...(gpus.length > 0 ? [[], ...gpus] : [])];
  return [
    ...servers.servers.flatMap((server, i) => [...(i > 0 ? [[]] : []), ...serverBlock(context, server, columns)]),
    ...(gpus.length > 0 ? [[], ...gpus] : []),
  ];
}

function absent({ snapshot, keyOf }: DrawContext): readonly Line[] {
  const { name, detail } = snapshot.provider;
  return [
    [span(`  The provider ${cleanLine(name)} asks no server`, 'strong'), span(`  ${cleanLine(detail)}`, 'dim')],
    [span('  '), span(keyOf('prompt'), 'focus'), span(' takes another one: '), span('provider deepseek', 'info')],
    [span('  Where its server is, is said when proofdeck is started:')],
    [span('      proofdeck --provider sglang --set sglang.url=http://host:30000', 'info')],
  ];
}

function serverBlock(context: DrawContext, server: ServerView, columns: number): readonly Line[] {
  const mark = serverMark(server, context.theme.signs);
  const head: Span[] = [
    span(` ${cleanLine(server.profile)}`, 'strong'),
    span(`  ${mark.sign} ${mark.word}`, mark.tone),
    ...awaySpans(context, server),
    span(`  ${cleanLine(server.url)}`, 'dim'),
    span(`  ${server.kind}${server.role === 'vectors' ? ', for vectors' : ''}`, 'dim'),
    ...age(context, server),
  ];
  const message =
    server.message === null
      ? []
      : wrap(cleanLine(server.message), Math.max(10, columns - indent - 1), 0).map(
          (text): Line => [span(`${' '.repeat(indent)}${text}`, mark.tone)],
        );
  return [
    head,
    ...message,
    ...changeLines(server, columns),
    ...selectServer(server).flatMap((group) => groupLines(group, columns)),
  ];
}

/** When it last answered anything, where that is a while ago. */
function age({ snapshot, sinceSnapshotMs }: DrawContext, { lookedAt, profile }: ServerView): readonly Span[] {
  if (lookedAt === null) return [];
  const newest = Math.max(...(snapshot.servers?.servers ?? []).map((one) => one.lookedAt ?? 0));
  const behind = newest - lookedAt + sinceSnapshotMs;
  return behind < staleMs || profile === '' ? [] : [span(`  as of ${duration(behind)} ago`, 'warn')];
}

function changeLines({ changed }: ServerView, columns: number): readonly Line[] {
  if (changed === null) return [];
  const at = new Date(changed.at).toISOString().slice(11, 19);
  const text = cleanLine(`! changed at ${at} UTC: ${changed.from}, is now ${changed.to}`);
  return wrap(text, Math.max(10, columns - indent - 1), 2).map(
    (line): Line => [span(`${' '.repeat(indent)}${line}`, 'warn')],
  );
}

/** A group over as many lines as its figures need; one that is longer than a line is wrapped. */
function groupLines({ name, figures }: FigureGroup, columns: number): readonly Line[] {
  const lines: Span[][] = [];
  let room = 0;
  for (const one of figures) {
    const cells = width(`${one.name} ${one.text}`) + 2;
    if (cells > room || lines.length === 0) {
      lines.push([span(` ${(lines.length === 0 ? name : '').padEnd(indent - 1)}`, 'strong')]);
      room = columns - indent;
    }
    lines.at(-1)?.push(...figureSpans(one), span('  '));
    room -= cells;
  }
  return lines;
}

const figureSpans = ({ name, text, tone }: Figure): Line => named(name, text, tone);
