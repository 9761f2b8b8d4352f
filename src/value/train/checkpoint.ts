import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { syncFolder } from '../../storage/atomic-file.ts';
import { damaged, hasCode, type StorageFailed, storageFailure } from '../../storage/failure.ts';
import { makeFolder } from '../../storage/make-folder.ts';
import { parseJson } from '../../text/parse-json.ts';
import type { Blocks } from './trainer.ts';

/*
 * <model>/checkpoints/
 *   step-<n>/state.json   where the training stands, and what lies where in the blocks
 *   step-<n>/blocks.bin   weights, moments and vectors of spectral norms, as little-endian floats
 *   best-<n>.bin          the weights of the best validation so far, at step n
 * A checkpoint appears by renaming its folder, so one that is there is whole.
 */

const blockSchema = z.object({ name: z.string(), length: z.int().min(0) });
const blocksSchema = z.object({ layout: z.array(blockSchema), crc: z.int() });

export const bestSchema = z.object({ step: z.int(), rank: z.number(), gap: z.number() });
export type Best = Readonly<z.infer<typeof bestSchema>>;

export const progressSchema = z.object({
  /** Steps that were planned so far, and those among them that were done. */
  step: z.int().min(0),
  done: z.int().min(0),
  best: bestSchema.nullable(),
  /** Validation passes since the best one. */
  waited: z.int().min(0),
});
/** Where a training stands. Random numbers depend on seed and step alone, so they need no state. */
export type Progress = Readonly<z.infer<typeof progressSchema>>;

const checkpointSchema = z.object({
  format: z.literal(1),
  /** Hash of everything that a training must have in common with the one that goes on from here. */
  fingerprint: z.string(),
  progress: progressSchema,
  blocks: blocksSchema,
  bestBlocks: blocksSchema.nullable(),
});

export interface Checkpoint {
  readonly kind: 'checkpoint';
  readonly progress: Progress;
  readonly fingerprint: string;
  readonly blocks: Blocks;
  readonly best: Blocks | null;
}

const kept = 2;
const folderPattern = /^step-(\d+)$/;
const bestPattern = /^best-(\d+)\.bin$/;

export interface CheckpointParts {
  readonly fingerprint: string;
  readonly progress: Progress;
  readonly blocks: Blocks;
  /** The weights of `progress.best`, where there is one. */
  readonly best: Blocks | null;
}

/** Another process has the model's folder now: nothing more may be written to it. */
export interface FolderLost {
  readonly kind: 'folderLost';
}

/**
 * Writes a checkpoint and removes those before the last two. On failure what was there stays as it was.
 * @param mayWrite is asked again before the checkpoint appears: writing one may take seconds
 */
export async function saveCheckpoint(
  folder: string,
  parts: CheckpointParts,
  mayWrite: () => boolean,
): Promise<StorageFailed | FolderLost | null> {
  const { fingerprint, progress, blocks, best } = parts;
  const name = `step-${progress.step}`;
  const temporary = join(folder, `.${name}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`);
  const bestFile = join(temporary, 'best.bin');
  try {
    await makeFolder(folder);
    await mkdir(temporary);
    const bestBlocks = progress.best === null || best === null ? null : await writeBlocks(bestFile, best);
    const state = {
      format: 1,
      fingerprint,
      progress,
      blocks: await writeBlocks(join(temporary, 'blocks.bin'), blocks),
      bestBlocks,
    } satisfies z.infer<typeof checkpointSchema>;
    await writeSynced(join(temporary, 'state.json'), [Buffer.from(JSON.stringify(state, null, 2))]);
    await syncFolder(temporary);
    if (!mayWrite()) {
      await rm(temporary, { recursive: true, force: true });
      return { kind: 'folderLost' };
    }
    // By renaming, since the checkpoint before may depend on a file of that name.
    if (bestBlocks !== null) await rename(bestFile, join(folder, `best-${progress.best?.step}.bin`));
    await rm(join(folder, name), { recursive: true, force: true });
    await rename(temporary, join(folder, name));
    await syncFolder(folder);
    await prune(folder, progress.best?.step ?? null);
    return null;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    return storageFailure(error, join(folder, name), 'write the checkpoint');
  }
}

async function writeBlocks(path: string, blocks: Blocks): Promise<z.infer<typeof blocksSchema>> {
  const parts = [...blocks.values()].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  await writeSynced(path, parts);
  return {
    layout: [...blocks].map(([name, { length }]) => ({ name, length })),
    crc: parts.reduce((crc, part) => crc32(part, crc), 0),
  };
}

async function writeSynced(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Steps of the checkpoints in a folder, newest first; empty when there is none. */
export async function listCheckpoints(folder: string): Promise<readonly number[] | StorageFailed> {
  try {
    const names = await readdir(folder);
    return names
      .flatMap((name) => folderPattern.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => b - a);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    return storageFailure(error, folder, 'list the checkpoints in');
  }
}

/** Reads the checkpoint of a step. */
export async function loadCheckpoint(folder: string, step: number): Promise<Checkpoint | StorageFailed> {
  const path = join(folder, `step-${step}`);
  try {
    const text = await readFile(join(path, 'state.json'), 'utf8');
    const parsed = checkpointSchema.safeParse(parseJson(text));
    if (!parsed.success) return damaged(path, `${path}/state.json is damaged: remove the folder ${path}`);
    const { fingerprint, progress, blocks, bestBlocks } = parsed.data;
    const read = await readBlocks(join(path, 'blocks.bin'), blocks);
    if ('kind' in read) return read;
    const bestPath = join(folder, `best-${progress.best?.step}.bin`);
    const best = bestBlocks === null ? null : await readBlocks(bestPath, bestBlocks);
    if (best !== null && 'kind' in best) return best;
    return { kind: 'checkpoint', progress, fingerprint, blocks: read, best };
  } catch (error) {
    return storageFailure(error, path, 'read the checkpoint');
  }
}

async function readBlocks(
  path: string,
  { layout, crc }: z.infer<typeof blocksSchema>,
): Promise<Blocks | StorageFailed> {
  const bytes = await readFile(path);
  const size = layout.reduce((sum, { length }) => sum + 4 * length, 0);
  if (bytes.length !== size || crc32(bytes) !== crc)
    return damaged(path, `${path} is damaged: remove the checkpoint it belongs to and go on from the one before`);
  const aligned = new Uint8Array(bytes).buffer;
  let at = 0;
  return new Map(
    layout.map(({ name, length }) => {
      const block = new Float32Array(aligned, at, length);
      at += 4 * length;
      return [name, block];
    }),
  );
}

/** Leaves the last checkpoints, and the best weights that these name. */
async function prune(folder: string, best: number | null): Promise<void> {
  const steps = await listCheckpoints(folder);
  if ('kind' in steps) return;
  const left = new Set<number | null>([best]);
  for (const [i, step] of steps.entries()) {
    if (i >= kept) await rm(join(folder, `step-${step}`), { recursive: true, force: true });
    else left.add(await bestOf(join(folder, `step-${step}`, 'state.json')));
  }
  for (const name of await readdir(folder)) {
    const number = bestPattern.exec(name)?.[1];
    const isTemporary = name.endsWith('.tmp') && name.startsWith('.step-');
    if ((number !== undefined && !left.has(Number(number))) || isTemporary)
      await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function bestOf(path: string): Promise<number | null> {
  const parsed = checkpointSchema.safeParse(parseJson(await readFile(path, 'utf8')));
  return parsed.success ? (parsed.data.progress.best?.step ?? null) : null;
}
