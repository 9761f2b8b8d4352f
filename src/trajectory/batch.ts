import { COLUMNS, type Column } from './columns.ts';
import type { TrajectoryRow } from './row.ts';

export type ColumnName = keyof TrajectoryRow;

/**
 * The values of one column. By type: `uint64` a BigUint64Array, or bigints where null is allowed; the other numbers a typed
 * array, or numbers where null is allowed; `utf8` strings, but for `state_pp` its bytes: it is nine tenths of a table, and
 * mostly passed on as it is.
 */
export type ColumnValues =
  | BigUint64Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | readonly (string | Uint8Array | bigint | number | boolean | null)[];

/** Rows of a trajectory table, column by column. Holds the columns that were asked for. */
export interface RowBatch {
  readonly length: number;
  readonly columns: ReadonlyMap<ColumnName, ColumnValues>;
}

/** The column that is kept as bytes. */
export const BYTES_COLUMN: ColumnName = 'state_pp';

/** Rows as a batch, with all columns. */
export function batchOf(rows: readonly TrajectoryRow[]): RowBatch {
  return { length: rows.length, columns: new Map(COLUMNS.map((column) => [column.name, valuesOf(column, rows)])) };
}

/** One row of a batch that holds all columns. */
export function rowAt(batch: RowBatch, index: number): TrajectoryRow {
  const row = Object.fromEntries(COLUMNS.map(({ name }) => [name, plain(valueAt(batch, name, index))]));
  return row as unknown as TrajectoryRow;
}

/** The value of a column in a row; throws when the batch does not hold the column. */
function valueAt(
  batch: RowBatch,
  name: ColumnName,
  index: number,
): string | Uint8Array | bigint | number | boolean | null {
  return columnOf(batch, name)[index] ?? null;
}

/** The values of a text column other than `state_pp`. */
export function textsOf(batch: RowBatch, name: ColumnName): readonly (string | null)[] {
  return columnOf(batch, name) as readonly (string | null)[];
}

/** The values of a column; that there is none of that name is a broken invariant. */
export function columnOf(batch: RowBatch, name: ColumnName): ColumnValues {
  const values = batch.columns.get(name);
  if (values === undefined) throw new Error(`the batch holds no column ${name}`);
  return values;
}

/** The rows at these positions, in this order. */
export function pick(batch: RowBatch, indices: Int32Array): RowBatch {
  if (indices.length === batch.length) return batch;
  const columns = [...batch.columns].map(([name, values]): [ColumnName, ColumnValues] => [
    name,
    pickValues(values, indices),
  ]);
  return { length: indices.length, columns: new Map(columns) };
}

function pickValues(values: ColumnValues, indices: Int32Array): ColumnValues {
  if (values instanceof BigUint64Array) return BigUint64Array.from(indices, (i) => values[i] as bigint);
  if (values instanceof Uint32Array) return Uint32Array.from(indices, (i) => values[i] as number);
  if (values instanceof Int32Array) return Int32Array.from(indices, (i) => values[i] as number);
  if (values instanceof Float64Array) return Float64Array.from(indices, (i) => values[i] as number);
  return Array.from(indices, (i) => values[i] ?? null);
}

/** The rows of several batches that hold the same columns. */
export function concat(batches: readonly RowBatch[]): RowBatch {
  const [first] = batches;
  if (first === undefined || batches.length === 1) return first ?? batchOf([]);
  const columns = [...first.columns.keys()].map((name): [ColumnName, ColumnValues] => [
    name,
    concatValues(batches.map((batch) => columnOf(batch, name))),
  ]);
  return { length: batches.reduce((sum, { length }) => sum + length, 0), columns: new Map(columns) };
}

function concatValues(parts: readonly ColumnValues[]): ColumnValues {
  const [first] = parts;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (first instanceof BigUint64Array) return joined(new BigUint64Array(length), parts as readonly BigUint64Array[]);
  if (first instanceof Uint32Array) return joined(new Uint32Array(length), parts as readonly Uint32Array[]);
  if (first instanceof Int32Array) return joined(new Int32Array(length), parts as readonly Int32Array[]);
  if (first instanceof Float64Array) return joined(new Float64Array(length), parts as readonly Float64Array[]);
  return (parts as readonly (readonly string[])[]).flat();
}

function joined<P extends { readonly length: number }, T extends { set(part: P, at: number): void }>(
  all: T,
  parts: readonly P[],
): T {
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function valuesOf({ name, type, nullable }: Column, rows: readonly TrajectoryRow[]): ColumnValues {
  if (name === BYTES_COLUMN) return rows.map((row) => Buffer.from(row[name] as string, 'utf8'));
  if (type === 'uint64') {
    return nullable
      ? rows.map((row) => (row[name] === null ? null : BigInt(row[name] as number)))
      : BigUint64Array.from(rows, (row) => BigInt(row[name] as number));
  }
  if (type === 'uint32') return Uint32Array.from(rows, (row) => row[name] as number);
  if (type === 'int32') return Int32Array.from(rows, (row) => row[name] as number);
  if (type === 'float64' && !nullable) return Float64Array.from(rows, (row) => row[name] as number);
  return rows.map((row) => row[name]);
}

/** As a row has it: text instead of bytes, numbers instead of bigints. */
function plain(value: ReturnType<typeof valueAt>): string | number | boolean | null {
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Uint8Array ? textOfBytes(value) : value;
}

/** The text of UTF-8 bytes. */
export function textOfBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
