import { join } from 'node:path';
import { replaceFile } from '../../src/storage/atomic-file.ts';
import { storageFailure } from '../../src/storage/failure.ts';
import { makeFolder } from '../../src/storage/make-folder.ts';

export type CopyResult =
  | { readonly kind: 'copied'; readonly file: string }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Writes what was copied to `<home>/copied/<what>.txt`, for terminals that keep programs from the clipboard. The newest
 * copy of each kind replaces the one before.
 */
export async function copyToFile(home: string, what: string, text: string): Promise<CopyResult> {
  const folder = join(home, 'copied');
  const file = join(folder, `${what.replace(/[^\w-]+/g, '-')}.txt`);
  try {
    await makeFolder(folder);
  } catch (error) {
    return { kind: 'failed', message: storageFailure(error, folder, 'make the folder').message };
  }
  const written = await replaceFile(file, text.endsWith('\n') ? text : `${text}\n`);
  return written.kind === 'written' ? { kind: 'copied', file } : { kind: 'failed', message: written.message };
}
