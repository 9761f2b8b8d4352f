const BLOCK = 512;
const NAME = { at: 0, length: 100 };
const SIZE = { at: 124, length: 12 };
const TYPE_AT = 156;
const PREFIX = { at: 345, length: 155 };

/** The regular files of an unpacked tar archive, with GNU and pax long names; the bytes are views into `tar`. */
export function* tarFiles(tar: Buffer): Generator<readonly [name: string, bytes: Uint8Array]> {
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length && tar[at]; ) {
    const field = ({ at: offset, length }: { at: number; length: number }): string =>
      tar.toString('utf8', at + offset, at + offset + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(field(SIZE), 8);
    const data = at + BLOCK;
    if (!(size >= 0) || data + size > tar.length) throw new Error(`the tar archive is damaged at byte ${at}`);
    const type = String.fromCharCode(tar[at + TYPE_AT] ?? 0);
    if (type === 'L') longName = tar.toString('utf8', data, data + size).replace(/\0.*$/s, '');
    else if (type === 'x')
      longName = /(?:^|\n)\d+ path=(.*)\n/.exec(tar.toString('utf8', data, data + size))?.[1] ?? longName;
    else {
      const prefix = field(PREFIX);
      const name = longName ?? (prefix ? `${prefix}/${field(NAME)}` : field(NAME));
      if (type === '0' || type === '\0') yield [name, tar.subarray(data, data + size)];
      longName = undefined;
    }
    at = data + Math.ceil(size / BLOCK) * BLOCK;
  }
}
