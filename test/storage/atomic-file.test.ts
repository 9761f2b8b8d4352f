import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { replaceFile } from '../../src/storage/atomic-file.ts';
import { temporaryFolder } from './temporary.ts';
import { tinyDisk } from './tiny-disk.ts';

describe('replacing a file', () => {
  test('puts the new contents in its place and leaves nothing beside it', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a.json');
    expect(await replaceFile(path, 'one')).toEqual({ kind: 'written' });
    expect(await replaceFile(path, 'two')).toEqual({ kind: 'written' });
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  test('keeps the old contents on a full disk', async (context) => {
    const disk = tinyDisk(64);
    if (disk === null) return context.skip('tmpfs cannot be mounted here');
    const path = join(disk, 'a.json');
    writeFileSync(path, 'old');
    expect(await replaceFile(path, 'x'.repeat(100_000))).toMatchObject({
      kind: 'storageFailed',
      code: 'noSpace',
      path,
    });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(disk)).toEqual(['a.json']);
  });

  test('says that the folder is missing', async () => {
    const path = join(temporaryFolder(), 'none', 'a.json');
    expect(await replaceFile(path, 'x')).toMatchObject({ kind: 'storageFailed', code: 'missing', path });
  });
});
