import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ArchiveDamaged, unpackTar } from '../../src/storage/tar-read.ts';
import { packTar } from '../../src/storage/tar-write.ts';
import { temporaryFolder } from './temporary.ts';

async function bytesOf(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The archive in pieces of `size` bytes, as a file system may hand them out. */
async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function unpacked(archive: AsyncIterable<Buffer>): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  await unpackTar(archive, async ({ path }, contents) => {
    files.set(
      path,
      createHash('sha256')
        .update(await bytesOf(contents))
        .digest('hex'),
    );
  });
  return files;
}

const sha = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

describe('archives', () => {
  test('hold every file with its path and contents, whatever their size and name', async () => {
    const folder = temporaryFolder();
    const contents: Record<string, string> = {
      'empty.txt': '',
      'block.bin': 'x'.repeat(512),
      'odd.bin': 'y'.repeat(70_001),
      [`theorems/${'deep_name_'.repeat(20)}/1.jsonl`]: 'long path',
      'theorems/Ω∘⟨⟩ name/1.jsonl': 'not ASCII',
    };
    const files = Object.entries(contents).map(([path, text], i) => {
      const source = join(folder, String(i));
      writeFileSync(source, text);
      return { path, source };
    });
    const archive = await bytesOf(packTar(files));
    expect(archive.length % 512).toBe(0);
    for (const size of [1 << 20, 1000, 7])
      expect(await unpacked(inPieces(archive, size))).toEqual(
        new Map(Object.entries(contents).map(([path, text]) => [path, sha(text)])),
      );
    expect(sha(await bytesOf(packTar(files)))).toBe(sha(archive));
  });

  test('what is not read of a file is passed over', async () => {
    const folder = temporaryFolder();
    const files = ['a', 'b'].map((path) => {
      writeFileSync(join(folder, path), path.repeat(3000));
      return { path, source: join(folder, path) };
    });
    const seen: string[] = [];
    await unpackTar(packTar(files), async ({ path, size }) => {
      seen.push(`${path} ${size}`);
    });
    expect(seen).toEqual(['a 3000', 'b 3000']);
  });

  test('that were cut or changed are told from whole ones', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a'), 'a'.repeat(3000));
    const archive = await bytesOf(packTar([{ path: 'a', source: join(folder, 'a') }]));
    for (const length of [100, 512, 600, 3000, 3584])
      await expect(unpacked(inPieces(archive.subarray(0, length), 512))).rejects.toBeInstanceOf(ArchiveDamaged);
    const changed = Buffer.from(archive);
    changed[3] = 0x41;
    await expect(unpacked(inPieces(changed, 512))).rejects.toThrow(/header/);
    await expect(unpacked(inPieces(Buffer.from('not an archive'.repeat(100)), 512))).rejects.toBeInstanceOf(
      ArchiveDamaged,
    );
  });
});
