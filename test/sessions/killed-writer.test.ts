import { describe, expect, test } from 'vitest';
import { openSession } from '../../sessions/open-session.ts';
import { listSessions } from '../../sessions/session-index.ts';
import { temporaryFolder } from '../storage/temporary.ts';
import { WriterProcess } from './writer-process.ts';

const program = 'test';

async function open(home: string, id: string, options = {}) {
  const opened = await openSession(home, id, { program, ...options });
  if (opened.kind !== 'opened') throw new Error(opened.message);
  return opened;
}

describe('a writer that is killed in the middle of its work', () => {
  test('loses nothing that it had been told was written, time after time', async () => {
    const home = temporaryFolder();
    let id: string | undefined;
    let written = 1;
    for (const acknowledgements of [1, 2, 3, 17, 40, 80, 5, 1]) {
      const writer = new WriterProcess(home, id);
      await writer.said(1 + acknowledgements);
      const [first = '', ...rest] = await writer.kill();
      id = first.split(' ')[0] as string;
      expect(first).toBe(`${id} writing`);
      const acknowledged = Number(rest.at(-1));
      const { session } = await open(home, id, { readOnly: true });
      expect(session.length).toBeGreaterThanOrEqual(acknowledged);
      expect(acknowledged).toBeGreaterThan(written);
      expect(
        session
          .records()
          .map(({ seq }) => seq)
          .toArray(),
      ).toEqual(Array.from({ length: session.length }, (_, i) => i + 1));
      written = session.length;
      await session.close();
    }
  });

  test('leaves an index that is put right when the sessions are listed', async () => {
    const home = temporaryFolder();
    const writer = new WriterProcess(home);
    await writer.said(30);
    const [first = ''] = await writer.kill();
    const listed = await listSessions(home);
    if (listed.kind !== 'listed') throw new Error(listed.message);
    const { session } = await open(home, 'last', { readOnly: true });
    expect(listed.sessions).toMatchObject([{ id: first.split(' ')[0], events: session.length, openElsewhere: false }]);
    await session.close();
  });
});

describe('a session that another process writes', () => {
  test('can be looked at and followed, and not deleted or written', async () => {
    const home = temporaryFolder();
    const writer = new WriterProcess(home);
    await writer.said(5);
    const { session } = await open(home, 'last');
    expect(session.status).toMatchObject({ kind: 'readOnly' });
    expect(session.summary().openElsewhere).toBe(true);
    const { length } = session;
    session.append(null, { kind: 'note.added', text: 'not from here' });
    expect(session.length).toBe(length);
    await writer.said(writer.lines.length + 3);
    const added = await session.refresh();
    expect(added.length).toBeGreaterThan(0);
    expect(added[0]?.seq).toBe(length + 1);
    await session.close();
    await writer.kill();
  });

  test('can be taken over: the new writer goes on, the old one becomes a reader', async () => {
    const home = temporaryFolder();
    const writer = new WriterProcess(home);
    await writer.said(5);
    const { session, takenFrom } = await open(home, 'last', { takeOver: true });
    expect(takenFrom).not.toBeNull();
    const lines = await writer.ended();
    expect(lines.at(-1)).toBe('readOnly');
    const acknowledged = Number(lines.at(-2));
    expect(session.length).toBeGreaterThanOrEqual(acknowledged);
    session.append(null, { kind: 'note.added', text: 'mine now' });
    expect(await session.close()).toBeNull();
    const again = await open(home, session.id);
    expect(
      again.session
        .sessionEvents()
        .slice(-3)
        .map(({ event }) => event),
    ).toMatchObject([
      { kind: 'session.reopened', takenFrom: expect.stringContaining('process') },
      { kind: 'note.added', text: 'mine now' },
      { kind: 'session.closed' },
    ]);
    await again.session.close();
  });
});
