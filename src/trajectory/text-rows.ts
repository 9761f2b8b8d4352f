import type { StorageFailed } from '../storage/failure.ts';
import { columnOf, type RowBatch, textOfBytes } from './batch.ts';
import { COLUMNS } from './columns.ts';
import { type RowFilter, rowChoice } from './filter.ts';
import { orUnreadable } from './reader.ts';
import { rowsOf } from './source.ts';

export type TextFormat = 'csv' | 'jsonl' | 'json';
/** Takes text, a piece of many lines at a time, each with its newline; resolves when more may come. */
export type TextSink = (text: string) => Promise<void> | void;

export type TextWritten = { readonly kind: 'written'; readonly rows: number } | StorageFailed;

/** Rows of text that are given on together. */
const linesPerPiece = 2000;

/** Writes the rows of some files as text: CSV with a header (RFC 4180), JSON lines, or one JSON document. */
export async function writeRowsAsText(
  paths: readonly string[],
  format: TextFormat,
  sink: TextSink,
  filter: RowFilter = {},
): Promise<TextWritten> {
  return orUnreadable(async () => {
    const choose = await rowChoice(paths, filter);
    let rows = 0;
    await sink(opening(format));
    for await (const source of rowsOf(paths)) {
      const batch = choose(source.batch);
      const lineAt = format === 'csv' ? csvLines(batch) : jsonLines(batch);
      for (let at = 0; at < batch.length; at += linesPerPiece) {
        let text = '';
        for (let i = at; i < Math.min(batch.length, at + linesPerPiece); i++, rows++) {
          if (format === 'json') text += `${rows === 0 ? '' : ','}\n${lineAt(i)}`;
          else text += `${lineAt(i)}\n`;
        }
        await sink(text);
      }
    }
    await sink(format === 'json' ? '\n]}\n' : '');
    return { kind: 'written', rows };
  });
}

function opening(format: TextFormat): string {
  if (format === 'csv') return `${COLUMNS.map(({ name }) => name).join(',')}\n`;
  return format === 'json' ? '{"schema":"proofdeck.trajectories/1","rows":[' : '';
}

/** A cell of a CSV file: quoted where it must be. */
export function csvCell(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function csvLines(batch: RowBatch): (index: number) => string {
  const cells = COLUMNS.map(({ name }) => {
    const values = columnOf(batch, name);
    return (index: number): string => {
      const value = values[index] ?? null;
      if (value === null) return '';
      return csvCell(value instanceof Uint8Array ? textOfBytes(value) : String(value));
    };
  });
  return (index) => cells.map((cell) => cell(index)).join(',');
}

/** JSON of one row. Numbers that JSON has no sign for (NaN, infinities) become null. */
function jsonLines(batch: RowBatch): (index: number) => string {
  const members = COLUMNS.map(({ name }) => {
    const values = columnOf(batch, name);
    return (index: number): string => {
      const value = values[index] ?? null;
      if (typeof value === 'bigint') return `"${name}":${value}`;
      return `"${name}":${JSON.stringify(value instanceof Uint8Array ? textOfBytes(value) : value)}`;
    };
  });
  return (index) => `{${members.map((member) => member(index)).join(',')}}`;
}
