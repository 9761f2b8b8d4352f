import { type FileHandle, open } from 'node:fs/promises';
import type { FileMetaData, ParquetScan } from 'hyparquet';
import { damaged, type StorageFailed, storageFailure } from '../storage/failure.ts';
import { BYTES_COLUMN, type ColumnName, type ColumnValues, type RowBatch } from './batch.ts';
import { COLUMNS, type Column, REFERENCE_COLUMNS } from './columns.ts';
import { absentValues, normalised } from './normalise.ts';
import { parquetBuffer, parquetCompressors } from './parquet-file.ts';

/** A window of rows that is read at once has at most this many rows, and about this much text. */
const windowRows = 50_000;
const windowBytes = 32_000_000;

/** What is wrong with a file that was to be read. Thrown inside this folder; its exported functions return `failure`. */
export class Unreadable extends Error {
  readonly failure: StorageFailed;
  constructor(failure: StorageFailed) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Runs work that reads trajectory files; what is wrong with a file becomes the result. */
export async function orUnreadable<T>(work: () => Promise<T>): Promise<T | StorageFailed> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Unreadable) return error.failure;
    throw error;
  }
}

/**
 * A trajectory file: ours, the reference's of any version, or one that another program made of either. Columns that are not
 * ours are passed over; those of the reference's second version and our own may be missing.
 */
export class TrajectoryFile {
  readonly path: string;
  readonly rows: number;
  readonly #handle: FileHandle;
  readonly #metadata: FileMetaData;
  readonly #present: ReadonlySet<string>;

  /** Throws `Unreadable` when there is no such file, or when it is something else. */
  static async open(path: string): Promise<TrajectoryFile> {
    const handle = await open(path, 'r').catch((error) => {
      throw new Unreadable(storageFailure(error, path, 'read'));
    });
    try {
      return new TrajectoryFile(path, handle, await readFooter(handle));
    } catch (error) {
      await handle.close();
      throw unreadable(path, error);
    }
  }

  private constructor(path: string, handle: FileHandle, metadata: FileMetaData) {
    this.path = path;
    this.#handle = handle;
    this.#metadata = metadata;
    this.rows = Number(metadata.num_rows);
    this.#present = new Set(metadata.row_groups.length === 0 ? schemaNames(metadata) : chunkNames(metadata));
    const missing = COLUMNS.slice(0, REFERENCE_COLUMNS).filter(({ name }) => !this.has(name));
    if (missing.length > 0) throw new Error(`no trajectory file: it has no column "${missing[0]?.name}"`);
  }

  has(column: ColumnName): boolean {
    return this.#present.has(column);
  }

  /** The rows in order, window by window, with these columns. Throws `Unreadable` where the file is broken. */
  async *batches(names: readonly ColumnName[] = COLUMNS.map(({ name }) => name)): AsyncGenerator<RowBatch> {
    const columns = COLUMNS.filter(({ name }) => names.includes(name));
    const present = columns.filter(({ name }) => this.has(name)).map(({ name }) => name);
    try {
      const scans = await this.#scans(present);
      for (const [rowStart, rowEnd] of windows(this.#metadata)) {
        const batch = new Map<ColumnName, ColumnValues>();
        for (const column of columns) batch.set(column.name, await this.#values(column, scans, rowStart, rowEnd));
        yield { length: rowEnd - rowStart, columns: batch };
      }
    } catch (error) {
      throw unreadable(this.path, error);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #values(column: Column, scans: Scans, rowStart: number, rowEnd: number): Promise<ColumnValues> {
    const length = rowEnd - rowStart;
    if (!this.has(column.name)) return absentValues(column, length);
    const scan = column.name === BYTES_COLUMN ? scans.bytes : scans.texts;
    const values = await scan?.readColumn({ column: column.name, rowStart, rowEnd });
    if (values?.length !== length) throw new Error(`column "${column.name}" ends early`);
    return normalised(column, values);
  }

  /** One scan with the long text as bytes, one with all else decoded. */
  async #scans(names: readonly ColumnName[]): Promise<Scans> {
    const { parquetScan } = await import('hyparquet');
    const options = {
      file: await parquetBuffer(this.#handle),
      metadata: this.#metadata,
      compressors: await parquetCompressors(),
    };
    const texts = names.filter((name) => name !== BYTES_COLUMN);
    return {
      texts: texts.length === 0 ? null : await parquetScan({ ...options, columns: texts }),
      bytes: !names.includes(BYTES_COLUMN)
        ? null
        : await parquetScan({ ...options, columns: [BYTES_COLUMN], parsers: { stringFromBytes: (bytes) => bytes } }),
    };
  }
}

interface Scans {
  readonly texts: ParquetScan | null;
  readonly bytes: ParquetScan | null;
}

async function readFooter(handle: FileHandle): Promise<FileMetaData> {
  const { parquetMetadataAsync } = await import('hyparquet');
  const file = await parquetBuffer(handle);
  // Files being written elsewhere, and those that a full disk cut off, have no footer.
  if (file.byteLength < 12) throw new Error(`no Parquet file: it has ${file.byteLength} bytes`);
  return parquetMetadataAsync(file);
}

/** First and last row of each window: row groups, and parts of large ones. */
function* windows(metadata: FileMetaData): Generator<readonly [number, number]> {
  let start = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    const bytes = group.columns.reduce(
      (sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0),
      0,
    );
    const parts = Math.max(1, Math.ceil(rows / windowRows), Math.min(rows, Math.round(bytes / windowBytes / 2)));
    const step = Math.ceil(rows / parts);
    for (let at = 0; at < rows; at += step) yield [start + at, start + Math.min(rows, at + step)];
    start += rows;
  }
}

function schemaNames({ schema }: FileMetaData): string[] {
  return schema.slice(1).map(({ name }) => name);
}

/** Columns of the top level; a nested one of the same name is none of ours. */
function chunkNames({ row_groups: [group] }: FileMetaData): string[] {
  return (group?.columns ?? []).flatMap(({ meta_data }) =>
    meta_data?.path_in_schema.length === 1 ? meta_data.path_in_schema : [],
  );
}

function unreadable(path: string, error: unknown): Unreadable {
  if (error instanceof Unreadable) return error;
  if (error instanceof Error && 'syscall' in error) return new Unreadable(storageFailure(error, path, 'read'));
  const why = error instanceof Error ? error.message : String(error);
  return new Unreadable(damaged(path, `${path} cannot be read as trajectories: ${inWords(why)}`));
}

/** Hyparquet's own words for the two usual cases say little to a person. */
function inWords(why: string): string {
  if (/footer|metadata/.test(why)) return `it is no Parquet file, or was cut off before its end (${why})`;
  return why;
}
