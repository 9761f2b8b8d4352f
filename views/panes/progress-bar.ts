import type { DrawContext } from '../draw.ts';
import { type Line, lineText, span } from '../text/line.ts';
import { width } from '../text/width.ts';

/**
 * A bar with what it counts, and what else there is to say behind it, on one line.
 *
 * @param share from 0 to 1
 */
export function progressBar(
  { theme }: DrawContext,
  {
    share,
    done,
    text,
    rest,
  }: { readonly share: number; readonly done: boolean; readonly text: string; readonly rest: Line },
  columns: number,
): Line {
  const cells = Math.max(8, Math.min(60, columns - width(text) - width(lineText(rest)) - 3));
  const full = Math.min(cells, Math.round(share * cells));
  return [
    span(' '),
    span(theme.signs.full.repeat(full), done ? 'ok' : 'pending'),
    span(theme.signs.empty.repeat(cells - full), 'dim'),
    span(text, 'strong'),
    ...rest,
  ];
}
