import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkEntry } from './manifest.ts';

/** Entries of other versions that stay, most recently used first. */
const KEPT_ENTRIES = 3;
/** No build takes so long: what is older was left by a killed one of another version. */
const ABANDONED_MS = 3600_000;
const BUILDING = '.building-';
const DISCARDED = '.discarded-';

/** An empty folder to build the entry `key` in. */
export function makeBuildFolder(parent: string, key: string): string {
  const folder = join(parent, `${BUILDING}${key}-${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(folder);
  return folder;
}

/** Removes a folder if it is there. Tries again, for another process may be removing the same. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

/** Takes an entry away in one step, then deletes it. */
export function discardEntry(folder: string): void {
  const aside = join(folder, '..', `${DISCARDED}${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    renameSync(folder, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  removeFolder(aside);
}

/** A folder cannot replace one that is not empty: what is damaged goes aside first. */
export function publish(temporary: string, folder: string, key: string): void {
  if (checkEntry(folder, key, false).kind === 'good') return;
  discardEntry(folder);
  renameSync(temporary, folder);
}

/** What killed builders of this entry left behind. The lock is ours, so nobody builds in them. */
export function removeLeftovers(parent: string, key: string): void {
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    const isAbandoned = name.startsWith(BUILDING) && Date.now() - lastUsed(path) > ABANDONED_MS;
    if (isAbandoned || name.startsWith(`${BUILDING}${key}-`) || name.startsWith(DISCARDED)) removeFolder(path);
  }
}

/** Removes entries of other versions but for the few used last. */
export function removeOldEntries(parent: string, key: string): void {
  const entries = readdirSync(parent).filter((name) => /^[0-9a-f]{16}$/.test(name) && name !== key);
  entries.sort((a, b) => lastUsed(join(parent, b)) - lastUsed(join(parent, a)));
  for (const name of entries.slice(KEPT_ENTRIES)) discardEntry(join(parent, name));
}

function lastUsed(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
