import {
  appendFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CacheOptions, type PreparedEntry, prepareEntry, verifyEntry } from '../../../src/lean/embedded/cache.ts';
import type { PrepareProgress } from '../../../src/lean/embedded/prepare-progress.ts';
import { type FakePackage, fakeBuilder, fakePackage, writeFakeEntry } from './fixtures/fake-package.ts';
import { temporaryFolder } from './fixtures/temporary.ts';

async function prepared(options: CacheOptions): Promise<PreparedEntry> {
  const entry = await prepareEntry(options);
  if (entry.kind === 'startFailed') throw new Error(entry.message);
  return entry;
}

function leftovers({ cacheRoot }: FakePackage, entry: PreparedEntry): string[] {
  return readdirSync(join(cacheRoot, 'lean')).filter((name) => name !== entry.key);
}

function overwrite(file: string, at: number, text: string): void {
  writeSync(openSync(file, 'r+'), text, at);
}

describe('prepareEntry', () => {
  it('builds once and finds the entry afterwards', async () => {
    const fake = fakePackage(temporaryFolder());
    const { build, builds } = fakeBuilder();
    const first = await prepared({ ...fake, build });
    const second = await prepared({ ...fake, build });
    expect([first.built, second.built, builds()]).toEqual([true, false, 1]);
    expect(second.folder).toBe(first.folder);
    expect(leftovers(fake, first)).toEqual([]);
  });

  it('has another entry for another program and another package', async () => {
    const fake = fakePackage(temporaryFolder());
    const { build } = fakeBuilder();
    const first = await prepared({ ...fake, build });
    const otherProgram = await prepared({ ...fake, build, program: 'another program' });
    appendFileSync(join(fake.packageFolder, 'lean.wasm'), ' ');
    const otherPackage = await prepared({ ...fake, build });
    expect(new Set([first.key, otherProgram.key, otherPackage.key]).size).toBe(3);
  });

  const damages: readonly (readonly [name: string, damage: (folder: string) => void])[] = [
    ['a truncated image', (folder) => truncateSync(join(folder, 'image.bin'), 3)],
    ['a changed byte in a small file', (folder) => overwrite(join(folder, 'lean.cjs'), 5, 'X')],
    ['a changed first byte of a large file', (folder) => overwrite(join(folder, 'lean.wasm'), 0, 'X')],
    ['a missing file', (folder) => rmSync(join(folder, 'symbols.bin'))],
    ['a missing manifest', (folder) => rmSync(join(folder, 'manifest.json'))],
    ['an empty manifest', (folder) => truncateSync(join(folder, 'manifest.json'), 0)],
    ['a manifest that is not JSON', (folder) => overwrite(join(folder, 'manifest.json'), 0, 'XX')],
    [
      'a manifest without files',
      (folder) => writeFileSync(join(folder, 'manifest.json'), '{"key":"k","createdAt":"","buildMs":1,"files":[]}'),
    ],
    [
      'an entry that is a file',
      (folder) => {
        rmSync(folder, { recursive: true });
        writeFileSync(folder, 'x');
      },
    ],
  ];
  it.each(damages)('builds again after %s', async (_, damage) => {
    const fake = fakePackage(temporaryFolder());
    const { build, builds } = fakeBuilder();
    const { folder } = await prepared({ ...fake, build });
    damage(folder);
    const again = await prepared({ ...fake, build });
    expect([again.built, builds(), verifyEntry(fake, true)]).toMatchObject([true, 2, { kind: 'good' }]);
    expect(leftovers(fake, again)).toEqual([]);
  });

  it('finds a byte that lies between the samples by the full check only', async () => {
    const fake = fakePackage(temporaryFolder());
    const { folder } = await prepared({ ...fake, build: fakeBuilder().build });
    overwrite(join(folder, 'lean.wasm'), 4096 + 17, 'X');
    expect(verifyEntry(fake, false)).toMatchObject({ kind: 'good' });
    expect(verifyEntry(fake, true)).toEqual({ kind: 'damaged', fault: 'lean.wasm has changed' });
  });

  it('repeats an interrupted preparation and removes what it left', async () => {
    const fake = fakePackage(temporaryFolder());
    const { build } = fakeBuilder();
    const { folder, key } = await prepared({ ...fake, build });
    rmSync(folder, { recursive: true });
    const half = join(fake.cacheRoot, 'lean', `.building-${key}-1-abc`);
    mkdirSync(half);
    writeFakeEntry(half, key);
    const entry = await prepared({ ...fake, build });
    expect(entry.built).toBe(true);
    expect(leftovers(fake, entry)).toEqual([]);
  });

  it('keeps the entries used last and removes older ones', async () => {
    const fake = fakePackage(temporaryFolder());
    const { build } = fakeBuilder();
    const entries: PreparedEntry[] = [];
    for (const program of ['a', 'b', 'c', 'd', 'e']) {
      const entry = await prepared({ ...fake, build, program });
      const used = 1000 + entries.length;
      utimesSync(entry.folder, used, used);
      entries.push(entry);
    }
    expect(readdirSync(join(fake.cacheRoot, 'lean')).sort()).toEqual(
      entries
        .slice(1)
        .map(({ key }) => key)
        .sort(),
    );
  });

  it('reports progress', async () => {
    const seen: PrepareProgress[] = [];
    await prepared({
      ...fakePackage(temporaryFolder()),
      build: fakeBuilder().build,
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen).toMatchObject([{ phase: 'save', fraction: 0.9 }]);
  });
});

describe('prepareEntry, when it cannot', () => {
  it('answers noSpace when the disk fills up, and leaves nothing behind', async () => {
    const fake = fakePackage(temporaryFolder());
    const answer = await prepareEntry({
      ...fake,
      build: async ({ folder, key }) => {
        writeFakeEntry(folder, key);
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      },
    });
    expect(answer).toMatchObject({
      kind: 'startFailed',
      category: 'noSpace',
      message: expect.stringContaining('PROOFDECK_CACHE'),
    });
    expect(readdirSync(join(fake.cacheRoot, 'lean'))).toEqual([]);
  });

  it('answers unwritable when the cache is not a folder', async () => {
    const fake = fakePackage(temporaryFolder());
    writeFileSync(fake.cacheRoot, 'a file');
    const answer = await prepareEntry({ ...fake, build: fakeBuilder().build });
    expect(answer).toMatchObject({
      kind: 'startFailed',
      category: 'unwritable',
      message: expect.stringContaining(fake.cacheRoot),
    });
  });

  it('answers missing when the package is incomplete', async () => {
    const fake = fakePackage(temporaryFolder());
    rmSync(join(fake.packageFolder, 'lean-lib.tar.gz'));
    const answer = await prepareEntry({ ...fake, build: fakeBuilder().build });
    expect(answer).toMatchObject({ category: 'missing', message: expect.stringContaining('npm install') });
  });

  it("passes the builder's failure on and can be tried again", async () => {
    const fake = fakePackage(temporaryFolder());
    const failure = { kind: 'startFailed', category: 'lean', message: 'm', detail: 'd' } as const;
    expect(await prepareEntry({ ...fake, build: async () => failure })).toEqual(failure);
    expect(await prepareEntry({ ...fake, build: fakeBuilder().build })).toMatchObject({ kind: 'entry', built: true });
  });
});
