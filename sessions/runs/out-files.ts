import { createHash, randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { constants, copyFile, open, realpath, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { syncFolder } from '../../src/storage/atomic-file.ts';
import { type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import { makeFolder } from '../../src/storage/make-folder.ts';
import { mergeTrajectories } from '../../src/trajectory/merge.ts';
import { orUnreadable, TrajectoryFile } from '../../src/trajectory/reader.ts';
import { writePart } from '../../src/trajectory/writer.ts';
import type { OpenRun } from './open-run.ts';

type Series = 'main' | 'noisy';

/** Where the trajectories of a run go besides its folder. */
export interface OutFiles {
  /** A part has been recorded. */
  onPart(path: string, series: Series): Promise<StorageFailed | null>;
  /** The run ends, for good or for now; `left` when the signal came before all was in its place. */
  finish(leave: AbortSignal): Promise<StorageFailed | 'left' | null>;
}

/** `out`: absolute; a path that ends in `.parquet` is one table, everything else a folder of parts. */
export function outFiles(run: OpenRun, out: string, resumedFrom: string | null): OutFiles {
  return isTable(out) ? tableOut(run, out, resumedFrom) : folderOut(run, out, resumedFrom);
}

/** Whether the rows go into one Parquet file, not into a folder. */
export const isTable = (out: string): boolean => extname(out) === '.parquet';

/** `x.parquet` to `x_noisy.parquet`. */
export const noisyTable = (out: string): string => `${out.slice(0, -extname(out).length)}_noisy.parquet`;

/** Everything in one file, put together at the end; the rows of an earlier file come first, and stay if anything fails. */
function tableOut(run: OpenRun, out: string, resumedFrom: string | null): OutFiles {
  const merge = async (
    series: Series,
    to: string,
    before: readonly string[],
    leave: AbortSignal,
  ): Promise<StorageFailed | 'left' | null> => {
    const parts = run.log.state.parts.filter((part) => part.series === series);
    const paths = [...before, ...parts.map(({ file }) => join(run.folder, ...file.split('/')))];
    // A run without a row still leaves a table.
    const written = paths.length === 0 ? await writePart(to, []) : await mergeTrajectories(paths, to, {}, leave);
    return written.kind === 'left' ? 'left' : written.kind === 'storageFailed' ? written : null;
  };
  return {
    onPart: async () => null,
    finish: async (leave) => {
      const folder = await made(dirname(out));
      if (folder !== null) return folder;
      const main = await merge('main', out, resumedFrom === null ? [] : [resumedFrom], leave);
      if (main !== null || run.manifest.noisy === null) return main;
      const noisy = noisyTable(out);
      const before = resumedFrom === null ? null : noisyTable(resumedFrom);
      return merge('noisy', noisy, before !== null && existsSync(before) ? [before] : [], leave);
    },
  };
}

/** Each part as it comes, under a name that no other run's part has; those of other runs there are left alone. */
function folderOut(run: OpenRun, out: string, resumedFrom: string | null): OutFiles {
  const name = partsName(run);
  const publish = async (path: string): Promise<StorageFailed | null> =>
    (await made(out)) ?? place(path, join(out, `${name}-${basename(path)}`));
  return {
    onPart: publish,
    finish: async (leave) => {
      if (resumedFrom !== null) {
        const failure = (await made(out)) ?? (await placeEarlier(resumedFrom, out, name));
        if (failure !== null) return failure;
      }
      // A part that was recorded just before its process died may be missing there.
      for (const { file } of run.log.state.parts) {
        if (leave.aborted) return 'left';
        const failure = await publish(join(run.folder, ...file.split('/')));
        if (failure !== null) return failure;
      }
      return null;
    },
  };
}

/** The earlier file beside the parts, unless it lies there already. */
async function placeEarlier(file: string, out: string, name: string): Promise<StorageFailed | null> {
  try {
    if ((await realpath(dirname(file))) === (await realpath(out))) return null;
  } catch (error) {
    return storageFailure(error, file, 'read');
  }
  return place(file, join(out, `${name}-before-${shortHash(file)}.parquet`));
}

/** `adhoc_night-1f0a5b9c`: runs of one name, made on several machines or one after the other, differ in the hash. */
function partsName({ id, manifest }: OpenRun): string {
  return `${id.replaceAll('/', '_')}-${shortHash(`${id} ${manifest.createdAt} ${manifest.host.name}`)}`;
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/**
 * Puts a copy of `from` at `to`, unless it is there. Not a link: whoever rewrites the one in place would change the other.
 * Its time is that of the original, so that a later process knows its copy.
 */
async function place(from: string, to: string): Promise<StorageFailed | null> {
  const temporary = `${to}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    const { size, atime, mtime, mtimeMs } = await stat(from);
    const there = statSync(to, { throwIfNoEntry: false });
    if (there?.size === size && Math.abs(there.mtimeMs - mtimeMs) < 1) return null;
    await copyFile(from, temporary, constants.COPYFILE_FICLONE);
    await utimes(temporary, atime, mtime);
    const handle = await open(temporary, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, to);
    await syncFolder(dirname(to));
    return null;
  } catch (error) {
    return storageFailure(error, to, 'write');
  } finally {
    await rm(temporary, { force: true }).catch(() => {});
  }
}

async function made(folder: string): Promise<StorageFailed | null> {
  try {
    await makeFolder(folder);
    return null;
  } catch (error) {
    return storageFailure(error, folder, 'make the folder');
  }
}

/**
 * Whether what a run is to leave besides its folder can be written, and the earlier file read: found out before anything
 * costs time. Makes the folders that are missing.
 */
export async function checkOut(
  command: 'search' | 'eval',
  out: string,
  resumedFrom: string | null,
): Promise<StorageFailed | null> {
  const isFile = command === 'eval' || isTable(out);
  const folder = isFile ? dirname(out) : out;
  const failure = await made(folder);
  if (failure !== null) return failure;
  const probe = join(folder, `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    if (isFile && statSync(out, { throwIfNoEntry: false })?.isDirectory())
      return { kind: 'storageFailed', code: 'notAFolder', path: out, message: `${out} is a folder, a file is needed` };
    await writeFile(probe, 'x');
  } catch (error) {
    return storageFailure(error, out, 'write');
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
  return resumedFrom === null ? null : checkReadable(resumedFrom);
}

function checkReadable(file: string): Promise<StorageFailed | null> {
  return orUnreadable(async () => {
    const opened = await TrajectoryFile.open(file);
    await opened.close();
    return null;
  });
}
