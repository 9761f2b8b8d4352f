import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type StorageFailed, storageFailure } from './failure.ts';

/** SHA-256 of a file of any size, in hex. */
export async function fileHash(path: string): Promise<string | StorageFailed> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    return storageFailure(error, path, 'read');
  }
  return hash.digest('hex');
}

/** SHA-256 of each of some files, in their order. */
export async function fileHashes(paths: readonly string[]): Promise<readonly string[] | StorageFailed> {
  const hashes: string[] = [];
  for (const path of paths) {
    const hash = await fileHash(path);
    if (typeof hash !== 'string') return hash;
    hashes.push(hash);
  }
  return hashes;
}
