import { zstdCompressSync } from 'node:zlib';
import type { DecodedArray } from 'hyparquet';
import type { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { Replacement } from '../storage/atomic-file.ts';
import { type StorageFailed, storageFailure } from '../storage/failure.ts';
import { BYTES_COLUMN, batchOf, type ColumnValues, columnOf, concat, type RowBatch } from './batch.ts';
import { COLUMNS, parquetElements } from './columns.ts';
import type { TrajectoryRow } from './row.ts';

/** A row group is closed at this many rows, or sooner at this much text, so that large goals cannot fill the memory. */
const groupRows = 30_000;
/** Whole batches make row groups somewhat larger, but never than this. */
const mostGroupRows = 50_000;
const groupBytes = 32_000_000;
/** Columns by which whole row groups can be passed over; for the others, smallest and largest values would help nobody. */
const withBounds: ReadonlySet<string> = new Set(['theorem_name', 'timestamp_ms', 'session']);
/** Texts that hardly ever repeat within a row group: looking for repetitions costs more than it saves, as it does for numbers. */
const withoutDictionary: ReadonlySet<string> = new Set([BYTES_COLUMN, 'tactic_applied']);

export type WrittenRows = { readonly kind: 'written'; readonly rows: number } | StorageFailed;

/**
 * Writes a trajectory file whole: `path` is the old file, or none, until all rows are safely on disk. No rows give a file
 * with its schema.
 */
export async function writePart(path: string, rows: Iterable<TrajectoryRow>): Promise<WrittenRows> {
  const writer = await TrajectoryWriter.open(path);
  try {
    for (const row of rows) if (writer.add(row)) await writer.flush();
    return { kind: 'written', rows: await writer.finish() };
  } catch (error) {
    await writer.discard();
    return storageFailure(error, path, 'write');
  }
}

/**
 * A trajectory file in the making, in memory one row group at a time. Its methods throw what the file system throws; the
 * caller then discards it.
 */
export class TrajectoryWriter {
  readonly #file: Replacement;
  readonly #bytes: ByteWriter;
  readonly #parquet: ParquetWriter;
  #rows: TrajectoryRow[] = [];
  #batches: RowBatch[] = [];
  #pending = { rows: 0, bytes: 0 };
  #written = 0;

  /** Begins a file. Nothing is on disk before the first `flush`. */
  static async open(path: string): Promise<TrajectoryWriter> {
    // Loaded here, since most commands write no Parquet.
    const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
    const bytes = new ByteWriter();
    const parquet = new ParquetWriter({
      writer: bytes,
      schema: parquetElements,
      codec: 'ZSTD',
      compressors: { ZSTD: (page) => zstdCompressSync(page) },
      createdBy: 'proofdeck',
    });
    return new TrajectoryWriter(new Replacement(path), bytes, parquet);
  }

  private constructor(file: Replacement, bytes: ByteWriter, parquet: ParquetWriter) {
    this.#file = file;
    this.#bytes = bytes;
    this.#parquet = parquet;
  }

  /** Takes a row. True when it is time to `flush`. */
  add(row: TrajectoryRow): boolean {
    this.#rows.push(row);
    this.#pending.rows += 1;
    this.#pending.bytes += row.state_pp.length + row.tactic_applied.length + row.reason.length;
    return this.#isFull();
  }

  /** Takes a batch with all columns, and writes when enough has come together. */
  async write(batch: RowBatch): Promise<void> {
    if (this.#pending.rows + batch.length > mostGroupRows) await this.flush();
    this.#closeRows();
    this.#batches.push(batch);
    this.#pending.rows += batch.length;
    for (const text of columnOf(batch, BYTES_COLUMN) as readonly Uint8Array[]) this.#pending.bytes += text.length;
    if (this.#isFull()) await this.flush();
  }

  /** Writes what was added as one row group. */
  async flush(): Promise<void> {
    this.#closeRows();
    const batch = concat(this.#batches);
    this.#batches = [];
    this.#pending = { rows: 0, bytes: 0 };
    if (batch.length === 0) return;
    this.#written += batch.length;
    const columnData = COLUMNS.map(({ name, type }) => ({
      name,
      data: physical(name, columnOf(batch, name)),
      statistics: withBounds.has(name),
      ...((type !== 'utf8' || withoutDictionary.has(name)) && type !== 'bool' && { encoding: 'PLAIN' as const }),
    }));
    await this.#parquet.write({ columnData, rowGroupSize: batch.length });
    await this.#writeOut();
  }

  /** Writes the rest and puts the file in its place. Returns the number of its rows. */
  async finish(): Promise<number> {
    await this.flush();
    await this.#parquet.finish();
    await this.#writeOut();
    await this.#file.commit();
    return this.#written;
  }

  /** Leaves nothing behind; the file that was there stays. */
  async discard(): Promise<void> {
    await this.#file.discard();
  }

  #isFull(): boolean {
    return this.#pending.rows >= groupRows || this.#pending.bytes >= groupBytes;
  }

  #closeRows(): void {
    if (this.#rows.length === 0) return;
    this.#batches.push(batchOf(this.#rows));
    this.#rows = [];
  }

  async #writeOut(): Promise<void> {
    await this.#file.append(this.#bytes.getBytes());
    this.#bytes.index = 0;
  }
}

/** Values as the Parquet library wants them. */
function physical(name: string, values: ColumnValues): DecodedArray {
  // In typed arrays it refuses numbers of 2³¹ and above; nearly no table has any.
  if (values instanceof Uint32Array && values.some((value) => value > 0x7fffffff)) return Array.from(values);
  if (!withoutDictionary.has(name) || name === BYTES_COLUMN) return values as DecodedArray;
  // Text without a dictionary is encoded here: the library does it at half the speed.
  return (values as readonly string[]).map((text) => Buffer.from(text, 'utf8'));
}
