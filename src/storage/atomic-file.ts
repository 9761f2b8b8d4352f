import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type StorageFailed, storageFailure } from './failure.ts';

export type WriteResult = { readonly kind: 'written' } | StorageFailed;

/**
 * Replaces a whole file: readers see the old contents or the new, also after a power failure. The folder must exist.
 * On failure the old file stands as it was and nothing is left beside it.
 *
 * Not done with write-file-atomic: its version 8 ignores short writes, so a disk that fills up in the middle makes it
 * publish a cut file and report success.
 */
export async function replaceFile(path: string, contents: string | Uint8Array): Promise<WriteResult> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(contents);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
    return { kind: 'written' };
  } catch (error) {
    const failure = storageFailure(error, path, 'write');
    // Where not even the folder is one, there is nothing to remove.
    await rm(temporary, { force: true }).catch(() => {});
    return failure;
  }
}

/** Makes renames, new names and removals in a folder survive a power failure, where the file system can. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch {
    // Some network file systems refuse fsync on a folder; the rename itself has happened.
  } finally {
    await handle.close();
  }
}
