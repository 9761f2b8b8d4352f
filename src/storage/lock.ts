import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  futimesSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
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
  /** Its process touches the file again and again while it lives; absent in locks that are never touched. */
  beats: z.boolean().optional(),
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
const beatMs = 10_000;
/** Whether a process on another machine lives cannot be asked; one that has been silent for so long is gone. */
const silentMs = 60_000;

export interface LockOptions {
  /** Takes the lock also from a live holder. @default false */
  readonly takeOver?: boolean;
  /**
   * Touches the file every few seconds, so that other machines see whether we live: a machine that is gone for good, as
   * rented ones are, must not hold its lock for ever. @default false
   */
  readonly beats?: boolean;
  /** Milliseconds between two touches. @default 10 s */
  readonly beatMs?: number;
}

/**
 * Takes a lock file. A lock whose process is gone is taken over at once; a live one only with `takeOver`, and then its
 * former holder finds out by `stillOurs`.
 */
export async function acquireLock(path: string, options: LockOptions = {}): Promise<LockResult> {
  const own: LockHolder = {
    ...ownIdentity(),
    nonce: randomBytes(6).toString('hex'),
    since: new Date().toISOString(),
    ...(options.beats && { beats: true }),
  };
  const temporary = `${path}.${own.nonce}.tmp`;
  try {
    writeFileSync(temporary, JSON.stringify(own));
    let before: LockHolder | 'none' | 'damaged';
    do {
      if (linked(temporary, path)) return { kind: 'locked', lock: lockAt(path, own, options.beatMs), takenFrom: null };
      before = readHolder(path);
    } while (before === 'none');
    const alive = before === 'damaged' || isGone(before, path) ? null : before;
    if (alive !== null && !options.takeOver) return { kind: 'heldBy', holder: alive };
    // Replacing by rename is atomic. Of several that do it at the same moment the last one wins, and each looks again.
    renameSync(temporary, path);
    await wait(settleMs);
    const after = readHolder(path);
    if (typeof after !== 'string' && after.nonce !== own.nonce) return { kind: 'heldBy', holder: after };
    return { kind: 'locked', lock: lockAt(path, own, options.beatMs), takenFrom: alive };
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
  return typeof holder !== 'string' && !isGone(holder, path) ? holder : null;
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

function isGone(holder: LockHolder, path: string): boolean {
  const alive = liveness(holder);
  if (alive !== 'unknown') return alive === 'gone';
  if (holder.beats !== true) return false;
  const file = statSync(path, { throwIfNoEntry: false });
  return file === undefined || Date.now() - file.mtimeMs > silentMs;
}

function lockAt(path: string, holder: LockHolder, everyMs = beatMs): Lock {
  let own = statSync(path);
  // The inode number alone would not do: a file system gives the number of a removed file to a new one.
  const stillOurs = (): boolean => {
    const now = statSync(path, { throwIfNoEntry: false });
    return now !== undefined && now.ino === own.ino && now.mtimeMs === own.mtimeMs;
  };
  const beat = (): void => {
    // Another's lock must not be touched: it would be taken for a stolen one. So the file is opened first, and looked at then.
    const file = openSync(path, 'r');
    try {
      if (fstatSync(file).ino !== own.ino || !stillOurs()) return;
      futimesSync(file, new Date(), new Date());
      own = fstatSync(file);
    } finally {
      closeSync(file);
    }
  };
  const timer =
    holder.beats === true
      ? setInterval(() => {
          try {
            beat();
          } catch {
            // The file has gone, or the disk does not answer; whoever writes finds out.
          }
        }, everyMs).unref()
      : null;
  const release = (): void => {
    if (timer !== null) clearInterval(timer);
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
