import type { Block, ReportDocument } from './document.ts';
import { manyLines, oneLine } from './escape.ts';

/** The report for a terminal: as lines, without charts. `widthOf` counts the cells of a text. */
export function renderLines({ title, blocks }: ReportDocument, widthOf: (text: string) => number): readonly string[] {
  return [oneLine(title), ...blocks.flatMap((block) => renderBlock(block, widthOf))];
}

function renderBlock(block: Block, widthOf: (text: string) => number): readonly string[] {
  switch (block.kind) {
    case 'heading':
      return ['', oneLine(block.text).toUpperCase()];
    case 'paragraph':
      return [oneLine(block.text)];
    case 'banner':
      return [`! ${oneLine(block.text)}`];
    case 'facts':
      return aligned(
        block.facts.map(([name, value]) => [`  ${oneLine(name)}`, oneLine(value)]),
        [],
        widthOf,
      );
    case 'table': {
      const head = block.columns.map(({ title }) => title);
      const right = block.columns.map(({ align }) => align === 'right');
      const rows = [head, ...block.rows].map((row) => row.map(oneLine));
      return [...(block.caption === '' ? [] : ['', oneLine(block.caption)]), ...aligned(rows, right, widthOf)];
    }
    case 'code':
      return [
        '',
        oneLine(block.caption),
        ...manyLines(block.text)
          .split('\n')
          .map((line) => `  ${line}`),
      ];
    case 'chart':
      return [];
  }
}

/** Columns two blanks apart; the last one is not filled. */
export function aligned(
  rows: readonly (readonly string[])[],
  right: readonly boolean[],
  widthOf: (text: string) => number,
): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, widthOf(cell));
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const blanks = ' '.repeat((widths[i] ?? 0) - widthOf(cell));
        return right[i] ? blanks + cell : cell + blanks;
      })
      .join('  ')
      .trimEnd(),
  );
}
