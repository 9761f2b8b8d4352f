/** Why a file operation did not happen. `message` names the path and the remedy. */
export interface StorageFailed {
  readonly kind: 'storageFailed';
  readonly code: StorageFailureCode;
  readonly path: string;
  readonly message: string;
}

export type StorageFailureCode =
  | 'noSpace'
  | 'denied'
  | 'readOnly'
  | 'missing'
  | 'notAFolder'
  | 'tooManyFiles'
  | 'damaged'
  | 'other';

const knownCodes: Readonly<Record<string, readonly [StorageFailureCode, string]>> = {
  ENOSPC: ['noSpace', 'the disk is full: free some space there'],
  EDQUOT: ['noSpace', 'the disk quota is used up: free some space there'],
  EFBIG: ['noSpace', 'the file has reached the largest size allowed: raise the limit (ulimit -f)'],
  EACCES: ['denied', 'permission denied: change its permissions, or choose another folder (--home, --out)'],
  EPERM: ['denied', 'not permitted: change its owner, or choose another folder (--home, --out)'],
  EROFS: ['readOnly', 'the file system is read-only: choose another folder (--home, --out)'],
  ENOENT: ['missing', 'there is no such file or folder'],
  ENOTDIR: ['notAFolder', 'a part of the path is a file, not a folder'],
  EEXIST: ['notAFolder', 'a file of that name is in the way'],
  EISDIR: ['notAFolder', 'it is a folder, a file is needed'],
  EMFILE: ['tooManyFiles', 'too many open files: raise the limit (ulimit -n)'],
  ENFILE: ['tooManyFiles', 'the machine has too many open files'],
};

/**
 * Turns what a file operation threw into a value, `doing` being what was tried ("write the session log").
 * Anything that is not an error of the operating system is thrown again: it is a mistake in the program.
 */
export function storageFailure(error: unknown, path: string, doing: string): StorageFailed {
  if (!isSystemError(error)) throw error;
  const code = knownCodes[error.code]?.[0] ?? 'other';
  return { kind: 'storageFailed', code, path, message: `cannot ${doing} ${path}: ${whyFailed(error)}` };
}

/** Why a file operation did not happen, in words where the operating system has only a code. */
export function whyFailed(error: unknown): string {
  if (!isSystemError(error)) return error instanceof Error ? error.message : String(error);
  return knownCodes[error.code]?.[1] ?? `${error.code}: ${error.message}`;
}

/** A failure found in a file's contents. */
export function damaged(path: string, message: string): StorageFailed {
  return { kind: 'storageFailed', code: 'damaged', path, message };
}

/** Whether a file operation failed with this code of the operating system (`ENOENT`). */
export function hasCode(error: unknown, code: string): boolean {
  return isSystemError(error) && error.code === code;
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}
