import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { processFacts } from '../../storage/process-table.ts';

/** A lock whose holder has not renewed it for this long is stale, whoever holds it. */
const STALE_MS = 60_000;
/** A lock file without a readable record is one that is just being written, unless it is older than this. */
const UNREADABLE_STALE_MS = 5000;
/** Each renewal overwrites the record in place; with a fixed length no reader sees a mixture of two lengths. */
const RECORD_BYTES = 512;

const recordSchema = z.object({
  pid: z.number().int(),
  host: z.string(),
  /** When the process started, in the system's own units; tells a reused pid. */
  started: z.string().nullable(),
  fraction: z.number(),
  text: z.string(),
});

export type LockRecord = z.infer<typeof recordSchema>;

export interface HeldLock {
  readonly kind: 'held';
  /** Renews the lock and tells waiting processes how far we are. */
  renew(fraction: number, text: string): void;
  release(): void;
}

export type LockAttempt = HeldLock | { readonly kind: 'busy'; readonly holder: LockRecord | undefined };

/**
 * Takes the lock `file`, or says who holds it. A lock is stale when its process is gone (on this machine) or has not
 * renewed it for a minute; two processes that find the same stale lock may in the worst case both get it, which costs a
 * second build and nothing else, since each works in a folder of its own. Throws the file system's error.
 */
export function tryLock(file: string, now: () => number = Date.now): LockAttempt {
  const held = create(file);
  if (held) return held;
  const found = inspect(file, now());
  if (found.state === 'held') return { kind: 'busy', holder: found.record };
  if (found.state === 'stale') removeStale(file, found.text);
  return create(file) ?? { kind: 'busy', holder: undefined };
}

function create(file: string): HeldLock | undefined {
  let fd: number;
  try {
    fd = openSync(file, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
  const write = (fraction: number, text: string): string => {
    const record: LockRecord = {
      pid: process.pid,
      host: hostname(),
      started: processStart(process.pid),
      fraction,
      text,
    };
    const line = JSON.stringify(record)
      .padEnd(RECORD_BYTES - 1)
      .concat('\n');
    writeSync(fd, line, 0);
    return line;
  };
  let last: string;
  try {
    last = write(0, 'starting');
  } catch (error) {
    closeSync(fd);
    rmSync(file, { force: true });
    throw error;
  }
  return {
    kind: 'held',
    renew: (fraction, text) => {
      try {
        last = write(fraction, text);
      } catch {
        // A full disk stops the build itself; a renewal that fails need not.
        return;
      }
    },
    release: () => {
      closeSync(fd);
      // Somebody may have judged us stale, while this machine slept, and hold the lock now.
      if (readText(file) === last) rmSync(file, { force: true });
    },
  };
}

type Inspection =
  | { readonly state: 'gone' }
  | { readonly state: 'held'; readonly record: LockRecord | undefined }
  | { readonly state: 'stale'; readonly text: string };

function inspect(file: string, now: number): Inspection {
  const text = readText(file);
  const age = text === undefined ? undefined : lockAge(file, now);
  if (text === undefined || age === undefined) return { state: 'gone' };
  const record = parseRecord(text);
  if (!record) return age > UNREADABLE_STALE_MS ? { state: 'stale', text } : { state: 'held', record: undefined };
  const isGone = record.host === hostname() && !isRunning(record);
  return age > STALE_MS || isGone ? { state: 'stale', text } : { state: 'held', record };
}

/** Renames first: of two processes that find the same stale lock only one gets it, and a fresh lock taken by mistake is put back. */
function removeStale(file: string, text: string): void {
  const aside = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, aside);
    if (readText(aside) === text) rmSync(aside, { force: true });
    else renameSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function isRunning(record: LockRecord): boolean {
  try {
    process.kill(record.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const started = processStart(record.pid);
  return started === null || record.started === null || started === record.started;
}

/** Start time of a process in clock ticks since boot; null where the system does not tell (it has no /proc). */
export function processStart(pid: number): string | null {
  const facts = processFacts(pid);
  return facts && String(facts.startTicks);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function lockAge(file: string, now: number): number | undefined {
  const status = statSync(file, { throwIfNoEntry: false });
  return status && now - status.mtimeMs;
}

function parseRecord(text: string): LockRecord | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
