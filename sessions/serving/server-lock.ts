import { storageFailure } from '../../src/storage/failure.ts';
import { acquireLockSoon, describeHolder } from '../../src/storage/lock.ts';
import { makeFolder } from '../../src/storage/make-folder.ts';
import { type ServingContext, type ServingFailed, servingFailed } from './context.ts';
import { nameProblem, readServer, serverFolder, serverLockPath, weightsLockPath } from './server-store.ts';
import type { Target } from './targets.ts';

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
  return locked(name, home, { path: serverLockPath(home, name), does: 'is starting or stopping', patienceMs }, act);
}

/**
 * Changes the weights or the memory of servers while nobody else does; they can be stopped all the while, as such a change may hang.
 *
 * @param act gets the servers as they are known once nobody else changes them
 */
export async function aloneWithWeights<T>(
  targets: readonly Target[],
  context: Pick<ServingContext, 'home'>,
  act: (targets: readonly Target[]) => Promise<T>,
  held: readonly Target[] = [],
): Promise<T | ServingFailed> {
  const next = targets[held.length];
  if (next === undefined) return act(held);
  if (next.record === null) return aloneWithWeights(targets, context, act, [...held, next]);
  const { home } = context;
  const { name } = next.record;
  const lock = { path: weightsLockPath(home, name), does: 'is changing the weights or the memory of', patienceMs: 0 };
  return locked(name, home, lock, async () => {
    const known = await readServer(home, name);
    if (known.kind === 'storageFailed') return servingFailed('missing', known.message);
    const one = known.kind === 'server' ? { ...next, record: known.record } : next;
    return aloneWithWeights(targets, context, act, [...held, one]);
  });
}

interface LockWish {
  readonly path: string;
  /** What its holder does, before the name of the server. */
  readonly does: string;
  readonly patienceMs: number;
}

async function locked<T>(
  name: string,
  home: string,
  { path, does, patienceMs }: LockWish,
  act: () => Promise<T>,
): Promise<T | ServingFailed> {
  const problem = nameProblem(name);
  if (problem !== null) return servingFailed('usage', problem);
  const folder = serverFolder(home, name);
  try {
    await makeFolder(folder);
  } catch (error) {
    return servingFailed('missing', storageFailure(error, folder, 'make').message);
  }
  const taken = await acquireLockSoon(path, patienceMs);
  if (taken.kind === 'storageFailed') return servingFailed('missing', taken.message);
  if (taken.kind === 'heldBy')
    return servingFailed('failed', `${describeHolder(taken.holder)}, ${does} the server ${name}; wait for it`);
  try {
    return await act();
  } finally {
    taken.lock.release();
  }
}
