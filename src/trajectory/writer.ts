import { zstdCompressSync } from 'node:zlib';
import type { DecodedArray } from 'hyparquet';
import type { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { Replacement } from '../storage/atomic-file.ts';
import { type StorageFailed, storageFailure } from '../storage/failure.ts';
import { COLUMNS, type Column, parquetElements } from './columns.ts';
import type { TrajectoryRow } from './row.ts';

/** A row group is closed at this many rows, or sooner at this much text, so that large goals cannot fill the memory. */
const groupRows = 30_000;
const groupCharacters = 32_000_000;

export type WrittenRows = { readonly kind: 'written'; readonly rows: number } | StorageFailed;

/**
 * Writes a trajectory file whole: `path` is the old file, or none, until all rows are safely on disk. No rows give a file
 * with its schema.
 */
export async function writePart(path: string, rows: Iterable<TrajectoryRow>): Promise<WrittenRows> {
  const writer = await TrajectoryWriter.open(path);
  try {
    for (const row of rows) {
      const full = writer.add(row);
      if (full) await writer.flush();
    }
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
  #pending: TrajectoryRow[] = [];
  #characters = 0;
  #rows = 0;

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
    this.#pending.push(row);
    this.#characters += row.state_pp.length + row.tactic_applied.length + row.reason.length;
    return this.#pending.length >= groupRows || this.#characters >= groupCharacters;
  }

  /** Writes what was added as one row group. */
  async flush(): Promise<void> {
    const rows = this.#pending;
    if (rows.length === 0) return;
    this.#pending = [];
    this.#characters = 0;
    this.#rows += rows.length;
    const columnData = COLUMNS.map((column) => ({ name: column.name, data: columnOf(column, rows) }));
    await this.#parquet.write({ columnData, rowGroupSize: rows.length });
    await this.#writeOut();
  }

  /** Writes the rest and puts the file in its place. Returns the number of its rows. */
  async finish(): Promise<number> {
    await this.flush();
    await this.#parquet.finish();
    await this.#writeOut();
    await this.#file.commit();
    return this.#rows;
  }

  /** Leaves nothing behind; the file that was there stays. */
  async discard(): Promise<void> {
    await this.#file.discard();
  }

  async #writeOut(): Promise<void> {
    await this.#file.append(this.#bytes.getBytes());
    this.#bytes.index = 0;
  }
}

function columnOf({ name, type, nullable }: Column, rows: readonly TrajectoryRow[]): DecodedArray {
  switch (type) {
    case 'uint64':
      return nullable
        ? rows.map((row) => (row[name] === null ? null : BigInt(row[name] as number)))
        : BigUint64Array.from(rows, (row) => BigInt(row[name] as number));
    case 'uint32':
      return Uint32Array.from(rows, (row) => row[name] as number);
    case 'int32':
      return Int32Array.from(rows, (row) => row[name] as number);
    case 'float64':
      return nullable ? rows.map((row) => row[name]) : Float64Array.from(rows, (row) => row[name] as number);
    case 'utf8':
    case 'bool':
      return rows.map((row) => row[name]);
  }
}
