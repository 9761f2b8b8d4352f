import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { damaged, hasCode, type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import { parseJson } from '../../src/text/parse-json.ts';
import { encoderIdentitySchema } from '../../src/value/encode/identity.ts';
import { headConfigSchema } from '../../src/value/head/config.ts';
import { trainingConfigSchema } from '../../src/value/train/config.ts';

/*
 * <home>/models/ebm/<name>/
 *   manifest.json   what is trained, on what                model.onnx      the head, once there is one
 *   events.jsonl    its log (src/value/train/events.ts)     checkpoints/    where it can be gone on from
 */

export const manifestFile = 'manifest.json';
export const logFile = 'events.jsonl';
/** What a detached training prints. */
export const processLogFile = 'process.log';
export const lockFile = 'writer.lock';
export const checkpointsFolder = 'checkpoints';

export const trainingManifestSchema = z.object({
  schema: z.literal('proofdeck.training/1'),
  name: z.string(),
  /** What was typed, without the program. */
  argv: z.array(z.string()),
  createdAt: z.iso.datetime(),
  program: z.string(),
  gitCommit: z.string().nullable(),
  head: headConfigSchema,
  config: trainingConfigSchema,
  encoder: z.object({ name: z.string(), identity: encoderIdentitySchema, fingerprint: z.string() }),
  data: z.object({
    /** Relative to the model's folder, with the hash of what was in each. */
    files: z.array(z.object({ path: z.string(), sha256: z.string() })),
    /** Of the states and labels that were read from them. */
    hash: z.string(),
  }),
  threads: z.int(),
  device: z.enum(['cpu', 'cuda']),
  configuration: z.record(z.string(), z.unknown()),
  host: z.unknown(),
});
/** `manifest.json` of a model: what its training is. Written once; a training that is gone on with follows it. */
export type TrainingManifest = Readonly<z.infer<typeof trainingManifestSchema>>;

/** The manifest of a model's folder; null when there is none. */
export async function readTrainingManifest(folder: string): Promise<TrainingManifest | null | StorageFailed> {
  const path = join(folder, manifestFile);
  try {
    const parsed = trainingManifestSchema.safeParse(parseJson(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : damaged(path, `${path} is no manifest of a training: remove the folder`);
  } catch (error) {
    return hasCode(error, 'ENOENT') ? null : storageFailure(error, path, 'read');
  }
}

/** What a checkpoint and a training that goes on from it must have in common. */
export function trainingFingerprint({
  head,
  config,
  encoder,
  data,
}: Pick<TrainingManifest, 'head' | 'config' | 'encoder' | 'data'>): string {
  const essence = [head, config, encoder.fingerprint, data.hash];
  return createHash('sha256').update(JSON.stringify(essence)).digest('hex');
}
