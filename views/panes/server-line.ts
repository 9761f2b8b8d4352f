import { selectGpus } from '../../sessions/select/servers.ts';
import type { ServerView } from '../../sessions/servers/view.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { count, duration, percent } from '../../src/text/quantity.ts';
import { type DrawContext, named } from '../draw.ts';
import { type Line, paintLine, type Span, span } from '../text/line.ts';
import { serverMark } from './server-mark.ts';

/** Lines for the servers and GPUs, one each and at most `most`; none where there is nothing to look at. */
export function serverLines(context: DrawContext, columns: number, most: number): readonly string[] {
  const { servers } = context.snapshot;
  if (servers === null) return [];
  const lines = [
    ...servers.servers.map(
      (server): Line => [
        span(' server ', 'dim'),
        span(`${context.keyOf('servers')} `.padEnd(2), 'focus'),
        ...serverSpans(context, server),
      ],
    ),
    ...selectGpus(servers.gpus).map(
      ({ name, figures }): Line => [
        span(` ${name.padEnd(9)}`, 'dim'),
        ...figures.flatMap((one) => [...named(one.name, one.text, one.tone), span('  ')]),
      ],
    ),
  ];
  const shown = lines.length <= most ? lines : lines.slice(0, Math.max(0, most - 1));
  const left = lines.length - shown.length;
  const more: readonly Line[] =
    left > 0 && most > 0
      ? [
          [
            span(`          and ${left} more: `, 'dim'),
            span(context.keyOf('servers'), 'focus'),
            span(' shows all', 'dim'),
          ],
        ]
      : [];
  return [...shown, ...more].map((line) => paintLine(line, columns, context.theme));
}

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
