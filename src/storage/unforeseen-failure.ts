import { type StorageFailed, storageFailure } from './failure.ts';

/**
 * Turns what a file operation threw where nobody expected it into a value: a folder without permission, a loop of links, a
 * network disk that went away. Anything that is not an error of the operating system is thrown again.
 */
export function unforeseenFailure(error: unknown): StorageFailed {
  const path = error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : 'a file';
  return storageFailure(error, path, 'use');
}
