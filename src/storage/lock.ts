import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { hasCode, type StorageFailed, storageFailure } from './failure.ts';
import { liveness, ownIdentity } from './process-identity.ts';

const holderSchema = z.object({
  pid: z.number(),
  host: z.string(),
  startTicks: z.number().nullable(),
  boot: z.string().nullable(),
  nonce: z.string(),
  since: z.string(),
});
/** Who holds a lock file. */
export type LockHolder = Readonly<z.infer<typeof holderSchema>>;

export interface Lock {
  readonly path: string;
  readonly holder: LockHolder;
  /** Whether the lock is still ours; a few microseconds, so it can be asked before every write. */
  stillOurs(): boolean;
  release(): void;
}

export type LockResult =
  | {
      readonly kind: 'locked';
      readonly lock: Lock /** The live holder that had to give way. */;
      readonly takenFrom: LockHolder | null;
    }
  | { readonly kind: 'heldBy'; readonly holder: LockHolder }
  | StorageFailed;

/** How long an owner that lost the race may need to finish the write that it had begun. */
const settleMs = 20;

/**
 * Takes a lock file. A lock whose process is gone is taken over at once; a live one only with `takeOver`, and then its
 * former holder finds out by `stillOurs`.
 */
export async function acquireLock(path: string, options: { readonly takeOver?: boolean } = {}): Promise<LockResult> {
  const own: LockHolder = {
    ...ownIdentity(),
    nonce: randomBytes(6).toString('hex'),
    since: new Date().toISOString(),
  };
  const temporary = `${path}.${own.nonce}.tmp`;
  try {
    writeFileSync(temporary, JSON.stringify(own));
    let before: LockHolder | 'none' | 'damaged';
    do {
      if (linked(temporary, path)) return { kind: 'locked', lock: lockAt(path, own), takenFrom: null };
      before = readHolder(path);
    } while (before === 'none');
    if (before !== 'damaged' && !options.takeOver && liveness(before) !== 'gone')
      return { kind: 'heldBy', holder: before };
    const gaveWay = before !== 'damaged' && liveness(before) !== 'gone' ? before : null;
    // Replacing by rename is atomic. Of several that do it at the same moment the last one wins, and each looks again.
    renameSync(temporary, path);
    await wait(settleMs);
    const after = readHolder(path);
    if (typeof after !== 'string' && after.nonce !== own.nonce) return { kind: 'heldBy', holder: after };
    return { kind: 'locked', lock: lockAt(path, own), takenFrom: gaveWay };
  } catch (error) {
    return storageFailure(error, path, 'lock');
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Takes a lock that others hold for moments only, waiting up to `patienceMs`. */
export async function acquireLockSoon(path: string, patienceMs: number): Promise<LockResult> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const result = await acquireLock(path);
    if (result.kind !== 'heldBy' || performance.now() >= deadline) return result;
    await wait(5 + Math.random() * 20);
  }
}

/** Who holds the lock now, leaving out holders that are gone; null when nobody does. */
export function lockHolder(path: string): LockHolder | null {
  const holder = readHolder(path);
  return typeof holder !== 'string' && liveness(holder) !== 'gone' ? holder : null;
}

/** Whether this very process holds the lock. */
export function isOwn({ pid, host }: LockHolder): boolean {
  const own = ownIdentity();
  return pid === own.pid && host === own.host;
}

/** `process 123 on host name, since 17:20` for messages. */
export function describeHolder(holder: LockHolder): string {
  return `process ${holder.pid} on ${holder.host}, since ${holder.since}`;
}

function lockAt(path: string, holder: LockHolder): Lock {
  const own = statSync(path);
  // The inode number alone would not do: a file system gives the number of a removed file to a new one.
  const stillOurs = (): boolean => {
    const now = statSync(path, { throwIfNoEntry: false });
    return now !== undefined && now.ino === own.ino && now.mtimeMs === own.mtimeMs;
  };
  const release = (): void => {
    if (stillOurs()) rmSync(path, { force: true });
  };
  return { path, holder, stillOurs, release };
}

/** A lock file appears with its contents at once, so an unreadable one is damaged and nobody's. */
function readHolder(path: string): LockHolder | 'none' | 'damaged' {
  try {
    const parsed = holderSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : 'damaged';
  } catch (error) {
    if (error instanceof SyntaxError) return 'damaged';
    if (hasCode(error, 'ENOENT')) return 'none';
    throw error;
  }
}

function linked(temporary: string, path: string): boolean {
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].some((code) => hasCode(error, code))) throw error;
    return created(path, readFileSync(temporary));
  }
}

/** For file systems without hard links (exFAT, some FUSE). */
function created(path: string, contents: Uint8Array): boolean {
  try {
    writeFileSync(path, contents, { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}
