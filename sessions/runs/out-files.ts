import { randomBytes } from 'node:crypto';
import { copyFile, link, rename, rm, stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { syncFolder } from '../../src/storage/atomic-file.ts';
import { hasCode, type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import { makeFolder } from '../../src/storage/make-folder.ts';
import { mergeTrajectories } from '../../src/trajectory/merge.ts';
import { writePart } from '../../src/trajectory/writer.ts';
import type { OpenRun } from './open-run.ts';

type Series = 'main' | 'noisy';

/** Where the trajectories of a run go besides its folder. */
export interface OutFiles {
  /** A part has been recorded. */
  onPart(path: string, series: Series): Promise<StorageFailed | null>;
  /** The run ends, for good or for now. */
  finish(): Promise<StorageFailed | null>;
}

/** `out`: absolute; a path that ends in `.parquet` is one table, everything else a folder of parts. */
export function outFiles(run: OpenRun, out: string, resumedFrom: string | null): OutFiles {
  return isTable(out) ? tableOut(run, out, resumedFrom) : folderOut(run, out, resumedFrom);
}

export const isTable = (out: string): boolean => extname(out) === '.parquet';

/** `x.parquet` to `x_noisy.parquet`. */
export const noisyTable = (out: string): string => `${out.slice(0, -extname(out).length)}_noisy.parquet`;

/** Everything in one file, put together at the end; the rows of an earlier file come first, and stay if anything fails. */
function tableOut(run: OpenRun, out: string, resumedFrom: string | null): OutFiles {
  const merge = async (series: Series, to: string, before: readonly string[]): Promise<StorageFailed | null> => {
    const parts = run.log.state.parts.filter((part) => part.series === series);
    const paths = [...before, ...parts.map(({ file }) => join(run.folder, ...file.split('/')))];
    // A run without a row still leaves a table.
    const written = paths.length === 0 ? await writePart(to, []) : await mergeTrajectories(paths, to);
    return written.kind === 'storageFailed' ? written : null;
  };
  return {
    onPart: async () => null,
    finish: async () => {
      const folder = await made(dirname(out));
      if (folder !== null) return folder;
      const main = await merge('main', out, resumedFrom === null ? [] : [resumedFrom]);
      if (main !== null || run.manifest.noisy === null) return main;
      const noisy = noisyTable(out);
      const before = resumedFrom === null ? null : noisyTable(resumedFrom);
      return merge('noisy', noisy, before !== null && (await exists(before)) ? [before] : []);
    },
  };
}

/** Each part as it comes, under the name of the run: parts of other runs there are left alone. */
function folderOut(run: OpenRun, out: string, resumedFrom: string | null): OutFiles {
  const name = run.id.slice(run.id.indexOf('/') + 1);
  const publish = async (path: string): Promise<StorageFailed | null> =>
    (await made(out)) ?? place(path, join(out, `${name}-${path.slice(path.lastIndexOf('/') + 1)}`));
  return {
    onPart: publish,
    // A part that was recorded just before its process died may be missing there.
    finish: async () => {
      const old = resumedFrom !== null && dirname(resumedFrom) !== out ? [resumedFrom] : [];
      for (const path of [...old, ...run.log.state.parts.map(({ file }) => join(run.folder, ...file.split('/')))]) {
        const failure = await publish(path);
        if (failure !== null) return failure;
      }
      return null;
    },
  };
}

/** Makes `to` the same file as `from`, or a copy of it where that cannot be. */
async function place(from: string, to: string): Promise<StorageFailed | null> {
  const temporary = `${to}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    if (await isSameFile(from, to)) return null;
    await link(from, temporary).catch(() => copyFile(from, temporary));
    await rename(temporary, to);
    await syncFolder(dirname(to));
    return null;
  } catch (error) {
    return storageFailure(error, to, 'write');
  } finally {
    await rm(temporary, { force: true }).catch(() => {});
  }
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  if (!(await exists(b))) return false;
  const [first, second] = await Promise.all([stat(a), stat(b)]);
  return first.ino === second.ino && first.dev === second.dev;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
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
