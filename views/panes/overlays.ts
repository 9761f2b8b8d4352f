import { type FamilyRow, selectFamilies } from '../../sessions/select/families.ts';
import { cleanLine, cleanText } from '../../src/text/clean.ts';
import { counted } from '../../src/text/quantity.ts';
import { type Area, type Block, block, type DrawContext, type SearchContext } from '../draw.ts';
import type { Suggestion } from '../overlay-keys.ts';
import { take, wrap } from '../text/clip.ts';
import type { Edit } from '../text/edit.ts';
import { type Line, paintLine, type Span, span } from '../text/line.ts';
import { width } from '../text/width.ts';
import { type Overlay, scrollTo } from '../ui.ts';

/** The lines of an edited text, the cursor as a reversed cell, scrolled sideways so that the cursor stays visible. */
export function editLines(edit: Edit, prefix: string, columns: number): readonly Line[] {
  const before = edit.text.slice(0, edit.cursor);
  const cursorLine = before.split('\n').length - 1;
  return edit.text.split('\n').map((text, index): Line => {
    const head = span(index === 0 ? prefix : ' '.repeat(width(prefix)), 'focus');
    if (index !== cursorLine) return [head, span(text)];
    const column = before.length - (before.lastIndexOf('\n') + 1);
    return [head, ...cursorSpans(text, column, columns - width(prefix) - 1)];
  });
}

function cursorSpans(text: string, column: number, room: number): readonly Span[] {
  let left = text.slice(0, column);
  let skipped = false;
  while (width(left) > room - 2 && left !== '') {
    left = left.slice(Math.max(1, take(left, Math.ceil(room / 3)).length));
    skipped = true;
  }
  const [under = ' '] = [...new Intl.Segmenter().segment(text.slice(column))].map(({ segment }) => segment);
  return [
    span(skipped ? '<' : '', 'dim'),
    span(left),
    span(under, 'cursor'),
    span(text.slice(column + (column < text.length ? under.length : 0))),
  ];
}

/** Rows that an overlay takes from the bottom of the screen; the pager and help take all. */
export function bottomOverlay(
  context: DrawContext,
  overlay: Overlay,
  suggestions: readonly Suggestion[],
  search: SearchContext | null,
  area: Area,
): readonly string[] {
  const paint = (line: Line, selected = false): string => paintLine(line, area.columns, context.theme, selected);
  const rule = context.theme.paint(context.theme.signs.horizontal.repeat(area.columns), 'dim');
  switch (overlay.kind) {
    case 'prompt': {
      const shown = suggestions.slice(0, Math.min(8, area.rows - 4));
      return [
        rule,
        ...shown.map(({ line, note }, index) =>
          paint([span('  '), span(cleanLine(line).padEnd(20)), span(`  ${note}`, 'dim')], index === overlay.picked),
        ),
        ...editLines(overlay.edit, ':', area.columns).map((line) => paint(line)),
      ];
    }
    case 'statement':
    case 'tactic': {
      const what = overlay.kind === 'tactic' ? `tactic to try at node ${overlay.node}` : 'statement to prove';
      const lines = editLines(overlay.edit, overlay.kind === 'tactic' ? 'by ' : '⊢ ', area.columns);
      return [
        rule,
        paint([span(` ${what}`, 'strong'), span('   Enter sends, Ctrl-J starts a new line, Esc leaves', 'dim')]),
        ...lines.slice(-(area.rows - 4)).map((line) => paint(line)),
      ];
    }
    case 'filter':
      return [rule, ...editLines(overlay.edit, '/', area.columns).map((line) => paint(line))];
    case 'confirm':
      return [rule, ...questionLines(overlay.question, area.columns).map((line) => paint(line))];
    case 'families': {
      const rows = search ? selectFamilies(search.search.state, search.place.selected) : [];
      const height = Math.max(1, Math.min(rows.length, 12, area.rows - 5));
      const top = scrollTo(0, overlay.index, rows.length, height);
      const lines = rows
        .slice(top, top + height)
        .map((row, index) => paint(familyLine(row), top + index === overlay.index));
      return [
        rule,
        paint([
          span(' Tactic families', 'strong'),
          span('   Enter blocks or allows from the next expansion on, Esc leaves', 'dim'),
        ]),
        ...lines,
      ];
    }
    case 'help':
    case 'servers':
    case 'pager':
      return [];
  }
}

const longestQuestion = 4;

/** The whole question, and under it the keys that answer it. */
function questionLines(question: string, columns: number): readonly Line[] {
  const lines = wrap(cleanLine(question), Math.max(10, columns - 2), 0);
  return [
    ...lines.slice(0, longestQuestion).map((line): Line => [span(` ${line}`, 'warn')]),
    [span(' y', 'focus'), span(' yes   '), span('n', 'focus'), span(' or any other key: no')],
  ];
}

function familyLine(row: FamilyRow): Line {
  const state = row.blocked ? span('x blocked  ', 'fail') : span('+ allowed  ', 'ok');
  return [
    span('  '),
    state,
    span(cleanLine(row.family).padEnd(16)),
    span(row.here === 0 ? '' : `${counted(row.here, 'candidate')} at this node`, 'dim'),
  ];
}

/** A text over the whole screen without borders. */
export function pagerBlock(context: DrawContext, overlay: Extract<Overlay, { kind: 'pager' }>, area: Area): Block {
  const height = area.rows - 1;
  const last = Math.min(overlay.lines.length, overlay.top + height);
  const body = overlay.lines
    .slice(overlay.top, last)
    .map((line) => paintLine([span(line)], area.columns, context.theme));
  const where =
    overlay.lines.length > height
      ? `lines ${overlay.top + 1}-${last} of ${overlay.lines.length}`
      : overlay.lines.length === 1
        ? '1 line'
        : `${overlay.lines.length} lines`;
  const foot = paintLine(
    [
      span(` ${cleanLine(overlay.title)} `, 'strong'),
      span(`${where}, frozen; j k PgUp PgDn g G move, y copies all, Esc closes`, 'dim'),
    ],
    area.columns,
    context.theme,
  );
  return [...block(body, { rows: height, columns: area.columns }), foot];
}

/** Text for the pager: cleaned, broken into lines; long ones are wrapped by the caller if wanted. */
export function pagerLines(text: string): readonly string[] {
  return cleanText(text, 200_000).split('\n');
}
