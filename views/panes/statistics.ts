import { type Figure, formatMs, selectStatistics, selectVerdict } from '../../sessions/select/statistics.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { type Area, type Block, beside, block, named, type SearchContext } from '../draw.ts';
import { type Line, paintLine, type Span, span } from '../text/line.ts';

/** Running time of a search now: the snapshot's, and what has passed since while it runs. */
export function elapsedMs(context: SearchContext): number {
  const { search } = context;
  const isRunning = search.at === null && (search.state.mode === 'running' || search.state.mode === 'stepping');
  return search.runningMs + (isRunning ? context.sinceSnapshotMs : 0);
}

/** The strip below the panes: figures, verdict, and on wide screens the last events. */
export function statisticsStrip(context: SearchContext, area: Area): Block {
  const { theme } = context;
  const eventColumns = area.columns >= 120 && area.rows >= 4 ? Math.floor(area.columns * 0.38) : 0;
  const columns = eventColumns === 0 ? area.columns : area.columns - eventColumns - 1;
  const rule = theme.paint(theme.signs.horizontal.repeat(area.columns), 'dim');
  const rows = area.rows - 1;
  const left = block(
    statisticsLines(context, rows).map((line) => paintLine(line, columns, theme)),
    { rows, columns },
  );
  if (eventColumns === 0) return [rule, ...left];
  const events = context.search.recent.slice(-rows);
  const right = block(
    events.map((text, index) =>
      paintLine([span(` ${text}`, index === events.length - 1 ? 'plain' : 'dim')], eventColumns, theme),
    ),
    { rows, columns: eventColumns },
  );
  return [rule, ...beside(context, [left, right])];
}

function statisticsLines(context: SearchContext, rows: number): readonly Line[] {
  const view = selectStatistics(context.search.state, elapsedMs(context));
  const verdict = verdictLine(context);
  const search = figures('search', view.search);
  const candidates = figures('tries', view.candidates);
  const time = figures('time', view.time);
  if (rows === 1) return [verdict ?? search];
  if (rows === 2) return [verdict ?? search, verdict ? search : candidates];
  return [search, candidates, time, verdict ?? []];
}

function figures(name: string, list: readonly Figure[]): Line {
  return [
    span(` ${name.padEnd(7)}`, 'strong'),
    ...list.flatMap((figure): Span[] => [...named(figure.name, figure.text, figure.tone), span('  ')]),
  ];
}

/** What is decided: the verdict with all that belongs to it, or how the search ended. */
function verdictLine(context: SearchContext): Line | null {
  const { state } = context.search;
  const verdict = selectVerdict(state);
  if (verdict) {
    const sign = verdict.accepted ? '+' : '!';
    return [
      span(' verdict', 'strong'),
      span(` ${sign} ${verdict.headline}`, verdict.accepted ? 'ok' : 'warn'),
      ...verdict.lines.flatMap((line): Span[] => [span(` ${context.theme.signs.dot} `, 'dim'), span(cleanLine(line))]),
    ];
  }
  if (state.ended)
    return [
      span(' ended  ', 'strong'),
      span(`x ${state.ended.status}`, 'fail'),
      span(`  ${cleanLine(state.ended.reason)}`),
    ];
  return null;
}

/** The line above the keys: mode, clock, provider, workers, and what is stale or missing. */
export function statusLine(context: SearchContext, columns: number): string {
  const { search, snapshot, theme } = context;
  const parts: Span[] = [
    span(' '),
    ...modeSpans(context),
    span(`  ${formatMs(elapsedMs(context))}`),
    ...silence(context),
  ];
  parts.push(span('  provider ', 'dim'), span(cleanLine(search.state.provider?.name ?? snapshot.provider.name)));
  const busy = snapshot.workers.filter((worker) => worker.status === 'busy').length;
  const dead = snapshot.workers.filter((worker) => worker.status === 'dead').length;
  parts.push(
    span('  workers ', 'dim'),
    span(`${busy} busy of ${snapshot.workers.length}`, snapshot.workers.length === 0 ? 'warn' : 'plain'),
  );
  if (dead > 0) parts.push(span(`, ${dead} dead`, 'fail'));
  if (snapshot.preparation?.status === 'running')
    parts.push(span(`  Lean is being prepared: ${cleanLine(snapshot.preparation.text)}`, 'pending'));
  if (search.state.providerFailure !== null)
    parts.push(span(`  provider failed: ${cleanLine(search.state.providerFailure)}`, 'fail'));
  if (search.state.settings.block.length > 0)
    parts.push(span(`  blocked: ${cleanLine(search.state.settings.block.join(', '))}`, 'warn'));
  return paintLine(parts, columns, theme);
}

function modeSpans(context: SearchContext): readonly Span[] {
  const { search, theme, keyOf } = context;
  const { state } = search;
  if (search.at !== null) {
    return [
      span(`TIME TRAVEL @ ${search.at}/${search.length}`, 'warn'),
      span(` ${keyOf('search.back')} back  ${keyOf('search.step')} forward  ${keyOf('search.live')} live`, 'dim'),
    ];
  }
  switch (state.mode) {
    case 'starting':
      return [span(`${theme.signs.waiting} starting`, 'pending')];
    case 'running':
      return [span(`${theme.signs.running} LIVE running`, 'pending')];
    case 'stepping':
      return [span(`${theme.signs.running} LIVE stepping`, 'pending')];
    case 'paused':
      return [span(`. paused${state.pausedBy === null ? '' : ` (${pauseReasons[state.pausedBy]})`}`)];
    case 'ended':
      return [
        state.ended?.status === 'proved'
          ? span(`+ ended: proved ${state.verdict?.level ?? ''}`, 'ok')
          : span(`x ended: ${state.ended?.status ?? ''}`, 'fail'),
      ];
  }
}

/** From so long without anything new on, it is said. */
const silenceMs = 3000;

function silence({ search, sinceSnapshotMs }: SearchContext): readonly Span[] {
  const isLive = search.at === null && (search.state.mode === 'running' || search.state.mode === 'stepping');
  return isLive && sinceSnapshotMs >= silenceMs
    ? [span(`  nothing new for ${Math.floor(sinceSnapshotMs / 1000)}s`, 'warn')]
    : [];
}

const pauseReasons = {
  step: 'after a step',
  disk: 'nothing can be recorded',
  user: 'by you',
  breakpoint: 'at a breakpoint',
  provider: 'the provider failed',
} as const;
