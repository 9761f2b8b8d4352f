import { cleanLine } from '../../src/text/clean.ts';
import type { Theme, Tone } from '../theme.ts';
import { clip, fill } from './clip.ts';
import { width } from './width.ts';

/** A piece of a line with its meaning. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One line of a pane before it is cut to the pane's width. */
export type Line = readonly Span[];

export function span(text: string, tone: Tone = 'plain'): Span {
  return { text, tone };
}

export const emptyLine: Line = [];

/** The line without colours. */
export function lineText(line: Line): string {
  return line.map((piece) => piece.text).join('');
}

/** What no line may hold: it would act on the terminal or turn the text around. Makers of lines clean what they show; this is the last gate. */
const forbidden = /[\u0000-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/;

function cleanSpan(piece: Span): Span {
  return forbidden.test(piece.text) ? { ...piece, text: cleanLine(piece.text) } : piece;
}

/** Turns a line into exactly `cells` cells of terminal text. A selected line is reversed as a whole. */
export function paintLine(dirty: Line, cells: number, theme: Theme, selected: boolean = false): string {
  const { ellipsis } = theme.signs;
  const line = dirty.some(({ text }) => forbidden.test(text)) ? dirty.map(cleanSpan) : dirty;
  if (selected) return theme.paint(fill(lineText(line), cells, ellipsis), 'selected');
  let painted = '';
  let room = cells;
  for (const [index, piece] of line.entries()) {
    if (room <= 0) break;
    const isLast = index === line.length - 1;
    // The ellipsis stands at the edge, whichever piece reaches it.
    const rest = isLast ? 0 : 1;
    let text = clip(piece.text, room, ellipsis);
    let used = width(text);
    if (used === room && rest > 0 && text === piece.text && hasText(line, index + 1)) {
      text = clip(`${piece.text} `, room, ellipsis);
      used = width(text);
    }
    painted += theme.paint(text, piece.tone);
    room -= used;
    if (text !== piece.text) break;
  }
  return room > 0 ? painted + ' '.repeat(room) : painted;
}

function hasText(line: Line, from: number): boolean {
  return line.slice(from).some((piece) => piece.text !== '');
}
