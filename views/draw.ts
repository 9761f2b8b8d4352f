import type { OpenSearch, WorkbenchSnapshot } from '../sessions/workbench.ts';
import { clip } from './text/clip.ts';
import { type Line, lineText, paintLine, type Span, span } from './text/line.ts';
import { width } from './text/width.ts';
import type { Theme, Tone } from './theme.ts';
import type { SearchUi, Ui } from './ui.ts';

/** What drawing needs; everything in it belongs to one moment. */
export interface DrawContext {
  readonly snapshot: WorkbenchSnapshot;
  readonly ui: Ui;
  readonly theme: Theme;
  /** Milliseconds since the snapshot was taken: what its clocks are behind. */
  readonly sinceSnapshotMs: number;
  /** The keys of an action, as a person reads them, first one first. */
  readonly keyOf: (action: string) => string;
}

/** Whether nobody goes on with what a search was doing: its process has ended, or is another one. */
export function isInterrupted({ connected, at, state }: OpenSearch): boolean {
  return !connected && at === null && state.mode === 'paused';
}

/** A search with the place that a person has in it. */
export interface SearchContext extends DrawContext {
  readonly search: OpenSearch;
  readonly place: SearchUi;
}

export interface Area {
  readonly rows: number;
  readonly columns: number;
}

/** A block of exactly `rows` lines of exactly `columns` cells, ready for the terminal. */
export type Block = readonly string[];

/** Cuts or fills painted lines to an area. */
export function block(lines: readonly string[], area: Area): Block {
  const shown = lines.slice(0, area.rows);
  const blank = ' '.repeat(Math.max(0, area.columns));
  while (shown.length < area.rows) shown.push(blank);
  return shown;
}

/** Paints lines into an area. */
export function paintBlock(context: DrawContext, lines: readonly Line[], area: Area): Block {
  return block(
    lines.slice(0, area.rows).map((line) => paintLine(line, area.columns, context.theme)),
    area,
  );
}

/** Puts blocks of the same height side by side, with a rule between them. */
export function beside(context: DrawContext, blocks: readonly Block[]): Block {
  const rule = context.theme.paint(context.theme.signs.vertical, 'dim');
  const [first = []] = blocks;
  return first.map((_, row) => blocks.map((part) => part[row] ?? '').join(rule));
}

export interface PaneTitle {
  readonly number: number;
  readonly name: string;
  readonly focused: boolean;
  /** Facts after the name. */
  readonly info: Line;
}

/** The title line of a pane: number, name and facts on a rule. The focused one is in brackets and coloured. */
export function paneTitle(context: DrawContext, title: PaneTitle, columns: number): string {
  const { horizontal } = context.theme.signs;
  const name = `${title.number} ${title.name}`;
  const head = title.focused ? span(`[${name}]`, 'focus') : span(` ${name} `, 'strong');
  const line: Span[] = [span(horizontal, 'dim'), head];
  if (title.info.length > 0) line.push(span(' '), ...title.info, span(' '));
  const used = width(lineText(line));
  if (used < columns) line.push(span(horizontal.repeat(columns - used), 'dim'));
  return paintLine(line, columns, context.theme);
}

/** Joins spans with a dot between them. */
export function dotted(context: DrawContext, parts: readonly Span[]): Line {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [span(` ${context.theme.signs.dot} `, 'dim'), part]));
}

/** Says in a pane's title that it shows the past; nothing while it follows the search. */
export function momentInfo({ search }: SearchContext): readonly Span[] {
  return search.at === null ? [] : [span(`@ ${search.at}/${search.length}`, 'warn')];
}

/** Name dim, value in its tone: `nodes 45`. */
export function named(name: string, value: string, tone: Tone = 'plain'): Line {
  return [span(`${name} `, 'dim'), span(value, tone)];
}

/** A text cut to `cells`, with this theme's ellipsis. */
export function cut(context: DrawContext, text: string, cells: number): string {
  return clip(text, cells, context.theme.signs.ellipsis);
}

/** A figure with an ordinal: `1st`, `22nd`. */
export function ordinal(n: number): string {
  const tens = n % 100;
  if (tens >= 11 && tens <= 13) return `${n}th`;
  return `${n}${['th', 'st', 'nd', 'rd'][n % 10] ?? 'th'}`;
}
