import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeSearchEvents } from '../../sessions/bench-search.ts';
import { createSession, deleteSession, openSession } from '../../sessions/open-session.ts';
import { reopenSearch } from '../../sessions/reopen.ts';
import { replaySearch, verifySession } from '../../sessions/replay.ts';
import type { Session } from '../../sessions/session.ts';
import { logPath, newSessionId, resolveSessionId } from '../../sessions/session-folders.ts';
import { listSessions } from '../../sessions/session-index.ts';
import { temporaryFolder } from '../storage/temporary.ts';
import { tinyDisk } from '../storage/tiny-disk.ts';
import { reduced } from './recorded-events.ts';

const program = 'test';
const nobody = 65534;
const events = makeSearchEvents(40);

async function create(home: string, now?: () => number): Promise<Session> {
  const created = await createSession(home, { program, ...(now ? { now } : {}) });
  if (created.kind !== 'created') throw new Error(created.message);
  return created.session;
}

async function open(home: string, id: string, options = {}): Promise<Session> {
  const opened = await openSession(home, id, { program, ...options });
  if (opened.kind !== 'opened') throw new Error(opened.message);
  return opened.session;
}

/** A closed session that holds one search. */
async function recorded(home: string): Promise<string> {
  const session = await create(home);
  for (const event of events) session.append('s1', event);
  expect(await session.close()).toBeNull();
  return session.id;
}

describe('session ids', () => {
  test('sort by time and name the second', () => {
    const earlier = newSessionId(new Date('2026-03-09T08:07:06.500Z'));
    const later = newSessionId(new Date('2026-03-09T08:07:07.000Z'));
    expect(earlier).toMatch(/^20260309-080706-[0-9a-z]{4}$/);
    expect(earlier < later).toBe(true);
  });

  test('may be shortened as long as one session is meant', async () => {
    const home = temporaryFolder();
    expect(await resolveSessionId(home, 'last')).toMatchObject({ kind: 'noSuchSession' });
    const sessions = [await create(home, () => Date.UTC(2026, 1, 1)), await create(home, () => Date.UTC(2026, 1, 2))];
    const [first = '', second = ''] = sessions.map(({ id }) => id);
    expect(await resolveSessionId(home, '20260201')).toEqual({ kind: 'resolved', id: first });
    expect(await resolveSessionId(home, 'last')).toEqual({ kind: 'resolved', id: second });
    expect(await resolveSessionId(home, '202602')).toMatchObject({ message: expect.stringContaining('ambiguous') });
    expect(await resolveSessionId(home, '../x')).toMatchObject({ message: expect.stringContaining(second) });
    for (const session of sessions) await session.close();
    // What a process leaves that is killed while it makes a session.
    mkdirSync(join(home, 'sessions', '20260301-000000-aaaa'));
    expect(await resolveSessionId(home, 'last')).toEqual({ kind: 'resolved', id: second });
    expect(await openSession(home, '20260301', { program })).toMatchObject({ kind: 'noSuchSession' });
    expect(await listSessions(home)).toMatchObject({ sessions: [{ id: second }, { id: first }] });
  });
});

describe('a session', () => {
  test('comes back as it was, several searches and notes between them', async () => {
    const home = temporaryFolder();
    const session = await create(home);
    for (const [i, event] of events.entries()) {
      session.append('s1', event);
      if (i % 3 === 0) session.append('s2', events[i / 3] as (typeof events)[number]);
      if (i === 20) session.append(null, { kind: 'note.added', text: 'hm', about: { search: 's1', node: 0 } });
    }
    expect(session.nextSearchId()).toBe('s3');
    await session.close();
    const again = await open(home, session.id);
    expect(again.events('s1').read(0, 1e9)).toEqual(events);
    expect(again.events('s2').read(3, 6)).toEqual(events.slice(3, 6));
    expect(again.sessionEvents().map(({ event }) => event.kind)).toEqual([
      'session.opened',
      'note.added',
      'session.closed',
    ]);
    expect(again.searches()).toMatchObject([{ search: 's1', nodes: 40 }, { search: 's2' }]);
    expect(again.summary()).toEqual({ ...session.summary(), openElsewhere: false });
    expect(await verifySession(again, again.searches())).toMatchObject([{ identical: true }, { identical: true }]);
    await again.close();
  });

  test('that is only looked at stays as it is on disk', async () => {
    const home = temporaryFolder();
    const id = await recorded(home);
    const before = readFileSync(logPath(home, id));
    const session = await open(home, id);
    expect((await reopenSearch(session, 's1')).kind).toBe('live');
    await session.close();
    expect(readFileSync(logPath(home, id)).equals(before)).toBe(true);
  });

  test('cut at any byte of its last lines can be reopened, and the search goes on from what was written', async () => {
    const home = temporaryFolder();
    const id = await recorded(home);
    const path = logPath(home, id);
    const bytes = readFileSync(path);
    for (let cut = bytes.length; cut > bytes.length - 1500; cut -= 37) {
      writeFileSync(path, bytes);
      truncateSync(path, cut);
      const session = await open(home, id);
      const reopened = await reopenSearch(session, 's1');
      expect(reopened.kind).toBe('live');
      expect(reopened.state).toEqual(reduced(session.events('s1').read(0, 1e9)));
      expect(session.events('s1').read(0, 1e9)).toEqual(events.slice(0, session.events('s1').length));
      await session.close();
    }
  });

  test('shows by its checksum that something was changed after it was written, whatever it was', async () => {
    const home = temporaryFolder();
    const id = await recorded(home);
    const path = logPath(home, id);
    const text = readFileSync(path, 'utf8');
    for (const [from, to] of [
      ['"reason":"the hypothesis', '"reason":"The hypothesis'],
      ['"heartbeats":1200', '"heartbeats":1201'],
      ['"t":', '"t":1'],
    ] as const) {
      writeFileSync(path, text.replace(from, to));
      const session = await open(home, id, { readOnly: true });
      expect(session.brokenSeals()).toEqual([session.length]);
      await session.close();
    }
    writeFileSync(path, text);
    const session = await open(home, id);
    session.append(null, { kind: 'note.added', text: 'more' });
    await session.close();
    const again = await open(home, id, { readOnly: true });
    expect(again.brokenSeals()).toEqual([]);
    expect(again.sessionEvents().map(({ event }) => event.kind)).toEqual([
      'session.opened',
      'session.closed',
      'session.reopened',
      'note.added',
      'session.closed',
    ]);
    await again.close();
  });

  test('damaged in the middle is refused with the line that is wrong', async () => {
    const home = temporaryFolder();
    const id = await recorded(home);
    const path = logPath(home, id);
    const lines = readFileSync(path, 'utf8').split('\n');
    for (const [line, damage] of [
      [10, '{"seq":10,'],
      [10, ''],
      [10, '\u0000\u0000'],
      [10, lines[10] as string],
      [10, (lines[9] as string).replace('"kind":"', '"kind":"x')],
      [1, lines[1] as string],
    ] as const) {
      writeFileSync(path, lines.map((text, i) => (i === line - 1 ? damage : text)).join('\n'));
      const opened = await openSession(home, id, { program });
      expect(opened).toMatchObject({ kind: 'storageFailed', code: 'damaged', line });
      expect('message' in opened && opened.message).toContain(`line ${line} of ${path}`);
    }
  });

  test('written by a newer version says so', async () => {
    const home = temporaryFolder();
    const id = await recorded(home);
    const path = logPath(home, id);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"format":1', '"format":99'));
    expect(await openSession(home, id, { program })).toMatchObject({
      message: expect.stringContaining('update proofdeck'),
    });
  });

  test('replays up to any event of the log', async () => {
    const home = temporaryFolder();
    const session = await open(home, await recorded(home));
    const all = session.events('s1');
    for (const to of [1, 2, 3, 50, 100, session.length])
      expect(replaySearch(all, { to })).toEqual(reduced(events.filter((_, i) => all.seqAt(i) <= to)));
    await session.close();
  });

  test('is deleted with its folder, and not while it is written', async () => {
    const home = temporaryFolder();
    const session = await create(home);
    expect(await deleteSession(home, session.id)).toMatchObject({
      kind: 'inUse',
      message: expect.stringContaining(String(process.pid)),
    });
    await session.close();
    mkdirSync(join(home, 'sessions', '.deleted-20260101-000000-aaaa'));
    expect(await deleteSession(home, session.id)).toEqual({ kind: 'deleted', id: session.id });
    expect(readdirSync(join(home, 'sessions'))).toEqual([]);
    expect(await listSessions(home)).toMatchObject({ sessions: [] });
    expect(await deleteSession(home, session.id)).toMatchObject({ kind: 'noSuchSession' });
  });

  test('on a full disk pauses, keeps what it was given, and goes on when there is room', async (context) => {
    const disk = tinyDisk(64);
    if (disk === null) return context.skip('tmpfs cannot be mounted here');
    const home = join(disk, 'home');
    const session = await create(home);
    const statuses: string[] = [];
    session.onStatus(({ kind }) => statuses.push(kind));
    const ballast = join(disk, 'ballast');
    writeFileSync(ballast, Buffer.alloc(20 * 1024));
    let shown = 0;
    for (const event of events) {
      session.append('s1', event);
      if ((await session.flushed()) === null) shown += 1;
      else break;
    }
    expect(shown).toBeLessThan(events.length);
    expect(session.status).toMatchObject({ kind: 'paused', failure: { code: 'noSpace' } });
    expect(session.events('s1').length).toBe(shown);
    const reader = await open(home, session.id);
    expect(reader.events('s1').read(0, 1e9)).toEqual(events.slice(0, shown));
    await reader.close();
    rmSync(ballast);
    expect(session.flush()).toBeNull();
    for (const event of events.slice(shown + 1, shown + 10)) session.append('s1', event);
    expect(await session.flushed()).toBeNull();
    expect(statuses).toEqual(['paused', 'writing']);
    expect(session.events('s1').read(0, 1e9)).toEqual(events.slice(0, shown + 10));
    await session.close();
  });

  test('cannot be made on a full disk or in a folder that cannot be made, and leaves nothing behind', async (context) => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(await createSession(file, { program })).toMatchObject({ kind: 'storageFailed', code: 'notAFolder' });
    const disk = tinyDisk(16);
    if (disk === null) return context.skip('tmpfs cannot be mounted here');
    for (let i = 0; existsSync(disk) && i < 16; i += 1) {
      try {
        appendFileSync(join(disk, 'ballast'), Buffer.alloc(4096));
      } catch {
        break;
      }
    }
    expect(await createSession(disk, { program })).toMatchObject({ kind: 'storageFailed', code: 'noSpace' });
    expect(readdirSync(join(disk, 'sessions'))).toEqual([]);
  });

  test('that may not be written is open for reading, and none can be made beside it', async () => {
    const home = temporaryFolder();
    const id = await recorded(home);
    for (const folder of [home, join(home, 'sessions'), join(home, 'sessions', id)]) chmodSync(folder, 0o555);
    // Root may write everywhere, whatever the permissions say.
    const root = process.geteuid?.() === 0;
    if (root) process.seteuid?.(nobody);
    try {
      const session = await open(home, id);
      expect(session.status).toMatchObject({ kind: 'readOnly', reason: expect.stringContaining('permission denied') });
      expect((await reopenSearch(session, 's1')).state.nodes.length).toBe(40);
      await session.close();
      expect(await createSession(home, { program })).toMatchObject({ kind: 'storageFailed', code: 'denied' });
      expect(await listSessions(home)).toMatchObject({ kind: 'listed', sessions: [{ id }] });
    } finally {
      if (root) process.seteuid?.(0);
      for (const folder of [home, join(home, 'sessions'), join(home, 'sessions', id)]) chmodSync(folder, 0o755);
    }
  });
});
