import { type FileHandle, open } from 'node:fs/promises';
import type { FileMetaData, ParquetScan } from 'hyparquet';
import { damaged, type StorageFailed, storageFailure } from '../../../storage/failure.ts';
import { parquetBuffer, parquetCompressors } from '../../../trajectory/parquet-file.ts';

/** Numbers of vectors that are decoded together. */
const NUMBERS_AT_ONCE = 4_000_000;

export interface EmbeddingRow {
  readonly text: string;
  readonly vector: Float32Array;
}

export interface EmbeddingsRead {
  readonly kind: 'embeddingsRead';
  readonly rows: number;
  /** Vectors of zeros, of another length, or with something that is no number: none of them was passed on. */
  readonly zero: number;
  readonly otherLength: number;
  readonly notFinite: number;
}

/**
 * Reads an `embeddings.parquet` of the reference: `state_pp` and `embedding`, a list of 32-bit floats. Of a file of gigabytes only a few
 * thousand rows are in memory at a time, where it has an index of its pages, and a row group where not.
 *
 * @param each called with the good rows, part by part
 */
export async function readEmbeddings(
  path: string,
  width: number,
  each: (rows: readonly EmbeddingRow[]) => Promise<StorageFailed | null>,
): Promise<EmbeddingsRead | StorageFailed> {
  return withFile(path, (handle) => readAll(handle, path, width, each));
}

/** Numbers in the first vector of a file; 0 when it holds none. */
export async function embeddingWidth(path: string): Promise<number | StorageFailed> {
  return withFile(path, async (handle) => {
    const opened = await openScan(handle, path);
    if (opened.kind === 'storageFailed') return opened;
    if (opened.metadata.num_rows === 0n) return 0;
    const [first] = await opened.scan.readColumn({ column: 'embedding', rowStart: 0, rowEnd: 1 });
    return (first as ArrayLike<number> | null)?.length ?? 0;
  });
}

async function withFile<T>(path: string, work: (handle: FileHandle) => Promise<T>): Promise<T | StorageFailed> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    return storageFailure(error, path, 'read');
  }
  try {
    return await work(handle);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return storageFailure(error, path, 'read');
    const why = error instanceof Error ? error.message : String(error);
    return damaged(path, `${path} cannot be read as embeddings: ${why}`);
  } finally {
    await handle.close();
  }
}

async function readAll(
  handle: FileHandle,
  path: string,
  width: number,
  each: (rows: readonly EmbeddingRow[]) => Promise<StorageFailed | null>,
): Promise<EmbeddingsRead | StorageFailed> {
  const opened = await openScan(handle, path);
  if (opened.kind === 'storageFailed') return opened;
  const { scan, metadata } = opened;
  const counts = { rows: 0, zero: 0, otherLength: 0, notFinite: 0 };
  const window = Math.max(1, Math.floor(NUMBERS_AT_ONCE / width));
  let start = 0;
  for (const group of metadata.row_groups) {
    const size = Number(group.num_rows);
    const isIndexed = group.columns.every(({ offset_index_offset: at }) => at !== undefined);
    const step = isIndexed ? window : size;
    for (let at = 0; at < size; at += step) {
      const range = { rowStart: start + at, rowEnd: start + Math.min(size, at + step) };
      const texts = await scan.readColumn({ column: 'state_pp', ...range });
      const vectors = await scan.readColumn({ column: 'embedding', ...range });
      const good: EmbeddingRow[] = [];
      for (let i = 0; i < texts.length; i++) {
        counts.rows++;
        const numbers = vectors[i] as ArrayLike<number> | null;
        if (numbers === null || numbers === undefined || numbers.length !== width) counts.otherLength++;
        else {
          const vector = Float32Array.from(numbers);
          // As the reference does: a norm below 1e-6 is no vector.
          const norm = Math.sqrt(vector.reduce((sum, one) => sum + one * one, 0));
          if (!vector.every(Number.isFinite)) counts.notFinite++;
          else if (norm < 1e-6) counts.zero++;
          else good.push({ text: String(texts[i]), vector });
        }
      }
      const failure = await each(good);
      if (failure !== null) return failure;
    }
    start += size;
  }
  return { kind: 'embeddingsRead', ...counts };
}

type OpenedScan = { readonly kind: 'scan'; readonly scan: ParquetScan; readonly metadata: FileMetaData };

async function openScan(handle: FileHandle, path: string): Promise<OpenedScan | StorageFailed> {
  const { parquetMetadataAsync, parquetScan } = await import('hyparquet');
  const file = await parquetBuffer(handle);
  if (file.byteLength < 12) return damaged(path, `${path} is no Parquet file: it has ${file.byteLength} bytes`);
  const metadata = await parquetMetadataAsync(file);
  const names = new Set(metadata.schema.map(({ name }) => name));
  for (const name of ['state_pp', 'embedding'])
    if (!names.has(name)) return damaged(path, `${path} holds no embeddings: it has no column "${name}"`);
  const scan = await parquetScan({
    file,
    metadata,
    columns: ['state_pp', 'embedding'],
    compressors: await parquetCompressors(),
  });
  return { kind: 'scan', scan, metadata };
}
