import { type Area, type Block, block, type DrawContext, paneTitle } from '../draw.ts';
import { type Line, lineText, paintLine, span } from '../text/line.ts';
import { type ListState, scrollTo } from '../ui.ts';

/** A scrolled text with a title, for screens of one pane; the filter marks and leads to lines that hold it. */
export function scrolledText(
  context: DrawContext,
  options: { readonly name: string; readonly info: Line; readonly lines: readonly Line[]; readonly place: ListState },
  area: Area,
): Block {
  const { place, lines } = options;
  const query = place.query === '' ? [] : [span(`  /${place.query}`, 'info')];
  const title = paneTitle(
    context,
    { number: 1, name: options.name, focused: context.ui.overlay === null, info: [...options.info, ...query] },
    area.columns,
  );
  const height = area.rows - 1;
  place.top = scrollTo(place.top, place.top, lines.length, height);
  place.index = place.top;
  const wanted = place.query.toLowerCase();
  const rows = lines.slice(place.top, place.top + height).map((line) => {
    const hit = wanted !== '' && lineText(line).toLowerCase().includes(wanted);
    return paintLine(
      hit ? [span('> ', 'info'), ...line] : [span(wanted === '' ? ' ' : '  '), ...line],
      area.columns,
      context.theme,
    );
  });
  return block([title, ...rows], area);
}
