import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type ServerRecord, serverRecordSchema } from '../../src/inference/serve/record.ts';
import { replaceFile } from '../../src/storage/atomic-file.ts';
import { hasCode, type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import { acquireLockSoon, describeHolder } from '../../src/storage/lock.ts';
import { makeFolder } from '../../src/storage/make-folder.ts';
import { parseJson } from '../../src/text/parse-json.ts';

/** `<home>/servers/<name>/`: `server.json`, the logs of the last starts, and locks while one of us acts on it. */
export const serverFolder = (home: string, name: string): string => join(home, 'servers', name);
/** The record of a server. */
export const recordPath = (home: string, name: string): string => join(serverFolder(home, name), 'server.json');
/** Held while one of us starts or stops a server. */
export const serverLockPath = (home: string, name: string): string => join(serverFolder(home, name), 'lock');
/** Held while one of us changes the weights or the memory of a server. */
export const weightsLockPath = (home: string, name: string): string => join(serverFolder(home, name), 'weights.lock');
/** Read by the server as it starts, and removed then. */
export const keyFilePath = (home: string, name: string): string => join(serverFolder(home, name), 'keys.yaml');

/** Whether a name can be that of a server's folder. */
const isServerName = (name: string): boolean => name.length <= longestName && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name);
const longestName = 64;

/** Why a name cannot be that of a server; null when it can. */
export const nameProblem = (name: string): string | null =>
  isServerName(name)
    ? null
    : `${JSON.stringify(name)} cannot be the name of a server; use letters, digits, "-", "_" and "."`;

/** The name under which a server is kept that somebody else started: its host, port and path, as far as a name may hold them. */
export function nameOfUrl(url: string): string {
  const { hostname, port, protocol, pathname } = new URL(url);
  const place = `${hostname}-${port || (protocol === 'https:' ? 443 : 80)}${pathname.replace(/\/+$/, '')}`;
  return place
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(-longestName)
    .replace(/^[^A-Za-z0-9]+/, '');
}

export type ReadServerResult =
  | { readonly kind: 'server'; readonly record: ServerRecord }
  | { readonly kind: 'noServer' }
  | StorageFailed;

/** What is known of the server of that name. */
export async function readServer(home: string, name: string): Promise<ReadServerResult> {
  const path = recordPath(home, name);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return { kind: 'noServer' };
    return storageFailure(error, path, 'read');
  }
  const parsed = serverRecordSchema.safeParse(parseJson(text));
  if (parsed.success && parsed.data.name === name) return { kind: 'server', record: parsed.data };
  const why = parsed.success ? 'it is of another server' : z.prettifyError(parsed.error).split('\n')[0];
  return {
    kind: 'storageFailed',
    code: 'damaged',
    path,
    message: `${path} is damaged (${why}): look with ps and nvidia-smi whether the server runs, then remove the file`,
  };
}

export interface KnownServers {
  readonly kind: 'servers';
  readonly records: readonly ServerRecord[];
  readonly problems: readonly StorageFailed[];
}

/** All servers that are known, by name. */
export async function listServers(home: string): Promise<KnownServers | StorageFailed> {
  const folder = join(home, 'servers');
  let names: readonly string[];
  try {
    names = (await readdir(folder)).filter(isServerName).toSorted();
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return { kind: 'servers', records: [], problems: [] };
    return storageFailure(error, folder, 'read');
  }
  const records: ServerRecord[] = [];
  const problems: StorageFailed[] = [];
  for (const name of names) {
    const read = await readServer(home, name);
    if (read.kind === 'server') records.push(read.record);
    else if (read.kind === 'storageFailed') problems.push(read);
  }
  return { kind: 'servers', records, problems };
}

/** A record is changed in moments; whoever holds it for longer is stuck. */
const recordPatienceMs = 5_000;

/** Reads and writes the record of a server while nobody else does. A failure to take the lock is given to `act`. */
async function withRecord<T>(
  home: string,
  name: string,
  act: (unlocked: StorageFailed | null) => Promise<T>,
): Promise<T> {
  const path = join(serverFolder(home, name), 'record.lock');
  const taken = await acquireLockSoon(path, recordPatienceMs);
  if (taken.kind === 'locked')
    try {
      return await act(null);
    } finally {
      taken.lock.release();
    }
  if (taken.kind === 'storageFailed') return act(taken);
  const message = `${describeHolder(taken.holder)}, holds ${path} and does not let go: stop it`;
  return act({ kind: 'storageFailed', code: 'other', path, message });
}

/** Keeps what is known of a server. Null when it is written. */
export async function keepServer(home: string, record: ServerRecord): Promise<StorageFailed | null> {
  try {
    await makeFolder(serverFolder(home, record.name));
  } catch (error) {
    return storageFailure(error, recordPath(home, record.name), 'write');
  }
  return withRecord(home, record.name, async (unlocked) => unlocked ?? writeRecord(home, record));
}

async function writeRecord(home: string, record: ServerRecord): Promise<StorageFailed | null> {
  const written = await replaceFile(recordPath(home, record.name), `${JSON.stringify(record, null, 2)}\n`);
  return written.kind === 'storageFailed' ? written : null;
}

/**
 * Changes what is kept of a server, from what is kept by now. Null, and nothing is changed, when it was forgotten or started anew since it
 * was read as `seen`.
 */
export async function changeServer(
  home: string,
  seen: ServerRecord,
  change: (record: ServerRecord) => ServerRecord,
): Promise<{ readonly kind: 'server'; readonly record: ServerRecord } | null | StorageFailed> {
  return withRecord(home, seen.name, async (unlocked) => {
    const known = await readServer(home, seen.name);
    if (known.kind === 'storageFailed') return known;
    if (known.kind === 'noServer' || !isOneProcess(known.record, seen)) return null;
    const record = change(known.record);
    return unlocked ?? (await writeRecord(home, record)) ?? { kind: 'server', record };
  });
}

/**
 * Notes that a server was seen at work, and removes the file with its keys, which it has read by then. Nothing happens where it was
 * stopped or started anew meanwhile. Returns what is kept of it.
 */
export async function keepReady(home: string, seen: ServerRecord, readyAt: string): Promise<ServerRecord> {
  const kept = await changeServer(home, seen, (record) =>
    record.process === null ? record : { ...record, process: { ...record.process, readyAt } },
  );
  // One that could not be written is written by the next who looks.
  if (kept?.kind !== 'server') return seen;
  await forgetKeys(home, seen);
  return kept.record;
}

/** Removes the file with the keys of a server, unless it is that of another one which was started since. */
export async function forgetKeys(home: string, seen: ServerRecord): Promise<void> {
  const known = await readServer(home, seen.name);
  if (known.kind === 'server' && isOneProcess(known.record, seen))
    await rm(keyFilePath(home, seen.name), { force: true });
}

const isOneProcess = (a: ServerRecord, b: ServerRecord): boolean =>
  a.process?.identity.pid === b.process?.identity.pid &&
  a.process?.identity.startTicks === b.process?.identity.startTicks;

/** Forgets a server; its logs stay. It is forgotten even while somebody does not let go of its record. */
export async function forgetServer(home: string, name: string): Promise<void> {
  await withRecord(home, name, async () => {
    await rm(recordPath(home, name), { force: true });
    await rm(keyFilePath(home, name), { force: true });
  });
}

const keptLogs = 5;

/** Name for the log of a start; of those before, the newest few are kept. */
export async function newLogName(home: string, name: string, now: Date): Promise<string> {
  const folder = serverFolder(home, name);
  const before = (await readdir(folder).catch(() => [])).filter((one) => one.endsWith('.log')).toSorted();
  for (const old of before.slice(0, Math.max(0, before.length - keptLogs + 1)))
    await rm(join(folder, old), { force: true });
  return `${now.toISOString().replace(/[:.]/g, '-')}.log`;
}
