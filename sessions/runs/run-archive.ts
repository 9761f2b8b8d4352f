import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, open, readdir, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { runFolder, runsFolder } from '../../src/run/folder.ts';
import { Replacement } from '../../src/storage/atomic-file.ts';
import { damaged, type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import { makeFolder } from '../../src/storage/make-folder.ts';
import { ArchiveDamaged, unpackTar } from '../../src/storage/tar-read.ts';
import { type ArchiveFile, packTar } from '../../src/storage/tar-write.ts';

/** What belongs to the process of a run, or to those who watch it, and not to the run. */
const left = new Set(['writer.lock', 'status.json', 'control.jsonl']);
const deepest = 4;
/** Unpacking leaves at least this share of the free space. */
const spared = 0.1;

export type ExportArchiveResult =
  | { readonly kind: 'exported'; readonly files: number; readonly bytes: number }
  | StorageFailed;

/** Writes a run's folder as one `.tar.gz`. Works while the run goes on: what is not in its log yet is left out. */
export async function exportArchive(home: string, id: string, out: string): Promise<ExportArchiveResult> {
  const folder = runFolder(home, id);
  const replacement = new Replacement(out);
  try {
    const files = await filesBelow(folder);
    const packed = Readable.from(packTar(files.map(({ path, source }) => ({ path: `${id}/${path}`, source }))));
    let bytes = 0;
    const gzip = createGzip();
    await Promise.all([
      pipeline(packed, gzip),
      (async () => {
        for await (const chunk of gzip) {
          bytes += (chunk as Buffer).length;
          await replacement.append(chunk as Buffer);
        }
      })(),
    ]);
    await replacement.commit();
    return { kind: 'exported', files: files.length, bytes };
  } catch (error) {
    await replacement.discard();
    return storageFailure(error, out, 'export to');
  }
}

export type UnpackResult =
  | { readonly kind: 'unpacked'; readonly folder: string; readonly files: number }
  /** It is no exported run, or one that was made to do harm. */
  | { readonly kind: 'refused'; readonly message: string }
  | StorageFailed;

/**
 * Unpacks an exported run (`.tar.gz`, `.tar`, or a folder) into a new hidden folder beside the runs; the caller moves it
 * to its place or removes it. Nothing outside that folder is written, whatever the archive says.
 */
export async function unpackRun(home: string, source: string): Promise<UnpackResult> {
  const folder = join(runsFolder(home), `.import-${process.pid}-${Date.now().toString(36)}`);
  try {
    await makeFolder(folder);
    const room = await statfs(folder);
    const target = new Target(folder, source, Number(room.bavail) * Number(room.bsize) * (1 - spared));
    if ((await lstat(source)).isDirectory()) await copyFolder(source, target);
    else await unpackFile(source, target);
    if (target.files > 0) return { kind: 'unpacked', folder, files: target.files };
    await rm(folder, { recursive: true, force: true });
    return { kind: 'refused', message: `${source} holds no run` };
  } catch (error) {
    await rm(folder, { recursive: true, force: true }).catch(() => {});
    if (error instanceof Refused) return { kind: 'refused', message: error.message };
    if (error instanceof ArchiveDamaged) return damaged(source, `cannot read ${source}: ${error.message}`);
    if (isZlibError(error)) return damaged(source, `cannot read ${source}: ${error.message}`);
    return storageFailure(error, source, 'import');
  }
}

class Refused extends Error {}

/** Takes the files of an archive into one folder. */
class Target {
  readonly #folder: string;
  readonly #source: string;
  #room: number;
  files = 0;
  /** The names above the run's own files: the same for all of them. */
  #root: string | null = null;

  constructor(folder: string, source: string, room: number) {
    this.#folder = folder;
    this.#source = source;
    this.#room = room;
  }

  /** Says beforehand where the run's own files begin. */
  rootAt(root: string): void {
    this.#root = root;
  }

  async add(path: string, size: number, contents: AsyncIterable<Buffer>): Promise<void> {
    const names = path.split('/').filter((name) => name !== '.' && name !== '');
    if (path.startsWith('/') || names.length === 0 || names.some((name) => !isHarmless(name)))
      throw new Refused(`${this.#source} holds a file called ${JSON.stringify(path.slice(0, 200))}, which no run has`);
    const inside = this.#below(names, path);
    if (inside.length === 1 && left.has(inside[0] as string)) return;
    this.#room -= size;
    if (this.#room < 0)
      throw new Refused(`${this.#source} holds more than there is room for on the disk of ${this.#folder}`);
    const file = join(this.#folder, ...inside);
    await makeFolder(dirname(file));
    await pipeline(contents, createWriteStream(file, { flags: 'wx' }));
    this.files += 1;
  }

  /** The path below the run's folder, which is the one that holds the manifest, or what the archive begins with. */
  #below(names: readonly string[], path: string): readonly string[] {
    this.#root ??= names.slice(0, names.length > 2 ? 2 : 0).join('/');
    const root = this.#root === '' ? [] : this.#root.split('/');
    const inside = names.slice(root.length);
    if (root.some((name, index) => names[index] !== name) || inside.length === 0 || inside.length > deepest)
      throw new Refused(`${this.#source} holds ${JSON.stringify(path.slice(0, 200))}, which is in no run's folder`);
    return inside;
  }
}

/** A name that means itself on every file system. */
function isHarmless(name: string): boolean {
  return name !== '..' && !/[\u0000-\u001f\\:]/.test(name) && Buffer.byteLength(name) <= 255;
}

async function unpackFile(source: string, target: Target): Promise<void> {
  const bytes = createReadStream(source);
  const unzipped = (await isGzip(source)) ? bytes.pipe(createGunzip()) : bytes;
  // `pipe` hands on no errors.
  bytes.on('error', (error) => unzipped.destroy(error));
  try {
    await unpackTar(unzipped as AsyncIterable<Buffer>, async ({ path, type, size }, contents) => {
      if (type === 'other')
        throw new Refused(
          `${source} holds a link or device called ${JSON.stringify(path.slice(0, 200))}, which no run has`,
        );
      if (type === 'file') await target.add(path, size, contents);
    });
  } finally {
    bytes.destroy();
  }
}

async function copyFolder(source: string, target: Target): Promise<void> {
  target.rootAt('');
  for (const { path, source: from } of await filesBelow(source))
    await target.add(path, (await lstat(from)).size, createReadStream(from) as AsyncIterable<Buffer>);
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

/** Every file of a run, by its path below the folder, in order; links and what is only half written are left out. */
async function filesBelow(folder: string, above = ''): Promise<readonly ArchiveFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files: ArchiveFile[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = above + entry.name;
    const source = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await filesBelow(source, `${path}/`)));
    else if (entry.isFile() && !left.has(path) && !entry.name.endsWith('.tmp')) files.push({ path, source });
  }
  return files;
}

const isZlibError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
