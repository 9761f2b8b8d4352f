import { selectGpus } from '../../sessions/select/servers.ts';
import type { ServerView } from '../../sessions/servers/view.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { count, duration, percent } from '../../src/text/quantity.ts';
import { type DrawContext, named } from '../draw.ts';
import { fill } from '../text/clip.ts';
import { type Line, paintLine, type Span, span } from '../text/line.ts';
import type { Mark } from './marks.ts';
import { serverMark } from './server-mark.ts';

const labelCells = 10;

/**
 * Lines for the servers and GPUs, one each and at most `most`; none where there is nothing to look at. Several servers begin with a
 * line that counts them by how they stand, the worst first, so that trouble shows however little room there is.
 */
export function serverLines(context: DrawContext, columns: number, most: number): readonly string[] {
  const { servers } = context.snapshot;
  if (servers === null) return [];
  const marked = servers.servers
    .map((server) => ({ server, mark: serverMark(server, context.theme.signs) }))
    .sort((a, b) => badness(b.mark) - badness(a.mark));
  const isOne = marked.length === 1;
  const each: readonly Line[] = [
    ...marked.map(({ server }) => [
      ...(isOne ? serversLabel(context, 'server') : profileLabel(context, server)),
      ...serverSpans(context, server),
    ]),
    ...selectGpus(servers.gpus).map(({ name, figures }) => [
      span(` ${name.padEnd(labelCells - 1)}`, 'dim'),
      ...figures.flatMap((one) => [...named(one.name, one.text, one.tone), span('  ')]),
    ]),
  ];
  const isCounted = marked.length > 1;
  // What is left out is told by the line that counts, else by one of its own.
  const room = isCounted || each.length > most ? most - 1 : most;
  const shown = each.slice(0, Math.max(0, room));
  const left = each.length - shown.length;
  const lines = isCounted
    ? [countLine(context, marked, left), ...shown]
    : [...shown, ...(left > 0 ? [leftLine(context, left)] : [])];
  return lines.slice(0, most).map((line) => paintLine(line, columns, context.theme));
}

function leftLine({ keyOf }: DrawContext, left: number): Line {
  return [
    span(`${' '.repeat(labelCells)}and ${left} more: `, 'dim'),
    span(keyOf('servers'), 'focus'),
    span(' shows all', 'dim'),
  ];
}

/** How many servers stand in which way; `left`: lines that there is no room for. */
function countLine(context: DrawContext, marked: readonly { readonly mark: Mark }[], left: number): Line {
  const alike = Map.groupBy(marked, ({ mark }) => mark.word);
  return [
    ...serversLabel(context, 'servers'),
    span(`${marked.length} `, 'strong'),
    ...[...alike.values()].map((those): Span => {
      const { sign, word, tone } = those[0]!.mark;
      return span(` ${sign} ${those.length} ${word} `, tone);
    }),
    ...(left > 0 ? [span(` ${context.keyOf('servers')}`, 'focus'), span(' shows all', 'dim')] : []),
  ];
}

function serversLabel({ keyOf }: DrawContext, name: string): Line {
  return [span(` ${name} `, 'dim'), span(`${keyOf('servers')} `.padEnd(2), 'focus')];
}

function profileLabel({ theme }: DrawContext, { profile }: ServerView): Line {
  return [span(` ${fill(cleanLine(profile), labelCells - 2, theme.signs.ellipsis)} `, 'dim')];
}

const badness = ({ tone }: Mark): number => ['ok', 'pending', 'warn', 'fail'].indexOf(tone);

/** How one server stands, on one line: what is wrong comes before its figures. */
function serverSpans(context: DrawContext, server: ServerView): Line {
  const mark = serverMark(server, context.theme.signs);
  const line: Span[] = [span(`${mark.sign} ${mark.word}`, mark.tone), ...awaySpans(context, server)];
  if (server.message !== null)
    line.push(span(`  ${cleanLine(server.message)}`, mark.tone === 'ok' ? 'plain' : mark.tone));
  const { gauges, identity, own } = server;
  if (server.message === null || gauges !== null) {
    if (identity !== null) line.push(span(`  ${cleanLine(identity.model)}`, 'strong'));
    if (gauges?.running != null) line.push(span('  '), ...named('running', count(gauges.running)));
    if (gauges?.queued != null) line.push(span('  '), ...named('queued', count(gauges.queued)));
    if (gauges?.tokensPerSecond != null) line.push(span('  '), ...named('tokens/s', count(gauges.tokensPerSecond)));
    if (gauges?.kvUse != null) line.push(span('  '), ...named('KV', percent(gauges.kvUse)));
    if (own !== null) line.push(span('  '), ...named('ours', `${own.inFlight} in flight, ${own.queued} waiting`));
  }
  return [...line, span(`  ${cleanLine(server.url)}`, 'dim')];
}

/** Of the servers of these profiles: those that do not work as they should. Nothing while all do. */
export function troubleSpans(context: DrawContext, isShown: (server: ServerView) => boolean): readonly Span[] {
  return (context.snapshot.servers?.servers ?? []).filter(isShown).flatMap((server): readonly Span[] => {
    const mark = serverMark(server, context.theme.signs);
    if (mark.tone === 'ok' || server.face === 'connecting' || server.face === 'queueing') return [];
    return [
      span(`  server ${mark.sign} ${mark.word}`, mark.tone),
      ...awaySpans(context, server),
      span(` ${context.keyOf('servers')}`, 'focus'),
    ];
  });
}

/** While our requests wait: since when, and when the next one is tried. */
export function awaySpans({ sinceSnapshotMs }: DrawContext, { own }: Pick<ServerView, 'own'>): readonly Span[] {
  if (own === null || own.awayMs === null) return [];
  const away = span(` for ${duration(own.awayMs + sinceSnapshotMs)}`, 'fail');
  if (own.nextTryMs === null) return [away, span(', trying now', 'fail')];
  return [away, span(`, next try in ${duration(Math.max(0, own.nextTryMs - sinceSnapshotMs))}`, 'fail')];
}
