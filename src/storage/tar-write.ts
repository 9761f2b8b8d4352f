import { open } from 'node:fs/promises';

/** A file to go into an archive. */
export interface ArchiveFile {
  /** Its path in the archive, with `/` between names. */
  readonly path: string;
  /** Where it is now. */
  readonly source: string;
}

const blockBytes = 512;
const chunkBytes = 1 << 20;
/** Any fixed time: the same files give the same archive, byte for byte. */
const modified = 0;

/**
 * The bytes of a POSIX tar archive of these files, piece by piece. A file that grows meanwhile is taken as long as it
 * was when its turn came. Throws what reading throws.
 */
export async function* packTar(files: Iterable<ArchiveFile>): AsyncGenerator<Buffer> {
  for (const { path, source } of files) {
    const handle = await open(source, 'r');
    try {
      const { size } = await handle.stat();
      yield* headerOf(path, size);
      for (let done = 0; done < size; ) {
        const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, size - done));
        const { bytesRead } = await handle.read(chunk, 0, chunk.length, done);
        if (bytesRead === 0) throw new Error(`${source} became shorter while it was read`);
        done += bytesRead;
        yield chunk.subarray(0, bytesRead);
      }
      yield padding(size);
    } finally {
      await handle.close();
    }
  }
  yield Buffer.alloc(2 * blockBytes);
}

/** The header of a file; a path that does not fit, or is not ASCII, and a huge size go into an extended one before it. */
function* headerOf(path: string, size: number): Generator<Buffer> {
  const fits = /^[\x20-\x7e]+$/.test(path) && path.length <= 100;
  const isHuge = size >= 8 ** 11;
  if (!fits || isHuge) {
    const records = Buffer.from(
      (fits ? '' : paxRecord('path', path)) + (isHuge ? paxRecord('size', String(size)) : ''),
    );
    yield block('PaxHeader', records.length, 'x');
    yield records;
    yield padding(records.length);
  }
  yield block(fits ? path : `long-name-${path.length}`, isHuge ? 0 : size, '0');
}

/** `<length> key=value\n`, where the length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function block(name: string, size: number, type: '0' | 'x'): Buffer {
  const header = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, digits: number): void => {
    header.write(`${value.toString(8).padStart(digits, '0')}\0`, at, 'latin1');
  };
  header.write(name, 0, 100, 'latin1');
  octal(0o644, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(modified, 136, 11);
  header.write('        ', 148, 'latin1');
  header.write(type, 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  header.write(`${checksumOf(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** Sum of all bytes of a header, its own place counted as blanks. */
export function checksumOf(header: Buffer): number {
  let sum = 0;
  for (let i = 0; i < blockBytes; i++) sum += i >= 148 && i < 156 ? 32 : (header[i] as number);
  return sum;
}

const padding = (size: number): Buffer => Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes);
