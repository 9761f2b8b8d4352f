import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runFolder, runLockPath, runsFolder } from '../../src/run/folder.ts';
import { syncFolder } from '../../src/storage/atomic-file.ts';
import { type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import { describeHolder, lockHolder } from '../../src/storage/lock.ts';

export type DeleteRunResult =
  | { readonly kind: 'deleted' }
  | { readonly kind: 'inUse'; readonly message: string }
  | StorageFailed;

/** Deletes a run that nobody works on, by its whole id. It is gone at once; an interruption leaves at most a hidden folder. */
export async function deleteRun(home: string, id: string): Promise<DeleteRunResult> {
  const holder = lockHolder(runLockPath(home, id));
  if (holder !== null)
    return {
      kind: 'inUse',
      message: `run ${id} is worked on by ${describeHolder(holder)}; stop it first: proofdeck runs stop ${id}`,
    };
  const folder = runFolder(home, id);
  const trash = join(runsFolder(home), `.deleted-${id.replace('/', '-')}-${Date.now().toString(36)}`);
  try {
    await rename(folder, trash);
    await syncFolder(runsFolder(home));
    await rm(trash, { recursive: true, force: true });
    return { kind: 'deleted' };
  } catch (error) {
    return storageFailure(error, folder, 'delete');
  }
}
