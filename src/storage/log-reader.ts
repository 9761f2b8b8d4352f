import { readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { type StorageFailed, storageFailure } from './failure.ts';

/** Called for every whole line; returning false ends the reading. */
export type LineVisitor = (line: string, offset: number) => boolean | undefined;

export type ScanResult =
  | {
      readonly kind: 'scanned';
      readonly lines: number;
      /** Offset behind the last whole line that was read. */
      readonly end: number;
      /** Length of a torn last line: not yet written, and no error. */
      readonly tornBytes: number;
    }
  | StorageFailed;

const chunkBytes = 1 << 20;

/** Reads the whole lines of a log in order, from a byte offset at which a line begins. */
export async function scanLog(path: string, visit: LineVisitor, from = 0): Promise<ScanResult> {
  try {
    const file = await open(path, 'r');
    try {
      let rest = Buffer.alloc(0);
      let lines = 0;
      let end = from;
      for (let position = from; ; ) {
        const chunk = Buffer.allocUnsafe(chunkBytes);
        const { bytesRead } = await file.read(chunk, 0, chunkBytes, position);
        if (bytesRead === 0) return { kind: 'scanned', lines, end, tornBytes: rest.length };
        position += bytesRead;
        const data =
          rest.length === 0 ? chunk.subarray(0, bytesRead) : Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
        let start = 0;
        for (let newline = data.indexOf(10); newline >= 0; newline = data.indexOf(10, start)) {
          const offset = end;
          end += newline + 1 - start;
          lines += 1;
          if (visit(data.toString('utf8', start, newline), offset) === false)
            return { kind: 'scanned', lines, end, tornBytes: 0 };
          start = newline + 1;
        }
        rest = data.subarray(start);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    return storageFailure(error, path, 'read');
  }
}

/** Reads the bytes from `start` to `end` of an open file. Throws when the file is shorter: somebody cut it. */
export function readBytes(file: number, start: number, end: number): Buffer {
  const bytes = Buffer.allocUnsafe(end - start);
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(file, bytes, done, bytes.length - done, start + done);
    if (read === 0)
      throw new Error(`the log ends at byte ${start + done}, expected ${end}: it was cut while it was open`);
    done += read;
  }
  return bytes;
}
