import stringWidth from 'string-width';
import { cleanLine } from './clean.ts';

/** Rows of cells under named columns; figures go to the right. */
export interface Table {
  readonly columns: readonly { readonly title: string; readonly align?: 'left' | 'right' }[];
  readonly rows: readonly (readonly string[])[];
}

/** One line for the header and one for each row, columns two blanks apart, no blanks at the end; every cell is cleaned. */
export function plainTable({ columns, rows }: Table): readonly string[] {
  const lines = [columns.map(({ title }) => title), ...rows].map((line) => line.map((cell) => cleanLine(cell)));
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => stringWidth(line[i] ?? ''))));
  return lines.map((line) =>
    columns
      .map(({ align }, i) => padded(line[i] ?? '', widths[i]!, align))
      .join('  ')
      .trimEnd(),
  );
}

/** The same as GitHub-flavoured Markdown. */
export function markdownTable({ columns, rows }: Table): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cleanLine(cell, ' ').replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(columns.map(({ title }) => title)),
    `|${columns.map(({ align }) => (align === 'right' ? '---:' : '---')).join('|')}|`,
    ...rows.map((row) => line(columns.map((_, i) => row[i] ?? ''))),
  ];
}

/** The same as comma-separated values (RFC 4180, with plain newlines). */
export function csvTable({ columns, rows }: Table): readonly string[] {
  const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [columns.map(({ title }) => cell(title)).join(','), ...rows.map((row) => row.map(cell).join(','))];
}

function padded(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'right' ? blanks + text : text + blanks;
}
