import type { Notice } from '../sessions/workbench.ts';
import { cleanLine } from '../src/text/clean.ts';
import type { ActionTable } from './actions/table.ts';
import type { Deck } from './deck.ts';
import { type Area, type Block, block, cut, type DrawContext, type SearchContext } from './draw.ts';
import { shownKey } from './keys.ts';
import type { Suggestion } from './overlay-keys.ts';
import { helpBlock } from './panes/help.ts';
import { bottomOverlay, pagerBlock } from './panes/overlays.ts';
import { serversBlock } from './panes/servers.ts';
import { compareScreen } from './screens/compare.ts';
import { doctorScreen } from './screens/doctor.ts';
import { homeScreen } from './screens/home.ts';
import { inspectScreen } from './screens/inspect.ts';
import { runLayout, runScreen } from './screens/run.ts';
import { searchLayout, searchScreen } from './screens/search.ts';
import { trainingScreen } from './screens/training.ts';
import { wrap } from './text/clip.ts';
import { type Line, lineText, paintLine, type Span, span } from './text/line.ts';
import { width } from './text/width.ts';
import type { Size } from './ui.ts';

/** Below this size one pane is shown, and a line that says so. */
const smallSize: Size = { rows: 15, columns: 60 };

const screenNames = {
  home: 'Home',
  search: 'Search',
  run: 'Run',
  training: 'Training',
  inspect: 'Inspect',
  compare: 'Compare',
  doctor: 'Doctor',
} as const;

/** The whole screen: exactly `rows` lines of exactly `columns` cells. */
export function drawFrame(
  context: DrawContext,
  search: SearchContext | null,
  deck: Deck,
  table: ActionTable,
  suggestions: readonly Suggestion[],
  size: Size,
): Block {
  const { overlay } = context.ui;
  const area: Area = size;
  if (overlay?.kind === 'pager') return pagerBlock(context, overlay, area);
  if (overlay?.kind === 'servers') return serversBlock(context, overlay, area);
  if (overlay?.kind === 'help') return helpBlock(context, table, deck, overlay, area);
  const bottom = overlay
    ? bottomOverlay(context, overlay, suggestions, search, area).slice(-(size.rows - 2))
    : footer(context, deck, table, size.columns);
  const body = { rows: Math.max(0, size.rows - 1 - bottom.length), columns: size.columns };
  return block([header(context, size), ...drawScreen(context, search, body), ...bottom], area);
}

/** The screen without header and footer. */
export function drawScreen(context: DrawContext, search: SearchContext | null, area: Area): Block {
  switch (context.ui.screen) {
    case 'home':
      return homeScreen(context, area);
    case 'search':
      return search ? searchScreen(search, area) : homeScreen(context, area);
    case 'run':
      return runScreen(context, area);
    case 'training':
      return trainingScreen(context, area);
    case 'inspect':
      return inspectScreen(context, area);
    case 'compare':
      return compareScreen(context, area);
    case 'doctor':
      return doctorScreen(context, area);
  }
}

function header(context: DrawContext, size: Size): string {
  const { snapshot, ui, theme } = context;
  if (size.rows < smallSize.rows || size.columns < smallSize.columns) {
    const here = `${size.columns}x${size.rows}`;
    const more = `${smallSize.columns}x${smallSize.rows} shows more`;
    const text = ` ${here}: ${showsOnePane(context, size) ? 'one pane, Tab changes it; ' : ''}${more}`;
    return paintLine([span(screenNames[ui.screen], 'focus'), span(text, 'warn')], size.columns, theme);
  }
  const tabs = Object.entries(screenNames).map(([screen, name]) =>
    screen === ui.screen ? span(`[${name}]`, 'focus') : span(` ${name} `, 'dim'),
  );
  const all: Line = [span(' proofdeck ', 'strong'), ...tabs];
  const left =
    width(lineText(all)) <= size.columns - 2 ? all : [all[0]!, ...tabs.filter(({ tone }) => tone === 'focus')];
  const session =
    snapshot.session === null
      ? 'no session'
      : `session ${snapshot.session.id}${snapshot.session.readOnly ? ' (read-only)' : ''}`;
  const lean =
    snapshot.preparation?.status === 'ready'
      ? 'Lean ready'
      : snapshot.preparation?.status === 'failed'
        ? 'Lean FAILED'
        : snapshot.preparation === null
          ? 'Lean not started'
          : 'Lean not ready';
  const room = size.columns - width(lineText(left)) - 2;
  const short = `${snapshot.session?.readOnly ? 'read-only  ' : ''}${lean} `;
  const right = [`${session}  ${lean} `, short].find((text) => width(text) <= room) ?? '';
  return paintLine([...left, span(' '.repeat(room + 2 - width(right))), span(right, 'dim')], size.columns, theme);
}

/** Whether Tab would show another pane: screens of one text have none, and wide windows may have room for several. */
function showsOnePane({ ui, snapshot }: DrawContext, size: Size): boolean {
  const body = { rows: size.rows - 2, columns: size.columns };
  if (ui.screen === 'search') return snapshot.focused !== null && searchLayout(body) === 'one';
  if (ui.screen === 'run') return snapshot.run !== null && runLayout(body) === 'one';
  return ui.screen === 'home';
}

/** The notice, until the next key; else the most useful keys of the focused pane. */
function footer(context: DrawContext, deck: Deck, table: ActionTable, columns: number): Block {
  const { notice } = context.ui;
  if (notice) return noticeLines(context, notice, columns);
  const always: Line = [span('  ?', 'focus'), span(' help ', 'dim'), span(' q', 'focus'), span(' leave', 'dim')];
  const keys = workingSpans(context, columns);
  let room = columns - width(lineText([...keys, ...always]));
  for (const { key, name, possible } of table.footer(deck)) {
    const item = [span(` ${shownKey(key)}`, possible ? 'focus' : 'dim'), span(` ${name} `, 'dim')];
    const cells = width(lineText(item));
    if (cells > room) continue;
    room -= cells;
    keys.push(...item);
  }
  return [paintLine([...keys, ...always], columns, context.theme)];
}

const longestNotice = 3;

/** A long notice takes more lines; what is longer still is cut. Where a session is read-only, the key for that is named. */
function noticeLines(context: DrawContext, notice: Notice, columns: number): Block {
  const { session } = context.snapshot;
  const tones = { info: 'info', warning: 'warn', error: 'fail' } as const;
  const signs = { info: ' ', warning: ' ! ', error: ' x ' } as const;
  const sign = signs[notice.level];
  const isReadOnly = session?.readOnly === true && session.writer !== undefined && notice.text.includes(session.writer);
  const text = cleanLine(`${notice.text}${isReadOnly ? ` (key ${context.keyOf('takeOver')})` : ''}`);
  const wrapped = wrap(text, Math.max(10, columns - sign.length - 1));
  const shown =
    wrapped.length <= longestNotice
      ? wrapped
      : [...wrapped.slice(0, longestNotice - 1), wrapped.slice(longestNotice - 1).join(' ')];
  return shown.map((line, index) =>
    paintLine(
      [span(index === 0 ? sign : ' '.repeat(sign.length)), span(line)].map(({ text }) =>
        span(text, tones[notice.level]),
      ),
      columns,
      context.theme,
    ),
  );
}

/** What was typed and has not been answered yet: Lean may still be starting. */
function workingSpans(context: DrawContext, columns: number): Span[] {
  const { working } = context.ui;
  const [line] = working;
  if (line === undefined) return [];
  const more = working.length > 1 ? ` and ${working.length - 1} more` : '';
  return [
    span(
      ` ${context.theme.signs.running} working on: ${cut(context, cleanLine(line), Math.floor(columns / 3))}${more} `,
      'pending',
    ),
  ];
}
