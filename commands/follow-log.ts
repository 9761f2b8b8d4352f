import { openSync, readSync, statSync } from 'node:fs';

const CHUNK_BYTES = 1 << 16;

/**
 * Passes on the lines of a session's log as they stand in the file, so that the stream is the log byte for byte.
 * @param fromEnd leave out what the log holds already
 * @returns reads on; call it after each write
 */
export function followLog(path: string, out: (line: string) => void, fromEnd: boolean): () => void {
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let position = fromEnd ? statSync(path).size : 0;
  let rest = Buffer.alloc(0);
  return () => {
    for (
      let n = readSync(file, buffer, 0, CHUNK_BYTES, position);
      n > 0;
      n = readSync(file, buffer, 0, CHUNK_BYTES, position)
    ) {
      position += n;
      rest = Buffer.concat([rest, buffer.subarray(0, n)]);
      const end = rest.lastIndexOf(10);
      if (end < 0) continue;
      out(rest.toString('utf8', 0, end));
      rest = rest.subarray(end + 1);
    }
  };
}
