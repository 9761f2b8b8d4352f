import type { Data, DataType, RecordBatch, Schema, Table } from 'apache-arrow';
import { Replacement } from '../storage/atomic-file.ts';
import { type StorageFailed, storageFailure } from '../storage/failure.ts';
import { type ColumnValues, columnOf, type RowBatch } from './batch.ts';
import { COLUMNS, type Column } from './columns.ts';
import { type RowFilter, rowChoice } from './filter.ts';
import { orUnreadable } from './reader.ts';
import { rowsOf } from './source.ts';

type Arrow = typeof import('apache-arrow');

export type TableResult = { readonly kind: 'table'; readonly table: Table } | StorageFailed;

/** The rows of some files as one table in memory, with the types and nullability of the Parquet columns. */
export async function readTable(paths: readonly string[], filter: RowFilter = {}): Promise<TableResult> {
  return orUnreadable(async () => {
    const arrow = await import('apache-arrow');
    const schema = arrowSchema(arrow);
    const choose = await rowChoice(paths, filter);
    const batches: RecordBatch[] = [];
    for await (const { batch } of rowsOf(paths)) batches.push(recordBatch(arrow, schema, choose(batch)));
    return { kind: 'table', table: new arrow.Table(schema, batches) };
  });
}

export type ArrowWritten = { readonly kind: 'written'; readonly rows: number } | StorageFailed;

/** Writes the rows of some files as an Arrow IPC file (Feather version 2), one record batch in memory at a time. */
export async function writeArrow(paths: readonly string[], out: string, filter: RowFilter = {}): Promise<ArrowWritten> {
  return orUnreadable(async () => {
    const arrow = await import('apache-arrow');
    const schema = arrowSchema(arrow);
    const choose = await rowChoice(paths, filter);
    const file = new Replacement(out);
    const chunks = new Chunks();
    const writer = new arrow.RecordBatchFileWriter().reset(queueInto(arrow, chunks), schema);
    let rows = 0;
    try {
      for await (const source of rowsOf(paths)) {
        const batch = choose(source.batch);
        if (batch.length === 0) continue;
        rows += batch.length;
        writer.write(recordBatch(arrow, schema, batch));
        await file.append(chunks.take());
      }
      writer.finish();
      await file.append(chunks.take());
      await file.commit();
      return { kind: 'written', rows };
    } catch (error) {
      await file.discard();
      if (error instanceof Error && 'syscall' in error) return storageFailure(error, out, 'write');
      throw error;
    }
  });
}

/** What the Arrow writer has written and nobody has taken yet. */
class Chunks {
  #pending: Uint8Array[] = [];

  add(chunk: Uint8Array): void {
    this.#pending.push(chunk);
  }

  take(): Uint8Array {
    const all = Buffer.concat(this.#pending);
    this.#pending = [];
    return all;
  }
}

/** A sink for the Arrow writer that hands its bytes on at once; its own keeps them until the whole file has been written. */
function queueInto({ AsyncByteQueue }: Arrow, chunks: Chunks): InstanceType<Arrow['AsyncByteQueue']> {
  return new (class extends AsyncByteQueue {
    override write(value: ArrayBufferView | ArrayBuffer): void {
      const chunk = ArrayBuffer.isView(value)
        ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
        : new Uint8Array(value);
      if (chunk.length > 0) chunks.add(chunk);
    }
  })();
}

function arrowSchema(arrow: Arrow): Schema {
  return new arrow.Schema(
    COLUMNS.map((column) => new arrow.Field(column.name, typeOf(arrow, column), column.nullable)),
  );
}

function typeOf(arrow: Arrow, { type }: Column): DataType {
  switch (type) {
    case 'utf8':
      return new arrow.Utf8();
    case 'uint64':
      return new arrow.Uint64();
    case 'uint32':
      return new arrow.Uint32();
    case 'int32':
      return new arrow.Int32();
    case 'float64':
      return new arrow.Float64();
    case 'bool':
      return new arrow.Bool();
  }
}

function recordBatch(arrow: Arrow, schema: Schema, batch: RowBatch): RecordBatch {
  const children = COLUMNS.map((column) => dataOf(arrow, column, columnOf(batch, column.name)));
  const data = arrow.makeData({ type: new arrow.Struct(schema.fields), length: batch.length, nullCount: 0, children });
  return new arrow.RecordBatch(schema, data);
}

/** One column in Arrow's own layout, built directly: its builders take ten times as long. */
function dataOf(arrow: Arrow, column: Column, values: ColumnValues): Data {
  const { length } = values;
  const common = { length, ...nulls(column, values) };
  switch (column.type) {
    case 'utf8':
      return arrow.makeData({ type: new arrow.Utf8(), ...common, ...texts(values) });
    case 'uint64':
      return arrow.makeData({
        type: new arrow.Uint64(),
        ...common,
        data: filled(new BigUint64Array(length), values, 0n),
      });
    case 'uint32':
      return arrow.makeData({ type: new arrow.Uint32(), ...common, data: filled(new Uint32Array(length), values, 0) });
    case 'int32':
      return arrow.makeData({ type: new arrow.Int32(), ...common, data: filled(new Int32Array(length), values, 0) });
    case 'float64':
      return arrow.makeData({
        type: new arrow.Float64(),
        ...common,
        data: filled(new Float64Array(length), values, 0),
      });
    case 'bool':
      return arrow.makeData({ type: new arrow.Bool(), ...common, data: bits(length, (i) => values[i] === true) });
  }
}

function nulls({ nullable }: Column, values: ColumnValues): { nullCount: number; nullBitmap?: Uint8Array } {
  if (!nullable) return { nullCount: 0 };
  let nullCount = 0;
  for (const value of values) if (value === null) nullCount += 1;
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: bits(values.length, (i) => values[i] !== null) };
}

/** Numbers in memory of their own, with something in the place of null. */
function filled<T extends BigUint64Array | Uint32Array | Int32Array | Float64Array>(
  array: T,
  values: ColumnValues,
  none: T[number],
): T {
  for (let i = 0; i < values.length; i++) array[i] = (values[i] as T[number] | null) ?? none;
  return array;
}

function bits(length: number, isSet: (index: number) => boolean): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(length / 64) * 8);
  for (let i = 0; i < length; i++) if (isSet(i)) bytes[i >> 3]! |= 1 << (i & 7);
  return bytes;
}

/** All texts one behind the other, and where each begins. A batch is far below the 2 GB that the offsets allow. */
function texts(values: ColumnValues): { data: Uint8Array; valueOffsets: Int32Array } {
  const encoded = Array.from(values as readonly (string | Uint8Array | null)[], (value) =>
    typeof value === 'string' ? Buffer.from(value, 'utf8') : (value ?? noBytes),
  );
  const valueOffsets = new Int32Array(encoded.length + 1);
  for (const [i, text] of encoded.entries()) valueOffsets[i + 1] = valueOffsets[i]! + text.length;
  return { data: Buffer.concat(encoded), valueOffsets };
}

const noBytes = new Uint8Array(0);
