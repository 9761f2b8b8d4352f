import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, storageFailure } from '../../storage/failure.ts';
import { readIdentity } from './cache/identity-file.ts';
import { allVectors, type EncodeEachResult, type StateEncoder } from './encoder.ts';
import type { EncoderIdentity } from './identity.ts';
import type { OpenEncoderResult } from './open.ts';

/** Stands behind the cache of imported vectors: what is not in it has no vector. */
function importedEncoder(identity: EncoderIdentity): StateEncoder {
  const message = `it is not among the vectors "${identity.name}", and nobody here can encode it as they were`;
  const encodeEach = async (texts: readonly string[]): Promise<EncodeEachResult> => ({
    kind: 'encoded',
    texts: texts.map(() => ({ kind: 'failed', message })),
  });
  return { identity, encodeEach, encode: async (texts) => allVectors(await encodeEach(texts)), close: async () => {} };
}

/** Finds imported vectors by their name, with or without what stands behind its `@`, or by the beginning of their source's hash. */
export async function openImported(name: string, home: string): Promise<OpenEncoderResult> {
  const root = join(home, 'cache', 'embeddings');
  const known: (EncoderIdentity & { readonly kind: 'imported' })[] = [];
  try {
    for (const folder of await readdir(root)) {
      const identity = await readIdentity(join(root, folder));
      if (identity !== null && identity !== 'damaged' && identity.kind === 'imported') known.push(identity);
    }
  } catch (error) {
    if (!hasCode(error, 'ENOENT'))
      return { kind: 'encoderUnavailable', message: storageFailure(error, root, 'read').message };
  }
  const matching = known.filter(
    (one) =>
      one.name === `imported:${name}` ||
      one.name.replace(/@[0-9a-f]+$/, '') === `imported:${name}` ||
      (name.length >= 6 && one.source.startsWith(name)),
  );
  const [found] = matching;
  if (found !== undefined && matching.length === 1) return { kind: 'encoder', encoder: importedEncoder(found) };
  const names = known.map((one) => `${one.name} (${one.source.slice(0, 8)})`).join(', ');
  const there = names === '' ? 'there are none: see proofdeck ebm import' : `there are ${names}`;
  const problem = matching.length > 1 ? 'names several imports' : 'is not imported';
  return { kind: 'encoderUnavailable', message: `"${name}" ${problem}; ${there}` };
}
