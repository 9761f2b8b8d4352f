import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../../../storage/atomic-file.ts';
import { hasCode, type StorageFailed } from '../../../storage/failure.ts';
import { type EncoderIdentity, encoderFingerprint, encoderIdentitySchema } from '../identity.ts';

const identityFileSchema = z.object({ schema: z.literal('proofdeck.embeddings/1'), identity: encoderIdentitySchema });

/** Folder of the vectors of one encoder. */
export const cacheFolder = (home: string, identity: EncoderIdentity): string =>
  join(home, 'cache', 'embeddings', encoderFingerprint(identity));

/** The file in it that says whose they are. */
export const identityPath = (folder: string): string => join(folder, 'identity.json');

/** Says whose vectors a folder is going to hold; null when it is written. */
export async function writeIdentity(folder: string, identity: EncoderIdentity): Promise<StorageFailed | null> {
  const text = `${JSON.stringify({ schema: 'proofdeck.embeddings/1', identity }, null, 1)}\n`;
  const written = await replaceFile(identityPath(folder), text);
  return written.kind === 'storageFailed' ? written : null;
}

/** Whose vectors a folder holds; null when it says nothing. Throws what the file system throws. */
export async function readIdentity(folder: string): Promise<EncoderIdentity | 'damaged' | null> {
  try {
    const parsed = identityFileSchema.safeParse(JSON.parse(await readFile(identityPath(folder), 'utf8')));
    return parsed.success ? parsed.data.identity : 'damaged';
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null;
    if (error instanceof SyntaxError) return 'damaged';
    throw error;
  }
}
