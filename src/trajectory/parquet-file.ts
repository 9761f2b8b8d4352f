import type { FileHandle } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { AsyncBuffer } from 'hyparquet';

type Compressors = NonNullable<Parameters<typeof import('hyparquet')['parquetScan']>[0]['compressors']>;

/** A file as `hyparquet` reads it: the parts that it asks for, and no more. Throws when the file ends before. */
export async function parquetBuffer(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    async slice(start, end = size) {
      const buffer = new ArrayBuffer(Math.max(0, Math.min(end, size) - start));
      for (let done = 0; done < buffer.byteLength; ) {
        const { bytesRead } = await handle.read(new Uint8Array(buffer, done), { position: start + done });
        if (bytesRead === 0) throw new Error(`it ends at byte ${start + done}`);
        done += bytesRead;
      }
      return buffer;
    },
  };
}

/** How pages were compressed that we can read. */
export async function parquetCompressors(): Promise<Compressors> {
  const { snappyUncompress } = await import('hyparquet');
  return {
    SNAPPY: (page, length) => {
      const output = new Uint8Array(length);
      snappyUncompress(page, output);
      return output;
    },
    ZSTD: (page) => zstdDecompressSync(page),
    GZIP: (page) => gunzipSync(page),
    BROTLI: (page) => brotliDecompressSync(page),
  };
}
