import { join } from 'node:path';
import { replaceFile } from '../../../storage/atomic-file.ts';
import { type StorageFailed, storageFailure } from '../../../storage/failure.ts';
import { makeFolder } from '../../../storage/make-folder.ts';
import { exportHead } from '../../head/export.ts';
import { HEAD_FILE, modelsFolder } from '../../score/locate.ts';
import { cosine, SAME_MODEL_AGREEMENT } from '../agreement.ts';
import { EmbeddingCache } from '../cache/embedding-cache.ts';
import type { StateEncoder } from '../encoder.ts';
import { type EncoderIdentity, encoderFingerprint } from '../identity.ts';
import { type BurnTensor, readBurnRecord } from './burn-record.ts';
import { type EmbeddingRow, type EmbeddingsRead, embeddingWidth, fileHash, readEmbeddings } from './embeddings-file.ts';
import type { ReferenceParts } from './find-parts.ts';
import { type ReferenceHeadConfig, readReferenceConfig, referenceWeights } from './reference-head.ts';

export interface ImportWish {
  readonly parts: ReferenceParts;
  /** What the head, and vectors of an encoder that is not at hand, are to be called. */
  readonly name: string;
  readonly home: string;
  /** The encoder that made the vectors, when it is at hand: it is compared with them. */
  readonly encoder: StateEncoder | null;
  readonly signal: AbortSignal;
}

export type PartName = 'config' | 'weights' | 'embeddings';

/** What became of one file. */
export interface ImportedPart {
  readonly part: PartName;
  readonly path: string | null;
  readonly status: 'read' | 'absent' | 'unreadable';
  /** What was read, or exactly what could not be. */
  readonly message: string;
}

export interface ImportReport {
  readonly parts: readonly ImportedPart[];
  /** Whose the vectors are; null when neither vectors nor an encoder tell. */
  readonly encoder: EncoderIdentity | null;
  readonly embeddings: (EmbeddingsRead & { readonly folder: string; readonly added: number }) | null;
  /** The head that was made; null with the reason. */
  readonly head: { readonly file: string; readonly logTemperature: number | null } | null;
  readonly noHead: string | null;
}

/** States of a file that are encoded anew, to see that they are of the encoder that is said to have made them. */
const COMPARED_STATES = 8;

/** Reads what is there of a value model of the reference: its vectors into the cache, its head into a file of ours. */
export async function importReference(wish: ImportWish): Promise<ImportReport> {
  const { parts, encoder } = wish;
  const told: ImportedPart[] = [];
  const tell = (part: PartName, status: ImportedPart['status'], message: string): null => {
    told.push({ part, path: parts[part], status, message });
    return null;
  };
  const config = await readConfig(parts.config, tell);
  const tensors = await readWeights(parts.weights, tell);
  const vectors = await importVectors(wish, config, tell);
  const identity = vectors?.identity ?? encoder?.identity ?? null;
  const made = await makeHead(wish, config, tensors, identity);
  const isMade = typeof made !== 'string';
  return {
    parts: told,
    encoder: identity,
    embeddings: vectors?.embeddings ?? null,
    head: isMade ? made : null,
    noHead: isMade ? null : made,
  };
}

type Tell = (part: PartName, status: ImportedPart['status'], message: string) => null;

async function readConfig(path: string | null, tell: Tell): Promise<ReferenceHeadConfig | null> {
  if (path === null) return tell('config', 'absent', 'no energy_head_config.json: the shape of the head is not known');
  const read = await readReferenceConfig(path);
  if (read.kind !== 'headConfig') return tell('config', 'unreadable', read.message);
  const { head, width } = read;
  tell('config', 'read', `${[width, ...head.hidden, 1].join('-')}${head.spectralNorm ? ', spectral norm' : ''}`);
  return read;
}

async function readWeights(path: string | null, tell: Tell): Promise<readonly BurnTensor[] | null> {
  if (path === null) return tell('weights', 'absent', 'no final.mpk, final/model.mpk, model.mpk or step_N');
  const read = await readBurnRecord(path);
  if (read.kind !== 'record') return tell('weights', 'unreadable', read.message);
  const numbers = read.tensors.reduce((sum, { values }) => sum + values.length, 0);
  tell(
    'weights',
    'read',
    `${numbers} numbers in ${read.tensors.length} parameters, of Burn ${read.version ?? '(no version)'}`,
  );
  return read.tensors;
}

interface ImportedVectors {
  readonly identity: EncoderIdentity;
  readonly embeddings: NonNullable<ImportReport['embeddings']>;
}

async function importVectors(
  { parts: { embeddings: path }, name, home, encoder, signal }: ImportWish,
  config: ReferenceHeadConfig | null,
  tell: Tell,
): Promise<ImportedVectors | null> {
  if (path === null) return tell('embeddings', 'absent', 'no embeddings.parquet');
  const found = await embeddingWidth(path);
  if (typeof found !== 'number') return tell('embeddings', 'unreadable', found.message);
  const width = config?.width ?? found;
  if (found !== width)
    return tell('embeddings', 'unreadable', `${path} has vectors of ${found} numbers, the head takes ${width}`);
  if (encoder !== null && encoder.identity.width !== width)
    return tell(
      'embeddings',
      'unreadable',
      `${path} has vectors of ${width} numbers, ${encoder.identity.name} makes ${encoder.identity.width}`,
    );
  const source = await fileHash(path);
  if (typeof source !== 'string') return tell('embeddings', 'unreadable', source.message);
  const identity: EncoderIdentity = encoder?.identity ?? { kind: 'imported', name: `imported:${name}`, width, source };
  const opened = await EmbeddingCache.open(home, identity);
  if (opened.kind === 'storageFailed') return tell('embeddings', 'unreadable', opened.message);
  const { cache } = opened;
  try {
    const before = cache.statistics().states;
    let compared = false;
    let objection: string | null = null;
    const read = await readEmbeddings(path, width, async (rows) => {
      if (encoder !== null && !compared && rows.length > 0) {
        compared = true;
        objection = await whyNotOf(encoder, rows.slice(0, COMPARED_STATES), signal);
        if (objection !== null) return stopped(path, objection);
      }
      return cache.write(rows);
    });
    if (read.kind === 'storageFailed') return tell('embeddings', 'unreadable', objection ?? read.message);
    const { rows, zero, otherLength, notFinite } = read;
    const left = zero + otherLength + notFinite;
    tell(
      'embeddings',
      'read',
      `${rows - left} of ${rows} vectors of ${width} numbers${left === 0 ? '' : `; left out: ${zero} of zeros, ${otherLength} of another length, ${notFinite} with what is no number`}`,
    );
    return { identity, embeddings: { ...read, folder: cache.folder, added: cache.statistics().states - before } };
  } finally {
    await cache.close();
  }
}

const stopped = (path: string, message: string): StorageFailed => ({
  kind: 'storageFailed',
  code: 'other',
  path,
  message,
});

/** Why vectors are not of this encoder; null when they are. */
async function whyNotOf(
  encoder: StateEncoder,
  rows: readonly EmbeddingRow[],
  signal: AbortSignal,
): Promise<string | null> {
  const { name } = encoder.identity;
  const answer = await encoder.encodeEach(
    rows.map(({ text }) => text),
    signal,
  );
  if (answer.kind === 'encodeFailed') return `the vectors cannot be compared with those of ${name}: ${answer.message}`;
  for (const [i, one] of answer.texts.entries()) {
    if (one.kind === 'failed') continue;
    const agreement = cosine(one.vector, (rows[i] as EmbeddingRow).vector);
    if (agreement < SAME_MODEL_AGREEMENT)
      return `the vectors are not those that ${name} gives (cosine ${agreement.toFixed(3)}, expected at least ${SAME_MODEL_AGREEMENT}): another model, pooling or type of numbers made them; import them without --encoder, under a name of their own`;
  }
  return null;
}

async function makeHead(
  { name, home }: ImportWish,
  config: ReferenceHeadConfig | null,
  tensors: readonly BurnTensor[] | null,
  identity: EncoderIdentity | null,
): Promise<NonNullable<ImportReport['head']> | string> {
  if (tensors === null) return 'no head: its weights are missing';
  if (config === null) return 'no head: its configuration is missing';
  if (identity === null)
    return 'no head: nothing says whose vectors it takes; name the encoder with --encoder, or give the embeddings.parquet that it was trained on';
  if (identity.width !== config.width)
    return `no head: it takes vectors of ${config.width} numbers, ${identity.name} makes ${identity.width}`;
  const read = referenceWeights(tensors, config);
  if (read.kind === 'otherHead') return `no head: ${read.message}`;
  const bytes = exportHead(read.weights, {
    head: config.head,
    encoder: { fingerprint: encoderFingerprint(identity), identity },
    training: null,
    scale: { energy: null, logProb: null },
  });
  const folder = join(modelsFolder(home), name);
  const file = join(folder, HEAD_FILE);
  try {
    await makeFolder(folder);
  } catch (error) {
    return `no head: ${storageFailure(error, folder, 'make the folder of the model').message}`;
  }
  const written = await replaceFile(file, bytes);
  if (written.kind === 'storageFailed') return `no head: ${written.message}`;
  return { file, logTemperature: read.logTemperature };
}
