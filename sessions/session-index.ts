import { copyFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Adapter, Low } from 'lowdb';
import { z } from 'zod';
import { replaceFile } from '../src/storage/atomic-file.ts';
import { hasCode, type StorageFailed, storageFailure } from '../src/storage/failure.ts';
import { acquireLockSoon, describeHolder, isOwn, lockHolder } from '../src/storage/lock.ts';
import { makeFolder } from '../src/storage/make-folder.ts';
import { EventLog } from './event-log.ts';
import { listSessionIds, lockPath, logPath } from './session-folders.ts';
import { addToDigest, emptyDigest, type SessionDigest, sessionDigestSchema } from './summary.ts';
import type { SessionSummary } from './workbench.ts';

const indexSchema = z.object({
  schema: z.literal('proofdeck.sessions/1'),
  sessions: z.record(z.string(), sessionDigestSchema),
});
type Index = z.infer<typeof indexSchema>;

const lockPatienceMs = 3000;

export type IndexResult = { readonly kind: 'indexed'; readonly notices: readonly string[] } | StorageFailed;
export type ListResult =
  | { readonly kind: 'listed'; readonly sessions: readonly SessionSummary[]; readonly notices: readonly string[] }
  | StorageFailed;

function indexPath(home: string): string {
  return join(home, 'sessions.json');
}

/** Reads and writes `sessions.json` for lowdb: checked on read, with the last good one kept as `.bak`, synced on write. */
class IndexFile implements Adapter<Index> {
  readonly #path: string;
  /** Why a write failed; lowdb itself has no failures that are values. */
  failure: StorageFailed | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** The index, its backup when it is missing or damaged, or null when there is neither: all of it can be rebuilt. */
  async read(): Promise<Index | null> {
    return (await readIndex(this.#path)) ?? (await readIndex(`${this.#path}.bak`));
  }

  async write(index: Index): Promise<void> {
    if ((await readIndex(this.#path)) !== null) await copyFile(this.#path, `${this.#path}.bak`);
    const result = await replaceFile(this.#path, `${JSON.stringify(index, null, 1)}\n`);
    this.failure = result.kind === 'storageFailed' ? result : null;
  }
}

async function readIndex(path: string): Promise<Index | null> {
  try {
    const parsed = indexSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Puts one session's digest into the index; other processes that do so at the same moment wait their turn. */
export async function indexSession(home: string, digest: SessionDigest): Promise<IndexResult> {
  return changeIndex(home, async (index) => {
    index.sessions[digest.id] = digest;
    return [];
  });
}

/** Takes a deleted session out of the index. */
export async function unindexSession(home: string, id: string): Promise<IndexResult> {
  return changeIndex(home, async (index) => {
    delete index.sessions[id];
    return [];
  });
}

/**
 * All sessions, newest first. The index is brought up to date with the session folders on the way: what a killed process
 * did not enter, or a lost index held, is read from the logs.
 */
export async function listSessions(home: string): Promise<ListResult> {
  try {
    let index: Index = { schema: 'proofdeck.sessions/1', sessions: {} };
    let notices: readonly string[] = [];
    const stored = await new IndexFile(indexPath(home)).read();
    if (stored !== null) index = stored;
    if (stored === null || (await differs(home, index))) {
      const result = await changeIndex(home, async (current) => {
        const found = await reconcile(home, current);
        index = current;
        return found;
      });
      if (result.kind === 'indexed') notices = [...result.notices];
      else {
        // A home that cannot be written can still be looked at.
        notices = [result.message, ...(await reconcile(home, index))];
      }
    }
    const sessions = Object.values(index.sessions)
      .filter(({ events }) => events > 0)
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .map((digest) => summaryOf(home, digest));
    return { kind: 'listed', sessions, notices };
  } catch (error) {
    return storageFailure(error, indexPath(home), 'read');
  }
}

/** A digest for show, with what only the lock tells: a search without a writer does not run. */
export function summaryOf(home: string, digest: SessionDigest): SessionSummary {
  const { id, createdAt, lastT, title, events, bytes } = digest;
  const holder = lockHolder(lockPath(home, id));
  const searches = digest.searches.map((search) =>
    holder === null && search.status === 'running' ? { ...search, status: 'paused' as const } : search,
  );
  const updatedAt = new Date(Date.parse(createdAt) + lastT).toISOString();
  return { id, createdAt, updatedAt, title, searches, events, bytes, openElsewhere: holder !== null && !isOwn(holder) };
}

async function changeIndex(home: string, change: (index: Index) => Promise<readonly string[]>): Promise<IndexResult> {
  const path = indexPath(home);
  try {
    await makeFolder(home);
    const locked = await acquireLockSoon(`${path}.lock`, lockPatienceMs);
    if (locked.kind === 'storageFailed') return locked;
    if (locked.kind === 'heldBy')
      return {
        kind: 'storageFailed',
        code: 'other',
        path,
        message: `${path} is locked by ${describeHolder(locked.holder)}; if that process is stuck, end it`,
      };
    try {
      const file = new IndexFile(path);
      const index = new Low<Index>(file, { schema: 'proofdeck.sessions/1', sessions: {} });
      await index.read();
      const notices = await change(index.data);
      await index.write();
      return file.failure ?? { kind: 'indexed', notices };
    } finally {
      locked.lock.release();
    }
  } catch (error) {
    return storageFailure(error, path, 'update');
  }
}

async function differs(home: string, index: Index): Promise<boolean> {
  const ids = await listSessionIds(home);
  if (ids.length !== Object.keys(index.sessions).length) return true;
  for (const id of ids) if (index.sessions[id]?.bytes !== (await logBytes(home, id))) return true;
  return false;
}

/** Makes the index agree with the folders, reading only what was added to each log; returns notices about damaged ones. */
async function reconcile(home: string, index: Index): Promise<readonly string[]> {
  const ids = new Set(await listSessionIds(home));
  for (const id of Object.keys(index.sessions)) if (!ids.has(id)) delete index.sessions[id];
  const notices: string[] = [];
  for (const id of ids) {
    const known = index.sessions[id];
    const bytes = await logBytes(home, id);
    if (bytes === null || known?.bytes === bytes) continue;
    const digest = known === undefined || known.bytes > bytes ? emptyDigest(id) : known;
    index.sessions[id] = digest;
    const problem = await bringUpToDate(home, digest);
    digest.bytes = bytes;
    if (problem !== null) notices.push(problem);
  }
  return notices;
}

/** Reads what a log has gained; of a damaged one, the part before the damage counts. Returns what is wrong with it. */
async function bringUpToDate(home: string, digest: SessionDigest): Promise<string | null> {
  const log = new EventLog(logPath(home, digest.id), { events: digest.events, bytes: digest.end });
  const result = await log.readOn((record) => addToDigest(digest, record));
  digest.end = log.bytes;
  return result.kind === 'storageFailed' ? result.message : null;
}

async function logBytes(home: string, id: string): Promise<number | null> {
  try {
    return (await stat(logPath(home, id))).size;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
