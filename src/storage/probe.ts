import { closeSync, fdatasyncSync, openSync, statfsSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type StorageFailed, storageFailure } from './failure.ts';
import { type FileSystem, fileSystemOf } from './file-system.ts';
import { acquireLock } from './lock.ts';
import { makeFolder } from './make-folder.ts';

export interface FolderProbe {
  readonly kind: 'probed';
  readonly folder: string;
  readonly fileSystem: FileSystem;
  readonly freeBytes: number;
  /** One appended line followed by `fdatasync`, in milliseconds. */
  readonly fsyncMedianMs: number;
  readonly fsyncMaxMs: number;
  /** A second opener of a lock was kept out, and the lock was free again after its release. */
  readonly locking: boolean;
  /** What a person should know, each with a remedy. */
  readonly warnings: readonly string[];
}

const syncs = 15;
const slowFsyncMs = 50;
const littleSpaceBytes = 500 * 1024 * 1024;

/** Measures how well a folder keeps sessions; takes some tens of milliseconds, makes the folder if need be. */
export async function probeFolder(folder: string): Promise<FolderProbe | StorageFailed> {
  let scratch: string | null = null;
  try {
    await makeFolder(folder);
    const fileSystem = fileSystemOf(folder);
    const statistics = statfsSync(folder);
    const freeBytes = statistics.bavail * statistics.bsize;
    scratch = await mkdtemp(join(folder, '.probe-'));
    const times = measureSync(join(scratch, 'log'));
    const locking = await lockingWorks(join(scratch, 'lock'));
    const facts = {
      fileSystem,
      freeBytes,
      fsyncMedianMs: times[Math.floor(times.length / 2)] ?? 0,
      fsyncMaxMs: times.at(-1) ?? 0,
      locking,
    };
    return { kind: 'probed', folder, ...facts, warnings: warningsOf(folder, facts) };
  } catch (error) {
    return storageFailure(error, folder, 'use the folder');
  } finally {
    if (scratch !== null) await rm(scratch, { recursive: true, force: true });
  }
}

/** Times in ascending order. */
function measureSync(path: string): readonly number[] {
  const file = openSync(path, 'a');
  try {
    const times = Array.from({ length: syncs }, () => {
      const start = performance.now();
      writeSync(file, `${'x'.repeat(200)}\n`);
      fdatasyncSync(file);
      return performance.now() - start;
    });
    return times.sort((a, b) => a - b);
  } finally {
    closeSync(file);
  }
}

async function lockingWorks(path: string): Promise<boolean> {
  const first = await acquireLock(path);
  const second = await acquireLock(path);
  if (first.kind !== 'locked' || second.kind !== 'heldBy' || !first.lock.stillOurs()) return false;
  first.lock.release();
  const third = await acquireLock(path);
  return third.kind === 'locked';
}

type Facts = Pick<FolderProbe, 'fileSystem' | 'freeBytes' | 'fsyncMedianMs' | 'locking'>;

function warningsOf(folder: string, facts: Facts): readonly string[] {
  const { fileSystem, freeBytes, fsyncMedianMs, locking } = facts;
  const elsewhere = 'choose a local folder with --home or PROOFDECK_HOME';
  const warnings: string[] = [];
  if (fileSystem.network)
    warnings.push(
      `${folder} is on a network file system (${fileSystem.type}): locks between machines cannot be relied on; ${elsewhere}`,
    );
  if (fileSystem.volatile)
    warnings.push(`${folder} is in memory (${fileSystem.type}) and gone after a restart of the machine; ${elsewhere}`);
  if (!locking)
    warnings.push(`lock files do not work in ${folder}: open each session in one process only, or ${elsewhere}`);
  if (fsyncMedianMs > slowFsyncMs)
    warnings.push(
      `saving to disk takes ${Math.round(fsyncMedianMs)} ms in ${folder} (usual: under ${slowFsyncMs}); ${elsewhere}`,
    );
  if (freeBytes < littleSpaceBytes)
    warnings.push(`only ${Math.round(freeBytes / 1e6)} MB are free in ${folder}: free some space`);
  return warnings;
}
