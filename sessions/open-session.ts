import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../src/storage/atomic-file.ts';
import { type StorageFailed, storageFailure } from '../src/storage/failure.ts';
import { acquireLock, describeHolder, type LockHolder, lockHolder } from '../src/storage/lock.ts';
import { openLog } from '../src/storage/log-writer.ts';
import { makeFolder } from '../src/storage/make-folder.ts';
import { EventLog } from './event-log.ts';
import { currentFormat } from './migrations.ts';
import { Session } from './session.ts';
import { lockPath, logPath, newSessionId, resolveSessionId, sessionFolder, sessionsFolder } from './session-folders.ts';
import { unindexSession } from './session-index.ts';
import { addToDigest, emptyDigest } from './summary.ts';

const trashPrefix = '.deleted-';

export interface OpenOptions {
  /** Version of proofdeck, recorded with the session. */
  readonly program: string;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  readonly toolchain?: string;
  /** The value model that is loaded. */
  readonly value?: { readonly name: string; readonly hash: string } | null;
}

export type CreateResult = { readonly kind: 'created'; readonly session: Session } | StorageFailed;

/** Makes a session in `<home>/sessions`, with this process as its writer. */
export async function createSession(home: string, options: OpenOptions): Promise<CreateResult> {
  const now = options.now ?? Date.now;
  const createdAt = new Date(now());
  const id = newSessionId(createdAt);
  const folder = sessionFolder(home, id);
  try {
    await makeFolder(folder);
  } catch (error) {
    return storageFailure(error, folder, 'make the session folder');
  }
  const digest = { ...emptyDigest(id), createdAt: createdAt.toISOString() };
  const result = await openWriter(home, id, false);
  if (result.kind === 'heldBy') throw new Error(`the new session ${id} is held by ${describeHolder(result.holder)}`);
  if (result.kind === 'storageFailed') {
    await rm(folder, { recursive: true, force: true });
    return result;
  }
  const session = new Session({
    home,
    program: options.program,
    log: new EventLog(logPath(home, id)),
    digest,
    now,
    writer: result,
    reason: '',
  });
  session.append(null, {
    kind: 'session.opened',
    id,
    createdAt: digest.createdAt,
    format: currentFormat,
    program: options.program,
    ...(options.toolchain === undefined ? {} : { toolchain: options.toolchain }),
    ...(options.value && { value: { name: options.value.name, hash: options.value.hash } }),
  });
  const failure = session.flush();
  if (failure === null) return { kind: 'created', session };
  await session.close();
  await rm(folder, { recursive: true, force: true });
  if (failure.kind === 'lockLost') throw new Error(`the new session ${id} was taken over: ${failure.message}`);
  return failure;
}

export type OpenResult =
  | {
      readonly kind: 'opened';
      readonly session: Session;
      /** Bytes of a last line that was never finished, cut off on opening. */
      readonly cutBytes: number;
      /** The writer that had to give way. */
      readonly takenFrom: LockHolder | null;
    }
  | { readonly kind: 'noSuchSession'; readonly message: string }
  | (StorageFailed & { readonly line?: number });

/**
 * Opens a recorded session by its id, a beginning of it, or `last`. When another process writes it, or it cannot be
 * written, it is open for reading only; with `takeOver` the other process becomes the reader.
 */
export async function openSession(
  home: string,
  given: string,
  options: OpenOptions & { readonly takeOver?: boolean /** Only look, whoever writes. */; readonly readOnly?: boolean },
): Promise<OpenResult> {
  const resolved = await resolveSessionId(home, given);
  if (resolved.kind === 'noSuchSession') return resolved;
  const { id } = resolved;
  const log = new EventLog(logPath(home, id));
  const digest = emptyDigest(id);
  const writer = options.readOnly ? null : await openWriter(home, id, options.takeOver ?? false);
  const read = await log.readOn((record) => addToDigest(digest, record));
  const opened = writer?.kind === 'open' ? writer : null;
  if (read.kind === 'storageFailed' || log.length === 0) {
    opened?.log.close();
    opened?.release();
    if (read.kind === 'storageFailed') return read;
    return {
      kind: 'noSuchSession',
      message: `session ${id} holds nothing: it was interrupted while it was made; delete it`,
    };
  }
  const session = new Session({
    home,
    program: options.program,
    log,
    digest,
    now: options.now ?? Date.now,
    writer: opened,
    reason: readOnlyReason(writer),
  });
  return {
    kind: 'opened',
    session,
    cutBytes: opened?.cutBytes ?? read.tornBytes,
    takenFrom: opened?.takenFrom ?? null,
  };
}

interface OpenWriter {
  readonly kind: 'open';
  readonly log: Extract<ReturnType<typeof openLog>, { kind: 'opened' }>['writer'];
  readonly release: () => void;
  readonly takenFrom: LockHolder | null;
  readonly cutBytes: number;
}
type WriterResult = OpenWriter | { readonly kind: 'heldBy'; readonly holder: LockHolder } | StorageFailed;

async function openWriter(home: string, id: string, takeOver: boolean): Promise<WriterResult> {
  const locked = await acquireLock(lockPath(home, id), { takeOver });
  if (locked.kind !== 'locked') return locked;
  const { lock, takenFrom } = locked;
  const result = openLog(logPath(home, id), lock);
  if (result.kind === 'storageFailed') {
    lock.release();
    return result;
  }
  return { kind: 'open', log: result.writer, release: lock.release, takenFrom, cutBytes: result.cutBytes };
}

function readOnlyReason(writer: WriterResult | null): string {
  if (writer === null) return 'opened for reading only';
  if (writer.kind === 'heldBy') return `open in ${describeHolder(writer.holder)}; take it over to write`;
  return writer.kind === 'storageFailed' ? writer.message : '';
}

export type DeleteResult =
  | { readonly kind: 'deleted'; readonly id: string }
  | { readonly kind: 'noSuchSession'; readonly message: string }
  | { readonly kind: 'inUse'; readonly message: string }
  | StorageFailed;

/** Deletes a session that nobody writes. It is gone at once; an interruption leaves at most a hidden folder behind. */
export async function deleteSession(home: string, given: string): Promise<DeleteResult> {
  const resolved = await resolveSessionId(home, given);
  if (resolved.kind === 'noSuchSession') return resolved;
  const { id } = resolved;
  const holder = lockHolder(lockPath(home, id));
  if (holder !== null)
    return { kind: 'inUse', message: `session ${id} is open in ${describeHolder(holder)}; close it there first` };
  const folder = sessionFolder(home, id);
  const trash = join(sessionsFolder(home), `${trashPrefix}${id}`);
  try {
    await rename(folder, trash);
    await syncFolder(sessionsFolder(home));
    await emptyTrash(home);
  } catch (error) {
    return storageFailure(error, folder, 'delete');
  }
  const index = await unindexSession(home, id);
  return index.kind === 'storageFailed' ? index : { kind: 'deleted', id };
}

/** Removes what is deleted, also what an interrupted process left behind. */
async function emptyTrash(home: string): Promise<void> {
  const folder = sessionsFolder(home);
  const names = (await readdir(folder)).filter((name) => name.startsWith(trashPrefix));
  for (const name of names) await rm(join(folder, name), { recursive: true, force: true });
}
