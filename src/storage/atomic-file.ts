import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
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
  const replacement = new Replacement(path);
  try {
    await replacement.append(contents);
    await replacement.commit();
    return { kind: 'written' };
  } catch (error) {
    const failure = storageFailure(error, path, 'write');
    await replacement.discard();
    return failure;
  }
}

/**
 * A file that is written piece by piece beside the one that it replaces, and takes its place as a whole. Its methods throw
 * what the file system throws (`storageFailure` makes a value of it); call `discard` then.
 */
export class Replacement {
  readonly path: string;
  readonly #temporary: string;
  #handle: FileHandle | null = null;

  constructor(path: string) {
    this.path = path;
    this.#temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  }

  /** Writes all of it at the end, however short the single writes are. */
  async append(contents: string | Uint8Array): Promise<void> {
    this.#handle ??= await open(this.#temporary, 'wx');
    await this.#handle.writeFile(contents);
  }

  /** Puts the file in its place, to survive a power failure. At least one `append` must have gone before. */
  async commit(): Promise<void> {
    await this.#handle?.sync();
    await this.#close();
    await rename(this.#temporary, this.path);
    await syncFolder(dirname(this.path));
  }

  /** Leaves the old file as it was and nothing beside it; does nothing after `commit`. */
  async discard(): Promise<void> {
    await this.#close().catch(() => {});
    // Where not even the folder is one, there is nothing to remove.
    await rm(this.#temporary, { force: true }).catch(() => {});
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
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
