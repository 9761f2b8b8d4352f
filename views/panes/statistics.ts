import {
  candidateAdvice,
  type Figure,
  formatMs,
  selectStatistics,
  selectVerdict,
  type VerdictView,
} from '../../sessions/select/statistics.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { type Area, type Block, beside, block, isInterrupted, named, type SearchContext } from '../draw.ts';
import { type Line, lineText, paintLine, type Span, span } from '../text/line.ts';
import { width } from '../text/width.ts';
import { troubleSpans } from './server-line.ts';
import { valueSpans } from './value-line.ts';

/** The last events stand beside the figures where both have this much room. */
const columnsForEvents = 44;
const columnsForFigures = 105;

/** Running time of a search at the moment shown: the snapshot's, and what has passed since while it runs. */
function elapsedMs(context: SearchContext): number {
  const { search } = context;
  const isRunning = search.at === null && (search.state.mode === 'running' || search.state.mode === 'stepping');
  return search.runningMs + (isRunning ? context.sinceSnapshotMs : 0);
}

/** The strip below the panes: figures, verdict, and on wide screens the last events. */
export function statisticsStrip(context: SearchContext, area: Area): Block {
  const { theme } = context;
  const free = Math.min(Math.floor(area.columns * 0.38), area.columns - columnsForFigures - 1);
  const eventColumns = area.rows >= 4 && free >= columnsForEvents ? free : 0;
  const columns = eventColumns === 0 ? area.columns : area.columns - eventColumns - 1;
  const rule = theme.paint(theme.signs.horizontal.repeat(area.columns), 'dim');
  const rows = area.rows - 1;
  const left = block(
    statisticsLines(context, rows, columns).map((line) => paintLine(line, columns, theme)),
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

/** As many lines as there are rows, what is decided first where room is short. */
function statisticsLines(context: SearchContext, rows: number, columns: number): readonly Line[] {
  const view = selectStatistics(context.search.state, elapsedMs(context));
  const figureLines = [
    figureLine('search', view.search, columns),
    ...(view.proofs.length > 0 ? [figureLine('proofs', view.proofs, columns)] : []),
    figureLine('tries', view.candidates, columns),
    ...(view.value.length > 0 ? [figureLine('value', view.value, columns)] : []),
    figureLine('time', view.time, columns),
  ];
  const decided = decidedLines(context, columns);
  const shown = figureLines.slice(0, Math.max(0, rows - decided.length));
  return rows > 3 ? [...shown, ...decided] : [...decided, ...shown];
}

/** The figures that fit, whole; the first ones are the most useful. */
export function figureLine(name: string, list: readonly Figure[], columns: number): Line {
  const line: Span[] = [span(` ${name.padEnd(7)}`, 'strong')];
  let room = columns - 8;
  for (const figure of list) {
    const cells = width(`${figure.name} ${figure.text}`);
    if (cells > room) continue;
    line.push(span(line.length === 1 ? '' : '  '), ...named(figure.name, figure.text, figure.tone));
    room -= cells + 2;
  }
  return line;
}

/** What is decided: the verdict with what belongs to it, over two lines where it needs them, or how the search ended. */
function decidedLines(context: SearchContext, columns: number): readonly Line[] {
  const { state } = context.search;
  const verdict = selectVerdict(state);
  if (verdict) {
    const tone = verdict.accepted ? 'ok' : 'warn';
    const head = [span(' verdict', 'strong'), span(` ${verdict.accepted ? '+' : '!'} ${verdict.headline}`, tone)];
    return verdictLines(context, head, verdict, columns);
  }
  if (!state.ended) return [];
  const { status, reason } = state.ended;
  return [[span(' ended  ', 'strong'), span(`x ${status}`, 'fail'), span(`  ${cleanLine(reason)}`)]];
}

/** What a level must not be shown without goes to a second line where one is too short; the rest stands there if it fits. */
function verdictLines(context: SearchContext, head: Line, verdict: VerdictView, columns: number): readonly Line[] {
  const dot = ` ${context.theme.signs.dot} `;
  const lines: Span[][] = [[...head]];
  const room = (): number => columns - width(lineText(lines.at(-1)!)) - width(dot);
  for (const fact of verdict.needed.map((text) => cleanLine(text))) {
    if (width(fact) <= room() || lines.length === 2) lines.at(-1)!.push(span(dot, 'dim'), span(fact));
    else lines.push([span('   '), span(fact)]);
  }
  for (const fact of verdict.checked.map((text) => cleanLine(text)))
    if (width(fact) <= room()) lines.at(-1)!.push(span(dot, 'dim'), span(fact, 'dim'));
  return lines;
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
  if (snapshot.session?.readOnly) parts.push(span(`  read-only: ${context.keyOf('takeOver')} takes over`, 'warn'));
  parts.push(span('  provider ', 'dim'), span(cleanLine(search.state.provider?.name ?? snapshot.provider.name)));
  parts.push(...valueSpans(context));
  if (search.job !== undefined) {
    parts.push(span('  run ', 'dim'), span(`${cleanLine(search.job.run)} ${search.job.id}`));
    parts.push(span(`  ${context.keyOf('back')} goes back to it`, 'dim'));
    return paintLine(parts, columns, theme);
  }
  parts.push(...troubleSpans(context, ({ profile }) => isAsked(context, profile)));
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
  const advice = candidateAdvice(search.state);
  if (advice !== null) parts.push(span(`  ! ${advice}`, 'warn'));
  if (search.state.settings.block.length > 0)
    parts.push(span(`  blocked: ${cleanLine(search.state.settings.block.join(', '))}`, 'warn'));
  return paintLine(parts, columns, theme);
}

/** Whether a search that is not over asks the server of that profile. */
function isAsked({ search, snapshot }: SearchContext, profile: string): boolean {
  const name = search.state.provider?.name ?? snapshot.provider.name;
  return search.at === null && search.state.mode !== 'ended' && (profile === name || name === snapshot.provider.name);
}

function modeSpans(context: SearchContext): readonly Span[] {
  const { search, theme, keyOf } = context;
  const { state } = search;
  if (search.at !== null) {
    return [span(`TIME TRAVEL @ ${search.at}/${search.length}`, 'warn')];
  }
  const further = state.verdict?.accepted
    ? [span(`+ proved ${state.verdict.level ?? ''}, exploring further  `, 'ok')]
    : [];
  switch (state.mode) {
    case 'starting':
      return [span(`${theme.signs.waiting} starting`, 'pending')];
    case 'running':
    case 'stepping': {
      // Without workers of its own it is another process that runs it, as far as its log tells.
      const where = search.connected
        ? `LIVE ${state.mode}`
        : `${state.mode} in ${search.job === undefined ? 'another process' : 'its run'}`;
      return [...further, span(`${theme.signs.running} ${where}`, 'pending')];
    }
    case 'paused':
      if (isInterrupted(search) && state.expanding.size > 0) {
        const remedy = search.job === undefined ? ` ${keyOf('search.continue')} goes on` : '';
        return [...further, span('. interrupted', 'warn'), span(remedy, 'dim')];
      }
      if (search.goesOn === true && (state.pausedBy === 'provider' || state.pausedBy === 'value')) {
        const service = state.pausedBy === 'provider' ? 'the provider' : 'the value model';
        return [...further, span(`${theme.signs.waiting} waiting for ${service}, goes on by itself`, 'warn')];
      }
      return [...further, span(`. paused${state.pausedBy === null ? '' : ` (${pauseReasons[state.pausedBy]})`}`)];
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
  value: 'the value model failed',
} as const;
