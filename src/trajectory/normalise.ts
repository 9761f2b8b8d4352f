import type { DecodedArray } from 'hyparquet';
import { BYTES_COLUMN, type ColumnValues } from './batch.ts';
import type { Column } from './columns.ts';

/*
 * Other programs write the same columns with other types: pandas makes a nullable uint64 a float, Spark has no unsigned
 * numbers. What fits is taken as ours.
 */

/** The values of a column as they were in the file, in our type. Throws when one does not fit. */
export function normalised(column: Column, values: DecodedArray): ColumnValues {
  switch (column.type) {
    case 'utf8':
      return Array.from(values, (value) => text(column, value));
    case 'bool':
      return Array.from(values, (value) => {
        if (typeof value !== 'boolean') throw misfit(column, value, 'true or false');
        return value;
      });
    case 'uint64':
      if (column.nullable) return Array.from(values, (value) => (isNone(value) ? null : whole(column, value)));
      return values instanceof BigUint64Array ? own(values) : BigUint64Array.from(values, (v) => whole(column, v));
    case 'uint32':
      return values instanceof Uint32Array ? own(values) : Uint32Array.from(values, (v) => Number(whole(column, v)));
    case 'int32':
      return values instanceof Int32Array ? own(values) : Int32Array.from(values, (v) => signed(column, v));
    case 'float64':
      if (column.nullable) return Array.from(values, (value) => (isNone(value) ? null : float(column, value)));
      return values instanceof Float64Array ? own(values) : Float64Array.from(values, (v) => float(column, v));
  }
}

/** What a column says that a file does not have: nothing. */
export function absentValues({ name, type, nullable }: Column, length: number): ColumnValues {
  if (nullable) return new Array<null>(length).fill(null);
  if (type === 'float64') return new Float64Array(length);
  if (type === 'uint32') return new Uint32Array(length);
  return new Array<string | Uint8Array>(length).fill(name === BYTES_COLUMN ? new Uint8Array(0) : '');
}

/** The library's types leave open what kind of memory lies below; it is always its own. */
function own<T>(values: T): T & ColumnValues {
  return values as T & ColumnValues;
}

const isNone = (value: unknown): boolean => value === null || value === undefined;

function text(column: Column, value: unknown): string | Uint8Array | null {
  if (isNone(value)) return column.nullable ? null : column.name === BYTES_COLUMN ? new Uint8Array(0) : '';
  if (typeof value === 'string') return column.name === BYTES_COLUMN ? Buffer.from(value, 'utf8') : value;
  if (value instanceof Uint8Array && column.name === BYTES_COLUMN) return value;
  throw misfit(column, value, 'text');
}

function whole(column: Column, value: unknown): bigint {
  if (typeof value === 'bigint' && value >= 0n) return value;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  throw misfit(column, value, 'a whole number that is not negative');
}

function signed(column: Column, value: unknown): number {
  const number = Number(value);
  if (isNone(value) || typeof value === 'string' || !Number.isInteger(number) || Math.abs(number) > 0x7fffffff)
    throw misfit(column, value, 'a whole number');
  return number;
}

function float(column: Column, value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  throw misfit(column, value, 'a number');
}

function misfit({ name }: Column, value: unknown, wanted: string): Error {
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value);
  return new Error(`column "${name}" holds ${shown} where ${wanted} belongs`);
}
