import type { StartFailed } from '../transport.ts';

/** The caller gave up waiting. */
export function interrupted(): StartFailed {
  return { kind: 'startFailed', category: 'closed', message: 'waiting for Lean was interrupted', detail: '' };
}

/** The entry did not stay as it was published. */
export function unstable(folder: string): StartFailed {
  const message =
    'the Lean image was changed or removed while it was being prepared: start again; if it happens again, check the disk';
  return { kind: 'startFailed', category: 'damaged', message, detail: folder };
}

/** Too little room on the disk of `folder`. */
export function noSpace(folder: string, available: number, needed: number): StartFailed {
  return {
    kind: 'startFailed',
    category: 'noSpace',
    message: `${folder} has ${Math.floor(available / 1e6)} MB left, the Lean image needs ${needed / 1e6} MB: free some, or set PROOFDECK_CACHE to a folder on another disk`,
    detail: '',
  };
}

/** What an error of the file system means for the user. Errors of other kinds are thrown again. */
export function storageFailure(error: unknown, cacheRoot: string): StartFailed {
  const { code = '', message: detail } = error as NodeJS.ErrnoException;
  const failure = (category: StartFailed['category'], message: string): StartFailed => ({
    kind: 'startFailed',
    category,
    message,
    detail,
  });
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return failure(
      'noSpace',
      `the disk of ${cacheRoot} is full: free 1 GB, or set PROOFDECK_CACHE to a folder on another disk`,
    );
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) {
    return failure(
      'unwritable',
      `the cache folder ${cacheRoot} cannot be written: give yourself the right, or set PROOFDECK_CACHE to another folder`,
    );
  }
  if (code === '') throw error;
  return failure('crashed', `the cache folder ${cacheRoot} cannot be used: ${detail}`);
}
