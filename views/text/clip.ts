import { width } from './width.ts';

const graphemes = new Intl.Segmenter();
const plainAscii = /^[ -~]*$/;

/** The longest start of `text` that fits into `cells`, marks kept with their signs. */
export function take(text: string, cells: number): string {
  if (cells <= 0) return '';
  if (text.length <= cells && plainAscii.test(text)) return text;
  // A cell holds at most a few units; what lies far behind the edge need not be looked at.
  const near = text.length > cells * 16 + 64 ? text.slice(0, cells * 16 + 64) : text;
  if (plainAscii.test(near)) return near.slice(0, cells);
  let used = 0;
  let end = 0;
  for (const { segment, index } of graphemes.segment(near)) {
    const more = width(segment);
    if (used + more > cells) break;
    used += more;
    end = index + segment.length;
  }
  return near.slice(0, end);
}

/** Cuts `text` to `cells`; a text that does not fit ends with `ellipsis` when there is room for it. */
export function clip(text: string, cells: number, ellipsis: string): string {
  if (cells <= 0) return '';
  if (text.length <= cells * 4 && width(text) <= cells) return text;
  const head = take(text, cells);
  if (head.length === text.length) return text;
  const room = cells - width(ellipsis);
  return room < 1 ? head : take(text, room) + ellipsis;
}

/** Cuts or fills with blanks to exactly `cells`. */
export function fill(text: string, cells: number, ellipsis: string): string {
  const clipped = clip(text, cells, ellipsis);
  return clipped + ' '.repeat(Math.max(0, cells - width(clipped)));
}

/** Like `fill`, with the blanks in front: for numbers. */
export function fillLeft(text: string, cells: number, ellipsis: string): string {
  const clipped = clip(text, cells, ellipsis);
  return ' '.repeat(Math.max(0, cells - width(clipped))) + clipped;
}

/**
 * Breaks one line into lines of at most `cells`, at blanks where there are any, continued lines set in by `hang` blanks.
 * Nothing but the blanks at the breaks is lost.
 */
export function wrap(text: string, cells: number, hang: number = 0): readonly string[] {
  if (cells < 1) return [];
  if (width(text) <= cells) return [text];
  const indent = hang < cells - 4 ? hang : 0;
  const lines: string[] = [];
  let rest = text;
  let room = cells;
  while (width(rest) > room) {
    const head = take(rest, room) || rest.slice(0, 1);
    const blank = head.length < rest.length && rest[head.length] !== ' ' ? head.lastIndexOf(' ') : head.length;
    const cut = blank > head.length / 3 ? blank : head.length;
    lines.push((lines.length === 0 ? '' : ' '.repeat(indent)) + rest.slice(0, cut));
    rest = rest.slice(cut).replace(/^ +/, '');
    room = cells - indent;
  }
  if (rest !== '' || lines.length === 0) lines.push((lines.length === 0 ? '' : ' '.repeat(indent)) + rest);
  return lines;
}
