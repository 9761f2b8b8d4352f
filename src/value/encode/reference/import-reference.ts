import { join } from 'node:path';
import { replaceFile } from '../../../storage/atomic-file.ts';
import { storageFailure } from '../../../storage/failure.ts';
import { makeFolder } from '../../../storage/make-folder.ts';
import { exportHead } from '../../head/export.ts';
import { HEAD_FILE, modelsFolder } from '../../score/locate.ts';
import type { StateEncoder } from '../encoder.ts';
import { type EncoderIdentity, encoderFingerprint } from '../identity.ts';
import { type BurnTensor, readBurnRecord } from './burn-record.ts';
import type { EmbeddingsRead } from './embeddings-file.ts';
import type { ReferenceParts } from './find-parts.ts';
import { type ImportVectorsResult, importVectors } from './import-vectors.ts';
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
  const vectors = await readVectors(wish, config, tell);
  const found = vectors?.kind === 'vectors' ? vectors : null;
  const identity = found?.identity ?? encoder?.identity ?? null;
  const made =
    vectors?.kind === 'refused' ? `no head: ${vectors.message}` : await makeHead(wish, config, tensors, identity);
  const isMade = typeof made !== 'string';
  return {
    parts: told,
    encoder: identity,
    embeddings: found?.embeddings ?? null,
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

async function readVectors(
  { parts: { embeddings: path }, name, home, encoder, signal }: ImportWish,
  config: ReferenceHeadConfig | null,
  tell: Tell,
): Promise<ImportVectorsResult | null> {
  if (path === null) return tell('embeddings', 'absent', 'no embeddings.parquet');
  const result = await importVectors({ path, name, home, encoder, headWidth: config?.width ?? null, signal });
  if (result.kind !== 'vectors') {
    tell('embeddings', 'unreadable', result.message);
    return result;
  }
  const { rows, zero, otherLength, notFinite } = result.embeddings;
  const left = zero + otherLength + notFinite;
  const leftOut = `; left out: ${zero} of zeros, ${otherLength} of another length, ${notFinite} with what is no number`;
  tell(
    'embeddings',
    'read',
    `${rows - left} of ${rows} vectors of ${result.identity.width} numbers${left === 0 ? '' : leftOut}`,
  );
  return result;
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
