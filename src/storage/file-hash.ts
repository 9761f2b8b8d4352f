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
