import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import { acquireLock, describeHolder, type Lock, type LockHolder, lockHolder } from '../../src/storage/lock.ts';
import { makeFolder } from '../../src/storage/make-folder.ts';
import { HEAD_FILE } from '../../src/value/score/locate.ts';
import { type Checkpoint, listCheckpoints, loadCheckpoint } from '../../src/value/train/checkpoint.ts';
import {
  checkpointsFolder,
  lockFile,
  logFile,
  manifestFile,
  processLogFile,
  readTrainingManifest,
  type TrainingManifest,
} from './manifest.ts';
import type { TakenOver } from './training-wish.ts';

/** The folder of a model, with this process as its only writer. */
export interface HeldModel {
  readonly kind: 'held';
  readonly folder: string;
  readonly lock: Lock;
  /** Null for a new one. */
  readonly manifest: TrainingManifest | null;
  readonly hasHead: boolean;
}

/** Takes the folder of a model, making it where there is none. */
export async function holdModel(
  folder: string,
): Promise<HeldModel | { readonly kind: 'heldBy'; readonly holder: LockHolder } | StorageFailed> {
  try {
    await makeFolder(folder);
  } catch (error) {
    return storageFailure(error, folder, 'make the folder of the model');
  }
  const lock = await acquireLock(join(folder, lockFile), { beats: true });
  if (lock.kind !== 'locked') return lock;
  const manifest = await readTrainingManifest(folder);
  if (manifest !== null && 'kind' in manifest) {
    lock.lock.release();
    return manifest;
  }
  return { kind: 'held', folder, lock: lock.lock, manifest, hasHead: existsSync(join(folder, HEAD_FILE)) };
}

/**
 * Who has a folder whose lock is ours no more, in words.
 * @param remedy what to do about it
 */
export function takenOver({ path }: Lock, remedy = 'go on with --resume once it has ended'): TakenOver {
  const holder = lockHolder(path);
  const who = holder === null ? 'another process, gone by now,' : describeHolder(holder);
  return {
    kind: 'takenOver',
    message: `${who} has taken the training over: nothing more is written here; watch it on the Training screen, or ${remedy}`,
  };
}

/**
 * Removes the folder of a training that was never begun. One in which anything else stands is left alone, since `--out` may
 * name any folder. Never rejects.
 */
export async function removeBeginning(folder: string): Promise<void> {
  try {
    const own: ReadonlySet<string> = new Set([manifestFile, logFile, processLogFile]);
    const names = await readdir(folder);
    if (!names.every((name) => own.has(name))) return;
    if (names.includes(logFile) && (await stat(join(folder, logFile))).size > 0) return;
    await rm(folder, { recursive: true });
  } catch {
    // What cannot be removed is in nobody's way: a training begins in a folder that is there, too.
  }
}

export interface NewestCheckpoint {
  readonly kind: 'newest';
  /** Null when there is none: training begins again. */
  readonly checkpoint: Checkpoint | null;
  /** Those that could not be used, in words. */
  readonly problems: readonly string[];
}

/** The newest checkpoint that can be read. One of another training is refused, not passed over. */
export async function newestCheckpoint(
  folder: string,
  fingerprint: string,
): Promise<NewestCheckpoint | StorageFailed | { readonly kind: 'otherTraining'; readonly message: string }> {
  const checkpoints = join(folder, checkpointsFolder);
  const steps = await listCheckpoints(checkpoints);
  if ('kind' in steps) return steps;
  const problems: string[] = [];
  for (const step of steps) {
    const loaded = await loadCheckpoint(checkpoints, step);
    if (loaded.kind === 'storageFailed') problems.push(loaded.message);
    else if (loaded.fingerprint === fingerprint) return { kind: 'newest', checkpoint: loaded, problems };
    else
      return {
        kind: 'otherTraining',
        message: `the checkpoint step-${step} in ${checkpoints} is of another training: its data, settings or encoder differ; train under another --name`,
      };
  }
  return { kind: 'newest', checkpoint: null, problems };
}
