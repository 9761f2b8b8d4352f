import { checksumOf } from './tar-write.ts';

const blockBytes = 512;
/** An extended header holds one path and a few numbers. */
const longestExtension = 64 * 1024;

export interface ArchiveEntry {
  /** As it stands in the archive: not to be trusted. */
  readonly path: string;
  readonly type: 'file' | 'folder' | 'other';
  readonly size: number;
}

/** What an archive holds cannot be read; a sentence says why. */
export class ArchiveDamaged extends Error {}

/**
 * Reads a tar archive (POSIX or GNU) from its bytes. `visit` gets each entry with its contents, piece by piece; what it
 * leaves unread is skipped. Throws `ArchiveDamaged`, and what the source throws.
 */
export async function unpackTar(
  source: AsyncIterable<Buffer>,
  visit: (entry: ArchiveEntry, contents: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  const bytes = new Bytes(source);
  let extension: ReadonlyMap<string, string> = new Map();
  for (;;) {
    const header = await bytes.take(blockBytes);
    if (header === null) throw new ArchiveDamaged('the archive ends before its end mark: it was cut');
    if (header.every((byte) => byte === 0)) return;
    if (octal(header, 148, 8) !== checksumOf(header)) throw new ArchiveDamaged('a header of the archive is damaged');
    const type = String.fromCharCode(header[156] as number);
    const size = Number(extension.get('size') ?? sizeOf(header));
    if (!Number.isSafeInteger(size) || size < 0) throw new ArchiveDamaged('an entry of the archive has no valid size');
    if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
      const text = await textOf(bytes, size);
      if (type === 'x') extension = recordsOf(text);
      else if (type === 'L') extension = new Map([['path', text.replace(/\0.*$/s, '')]]);
      continue;
    }
    const path = extension.get('path') ?? nameOf(header);
    extension = new Map();
    const contents = new Contents(bytes, size);
    await visit(
      { path, type: type === '0' || type === '\0' ? 'file' : type === '5' ? 'folder' : 'other', size },
      contents,
    );
    await contents.skip();
  }
}

/** The contents of one entry, to be read once. */
class Contents implements AsyncIterable<Buffer> {
  readonly #bytes: Bytes;
  #left: number;
  readonly #padding: number;

  constructor(bytes: Bytes, size: number) {
    this.#bytes = bytes;
    this.#left = size;
    this.#padding = (blockBytes - (size % blockBytes)) % blockBytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    while (this.#left > 0) {
      const piece = await this.#bytes.some(this.#left);
      if (piece === null) throw new ArchiveDamaged('the archive ends in the middle of a file: it was cut');
      this.#left -= piece.length;
      yield piece;
    }
  }

  async skip(): Promise<void> {
    for await (const _ of this);
    if (this.#padding > 0 && (await this.#bytes.take(this.#padding)) === null)
      throw new ArchiveDamaged('the archive ends in the middle of a file: it was cut');
  }
}

/** A stream of pieces as bytes to be taken. */
class Bytes {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Up to `most` bytes, at least one; null at the end. */
  async some(most: number): Promise<Buffer | null> {
    while (this.#rest.length === 0) {
      const next = await this.#source.next();
      if (next.done) return null;
      this.#rest = next.value;
    }
    const piece = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  /** Exactly `count` bytes; null when there are fewer. */
  async take(count: number): Promise<Buffer | null> {
    const pieces: Buffer[] = [];
    for (let left = count; left > 0; ) {
      const piece = await this.some(left);
      if (piece === null) return null;
      pieces.push(piece);
      left -= piece.length;
    }
    return Buffer.concat(pieces);
  }
}

async function textOf(bytes: Bytes, size: number): Promise<string> {
  if (size > longestExtension) throw new ArchiveDamaged('an extended header of the archive is absurdly long');
  const text = await bytes.take(size + ((blockBytes - (size % blockBytes)) % blockBytes));
  if (text === null) throw new ArchiveDamaged('the archive ends in the middle of a header: it was cut');
  return text.toString('utf8', 0, size);
}

function recordsOf(text: string): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    const length = /^\d{1,6} /.exec(rest.toString('latin1', 0, 8))?.[0];
    const record = length === undefined ? null : rest.toString('utf8', length.length, Number(length) - 1);
    const equals = record?.indexOf('=') ?? -1;
    if (length === undefined || record === null || equals < 1 || Number(length) > rest.length)
      throw new ArchiveDamaged('an extended header of the archive is damaged');
    records.set(record.slice(0, equals), record.slice(equals + 1));
    rest = rest.subarray(Number(length));
  }
  return records;
}

function nameOf(header: Buffer): string {
  const field = (at: number, length: number): string => header.toString('utf8', at, at + length).replace(/\0.*$/s, '');
  const isPosix = header.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? field(345, 155) : '';
  return prefix === '' ? field(0, 100) : `${prefix}/${field(0, 100)}`;
}

function octal(header: Buffer, at: number, length: number): number {
  const text = header.toString('latin1', at, at + length).replaceAll(/[\0 ]/g, '');
  return /^[0-7]*$/.test(text) ? Number.parseInt(text || '0', 8) : Number.NaN;
}

/** Octal, or with the high bit set a binary number, as GNU tar writes sizes over 8 GB. */
function sizeOf(header: Buffer): number {
  if (((header[124] as number) & 0x80) === 0) return octal(header, 124, 12);
  let value = 0;
  for (let i = 125; i < 136; i++) value = value * 256 + (header[i] as number);
  return value;
}
