import { storageFailure } from '../../src/storage/failure.ts';
import { acquireLockSoon, describeHolder } from '../../src/storage/lock.ts';
import { makeFolder } from '../../src/storage/make-folder.ts';
import { type ServingContext, type ServingFailed, servingFailed } from './context.ts';
import { nameProblem, serverFolder, serverLockPath } from './server-store.ts';

/**
 * Starts, stops or restarts a server while nobody else does.
 *
 * @param patienceMs how long another one who does is waited for
 */
export async function alone<T>(
  name: string,
  { home }: Pick<ServingContext, 'home'>,
  act: () => Promise<T>,
  patienceMs = 0,
): Promise<T | ServingFailed> {
  const problem = nameProblem(name);
  if (problem !== null) return servingFailed('usage', problem);
  const folder = serverFolder(home, name);
  try {
    await makeFolder(folder);
  } catch (error) {
    return servingFailed('missing', storageFailure(error, folder, 'make').message);
  }
  const locked = await acquireLockSoon(serverLockPath(home, name), patienceMs);
  if (locked.kind === 'storageFailed') return servingFailed('missing', locked.message);
  if (locked.kind === 'heldBy')
    return servingFailed(
      'failed',
      `${describeHolder(locked.holder)}, is starting or stopping the server ${name}; wait for it`,
    );
  try {
    return await act();
  } finally {
    locked.lock.release();
  }
}
