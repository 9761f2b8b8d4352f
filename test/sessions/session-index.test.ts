import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { makeSearchEvents } from '../../sessions/bench-search.ts';
import { createSession } from '../../sessions/open-session.ts';
import { logPath } from '../../sessions/session-folders.ts';
import { indexSession, listSessions } from '../../sessions/session-index.ts';
import { emptyDigest } from '../../sessions/summary.ts';
import { temporaryFolder } from '../storage/temporary.ts';

const program = 'test';

async function homeWithSessions(count: number): Promise<string> {
  const home = temporaryFolder();
  for (let i = 0; i < count; i += 1) {
    const created = await createSession(home, { program, now: () => Date.UTC(2026, 0, 1 + i) });
    if (created.kind !== 'created') throw new Error(created.message);
    for (const event of makeSearchEvents(5 + i)) created.session.append('s1', event);
    await created.session.close();
  }
  return home;
}

async function list(home: string) {
  const listed = await listSessions(home);
  if (listed.kind !== 'listed') throw new Error(listed.message);
  return listed;
}

describe('the index of sessions', () => {
  test('lists the newest first', async () => {
    const { sessions } = await list(await homeWithSessions(3));
    expect(sessions.map(({ createdAt }) => createdAt.slice(0, 10))).toEqual(['2026-01-03', '2026-01-02', '2026-01-01']);
    expect(sessions[0]).toMatchObject({ searches: [{ name: 'bench', nodes: 7, status: 'paused' }] });
  });

  test('that is missing, empty, cut or something else is built again from the sessions', async () => {
    const home = await homeWithSessions(2);
    const path = join(home, 'sessions.json');
    const { sessions } = await list(home);
    const good = readFileSync(path, 'utf8');
    for (const text of [null, '', good.slice(0, 100), '[]', '{"schema":"proofdeck.sessions/1","sessions":{"a":{}}}']) {
      for (const backup of ['kept', 'damaged']) {
        if (text === null) rmSync(path, { force: true });
        else writeFileSync(path, text);
        if (backup === 'damaged') writeFileSync(`${path}.bak`, good.slice(0, 50));
        expect((await list(home)).sessions).toEqual(sessions);
      }
    }
  });

  test('never counts events that are not in the file yet', async () => {
    const home = temporaryFolder();
    const created = await createSession(home, { program });
    if (created.kind !== 'created') throw new Error(created.message);
    const { session } = created;
    const [opened] = makeSearchEvents(5);
    const index = join(home, 'sessions.json');
    for (const search of ['s1', 's2']) {
      // Entering the index begins before the event-loop turn in which the log is written.
      session.append(search, opened as NonNullable<typeof opened>);
      const indexed = () => existsSync(index) && readFileSync(index, 'utf8').includes(`"${search}"`);
      await vi.waitUntil(indexed, { interval: 1, timeout: 60_000 });
    }
    session.append(null, { kind: 'note.added', text: 'later' });
    session.flush();
    const listed = await list(home);
    expect(listed.notices).toEqual([]);
    expect(listed.sessions).toMatchObject([{ events: session.length }]);
    await session.close();
  });

  test('learns of sessions that came, went or grew without it', async () => {
    const home = await homeWithSessions(2);
    const [newest, oldest] = (await list(home)).sessions;
    rmSync(join(home, 'sessions', oldest?.id ?? ''), { recursive: true });
    const path = logPath(home, newest?.id ?? '');
    const note = { seq: (newest?.events ?? 0) + 1, t: 9_999_999, kind: 'note.added', text: 'by hand' };
    writeFileSync(path, `${readFileSync(path, 'utf8')}${JSON.stringify(note)}\n`);
    expect((await list(home)).sessions).toMatchObject([{ id: newest?.id, events: note.seq }]);
  });

  test('lists a damaged session as far as it goes, and says what is wrong with it', async () => {
    const home = await homeWithSessions(1);
    const [only] = (await list(home)).sessions;
    const path = logPath(home, only?.id ?? '');
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, lines.with(9, 'damage').join('\n'));
    rmSync(join(home, 'sessions.json'));
    rmSync(join(home, 'sessions.json.bak'));
    const listed = await list(home);
    expect(listed.sessions).toMatchObject([{ id: only?.id, events: 9 }]);
    expect(listed.notices).toEqual([expect.stringContaining('line 10')]);
  });

  test('is not lost when many write to it at once', async () => {
    const home = temporaryFolder();
    const ids = Array.from({ length: 12 }, (_, i) => `20260101-0000${10 + i}-aaaa`);
    const results = await Promise.all(
      ids.map((id) => indexSession(home, { ...emptyDigest(id), createdAt: '2026-01-01T00:00:00Z', events: 1 })),
    );
    expect(results.every(({ kind }) => kind === 'indexed')).toBe(true);
    const index = JSON.parse(readFileSync(join(home, 'sessions.json'), 'utf8')) as { sessions: object };
    expect(Object.keys(index.sessions).sort()).toEqual(ids);
    expect(existsSync(join(home, 'sessions.json.lock'))).toBe(false);
  });
});
