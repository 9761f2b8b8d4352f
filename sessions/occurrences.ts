import { open } from 'node:fs/promises';
import { namesConstant } from '../src/lean/constant-name.ts';
import type { SearchEvent } from '../src/search/events.ts';
import { type StorageFailed, storageFailure } from '../src/storage/failure.ts';
import { scanLog } from '../src/storage/log-reader.ts';
import { RecordDecoder } from './records.ts';
import { listSessionIds, logPath } from './session-folders.ts';

/** A tactic in a recorded search that names a constant. */
export interface Occurrence {
  readonly session: string;
  readonly search: string;
  /** What the search was to prove. */
  readonly theorem: string;
  readonly node: number;
  readonly tactic: string;
  /** A step of a proof that was accepted, of one that closed all goals and was not, or a candidate that Lean applied. */
  readonly where: 'proof' | 'closed' | 'applied';
}

export interface OccurrenceLimits {
  /** @default 50 */
  readonly matches?: number;
  /** Bytes of logs that are read. @default 256 MB */
  readonly bytes?: number;
  /** Milliseconds after which no further log is read. @default no limit */
  readonly ms?: number;
  readonly signal?: AbortSignal;
}

export interface Occurrences {
  /** Those of the newest session first; in a session in the order in which they happened. */
  readonly found: readonly Occurrence[];
  readonly sessionsRead: number;
  readonly sessionsLeft: number;
  /** Why sessions were left out, or null when all were read. */
  readonly stopped: 'matches' | 'bytes' | 'time' | 'signal' | null;
  readonly unreadable: readonly StorageFailed[];
}

const defaultMatches = 50;
const defaultBytes = 256e6;
const chunkBytes = 1 << 20;

/** Looks through the recorded sessions, the newest first, for tactics that name a constant. */
export async function findOccurrences(
  home: string,
  name: string,
  { matches = defaultMatches, bytes = defaultBytes, ms, signal }: OccurrenceLimits = {},
): Promise<Occurrences> {
  const deadline = ms === undefined ? Number.POSITIVE_INFINITY : performance.now() + ms;
  const ids = (await listSessionIds(home)).toReversed();
  const found: Occurrence[] = [];
  const unreadable: StorageFailed[] = [];
  let left = bytes;
  let read = 0;
  const result = (stopped: Occurrences['stopped']): Occurrences => ({
    found: found.slice(0, matches),
    sessionsRead: read,
    sessionsLeft: ids.length - read,
    stopped,
    unreadable,
  });
  for (const session of ids) {
    if (signal?.aborted) return result('signal');
    if (found.length >= matches) return result('matches');
    if (left <= 0) return result('bytes');
    if (performance.now() >= deadline) return result('time');
    const path = logPath(home, session);
    const looked = await holds(path, needleOf(name), left, deadline);
    if (looked.kind === 'storageFailed') unreadable.push(looked);
    else {
      left -= looked.bytes;
      const scanned = looked.holds ? await scanSession(path, session, name, matches - found.length, deadline) : null;
      found.push(...(scanned?.found ?? []));
      if (scanned?.failure) unreadable.push(scanned.failure);
      const cut = looked.cut ?? scanned?.cut ?? null;
      if (cut !== null) return result(cut);
    }
    read += 1;
  }
  return result(null);
}

/** The name as it stands in JSON. */
function needleOf(name: string): Buffer {
  return Buffer.from(JSON.stringify(name).slice(1, -1));
}

type Look = {
  readonly kind: 'looked';
  readonly holds: boolean;
  readonly bytes: number;
  readonly cut: 'bytes' | 'time' | null;
};

/** Whether the bytes occur in a file at all: most logs end here, at the speed of the disk. */
async function holds(path: string, needle: Buffer, limit: number, deadline: number): Promise<Look | StorageFailed> {
  try {
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.allocUnsafe(chunkBytes + needle.length);
      let kept = 0;
      for (let bytes = 0; ; ) {
        if (bytes >= limit) return { kind: 'looked', holds: false, bytes, cut: 'bytes' };
        if (performance.now() >= deadline) return { kind: 'looked', holds: false, bytes, cut: 'time' };
        const { bytesRead } = await file.read(buffer, kept, chunkBytes, bytes);
        if (bytesRead === 0) return { kind: 'looked', holds: false, bytes, cut: null };
        bytes += bytesRead;
        const data = buffer.subarray(0, kept + bytesRead);
        if (data.includes(needle)) return { kind: 'looked', holds: true, bytes, cut: null };
        kept = Math.min(needle.length - 1, data.length);
        data.copyWithin(0, data.length - kept);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    return storageFailure(error, path, 'read');
  }
}

interface Scan {
  readonly found: readonly Occurrence[];
  readonly failure: StorageFailed | null;
  readonly cut: 'time' | null;
}

/** Reads one log line by line, until `most` occurrences or the deadline. */
async function scanSession(path: string, session: string, name: string, most: number, deadline: number): Promise<Scan> {
  const isNamed = namesConstant(name);
  const needle = JSON.stringify(name).slice(1, -1);
  const theorems = new Map<string, string>();
  /** Candidates that name it and have not been answered, and closed proofs that name it, by search and node. */
  const tried = new Map<string, string>();
  const closed = new Map<string, number[]>();
  const own: { -readonly [K in keyof Occurrence]: Occurrence[K] }[] = [];
  const add = (search: string, node: number, tactic: string, where: Occurrence['where']): number =>
    own.push({ session, search, theorem: theorems.get(search) ?? '', node, tactic, where }) - 1;

  const visit = (search: string, event: SearchEvent): void => {
    switch (event.kind) {
      case 'search.opened':
        theorems.set(search, event.problem.name);
        break;
      case 'candidates.ranked':
        for (const { candidate, tactic, dropped } of event.candidates)
          if (!dropped && isNamed(tactic)) tried.set(`${search} ${event.node} ${candidate}`, tactic);
        break;
      case 'tactic.answered': {
        const key = `${search} ${event.node} ${event.candidate}`;
        const tactic = tried.get(key);
        tried.delete(key);
        if (tactic !== undefined && event.outcome.kind === 'goals') add(search, event.node, tactic, 'applied');
        break;
      }
      case 'proof.closed': {
        const steps = event.proof.filter(isNamed);
        closed.set(
          `${search} ${event.node}`,
          steps.map((tactic) => add(search, event.node, tactic, 'closed')),
        );
        break;
      }
      case 'verdict.given':
        if (!event.accepted) break;
        for (const index of closed.get(`${search} ${event.node}`) ?? []) own[index]!.where = 'proof';
        break;
    }
  };
  const decoder = new RecordDecoder();
  let cut: Scan['cut'] = null;
  const scanned = await scanLog(path, (line) => {
    if (performance.now() >= deadline) cut = 'time';
    if (cut !== null) return false;
    if (!concerns(line, needle, tried.size > 0, closed.size > 0)) return true;
    const decoded = decoder.decode(line);
    // A damaged line is for `sessions` and `replay` to report.
    if (decoded.kind === 'record' && decoded.record.search !== null) visit(decoded.record.search, decoded.record.event);
    return own.length < most * 2;
  });
  // A proof's steps were candidates before: one line for each tactic, the proof's.
  const inProofs = new Set(
    own.filter(({ where }) => where !== 'applied').map(({ search, tactic }) => `${search} ${tactic}`),
  );
  const kept = own.filter(({ search, tactic, where }) => where !== 'applied' || !inProofs.has(`${search} ${tactic}`));
  return { found: kept.slice(0, most), failure: scanned.kind === 'storageFailed' ? scanned : null, cut };
}

/** Only these lines are worth reading; those of the session itself tell the decoder the log's format. */
function concerns(line: string, needle: string, awaitsAnswers: boolean, awaitsVerdicts: boolean): boolean {
  if (line.includes(needle) || line.includes('"kind":"search.opened"') || line.includes('"kind":"session.'))
    return true;
  if (awaitsAnswers && line.includes('"kind":"tactic.answered"')) return true;
  return awaitsVerdicts && line.includes('"kind":"verdict.given"');
}
