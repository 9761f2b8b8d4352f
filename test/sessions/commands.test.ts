import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { type CommandContext, CommandExit } from '../../commands/context.ts';
import { replayCommand } from '../../commands/replay.ts';
import { sessionsCommand } from '../../commands/sessions.ts';
import { makeSearchEvents } from '../../sessions/bench-search.ts';
import { createSession } from '../../sessions/open-session.ts';
import { logPath } from '../../sessions/session-folders.ts';
import { temporaryFolder } from '../storage/temporary.ts';

interface Result {
  readonly out: string;
  readonly notes: string;
  readonly code: number;
}

async function run(line: string, home: string, changes: Partial<CommandContext> = {}): Promise<Result> {
  const out: string[] = [];
  const notes: string[] = [];
  const context: CommandContext = {
    out: (text) => out.push(text),
    note: (text) => notes.push(text),
    environment: {},
    folder: home,
    readInput: async () => '',
    confirm: async () => false,
    interactive: false,
    signal: new AbortController().signal,
    ...changes,
  };
  const program = new Command('proofdeck').exitOverride();
  sessionsCommand(program, context);
  replayCommand(program, context);
  try {
    await program.parseAsync([...line.split(' '), '--home', home], { from: 'user' });
    return { out: out.join('\n'), notes: notes.join('\n'), code: 0 };
  } catch (error) {
    if (!(error instanceof CommandExit)) throw error;
    return { out: out.join('\n'), notes: [...notes, error.message].join('\n'), code: error.code };
  }
}

async function homeWithSession(): Promise<{ home: string; id: string }> {
  const home = temporaryFolder();
  const created = await createSession(home, { program: 'test' });
  if (created.kind !== 'created') throw new Error(created.message);
  for (const event of makeSearchEvents(20)) created.session.append('s1', event);
  created.session.append(null, { kind: 'note.added', text: 'look \u001b[2Jhere' });
  await created.session.close();
  return { home, id: created.session.id };
}

describe('sessions', () => {
  test('list, show and export give the same facts as text and as JSON', async () => {
    const { home, id } = await homeWithSession();
    expect((await run('sessions list', home)).out).toContain(`${id}  `);
    const listed = JSON.parse((await run('sessions list --json', home)).out);
    expect(listed).toMatchObject({
      schema: 'proofdeck.sessions-list/1',
      sessions: [{ id, searches: [{ nodes: 20 }] }],
    });
    const shown = await run('sessions show last', home);
    expect(shown.out).toContain('20 nodes');
    expect(shown.out).toContain('note: look here');
    expect(JSON.parse((await run(`sessions show ${id.slice(0, 15)} --json`, home)).out)).toMatchObject({
      schema: 'proofdeck.sessions-show/1',
      id,
      searches: [{ search: 's1', status: 'paused', stats: { nodes: 20 } }],
    });
    const file = join(home, 'out.jsonl');
    expect((await run(`sessions export last --out ${file}`, home)).notes).toContain(file);
    expect(readFileSync(file, 'utf8')).toBe(readFileSync(logPath(home, id), 'utf8'));
    const exported = JSON.parse((await run('sessions export last --json', home)).out);
    expect(exported.events.length).toBe(listed.sessions[0].events);
  });

  test('in an empty home are none, and one that is not there is a usage error', async () => {
    const home = temporaryFolder();
    expect(await run('sessions list', home)).toMatchObject({ code: 0, out: '' });
    expect(JSON.parse((await run('sessions list --json', home)).out)).toMatchObject({ sessions: [] });
    expect(await run('sessions show last', home)).toMatchObject({ code: 2, notes: expect.stringContaining(home) });
  });

  test('are deleted only when somebody said so', async () => {
    const { home, id } = await homeWithSession();
    expect(await run('sessions delete last', home)).toMatchObject({ code: 2, notes: expect.stringContaining('--yes') });
    expect(await run('sessions delete last', home, { interactive: true })).toMatchObject({ code: 1 });
    const asked: string[] = [];
    const confirm = async (question: string): Promise<boolean> => asked.push(question) > 0;
    expect(await run('sessions delete last', home, { interactive: true, confirm })).toMatchObject({ code: 0 });
    expect(asked).toEqual([expect.stringContaining(id)]);
    expect(await run('sessions delete last --yes', home)).toMatchObject({ code: 2 });
  });
});

describe('replay', () => {
  test('rebuilds the search at any event', async () => {
    const { home, id } = await homeWithSession();
    expect((await run('replay last', home)).out).toContain('20 nodes');
    expect(JSON.parse((await run('replay last --to 30 --json --theorem bench', home)).out)).toMatchObject({
      schema: 'proofdeck.replay/1',
      session: id,
      to: 30,
      searches: [{ search: 's1', events: 29 }],
    });
    const lines = readFileSync(logPath(home, id), 'utf8').trimEnd().split('\n');
    expect((await run('replay last --jsonl --to 30', home)).out.split('\n')).toEqual(lines.slice(0, 30));
    expect(await run('replay last --search s9', home)).toMatchObject({
      code: 2,
      notes: expect.stringContaining('s1 (bench)'),
    });
    expect(await run('replay last --to 99999', home)).toMatchObject({ code: 2 });
    expect(await run('replay last --to 3 --verify', home)).toMatchObject({ code: 2 });
  });

  test('verifies a log, and fails with 4 for any change in it', async () => {
    const { home, id } = await homeWithSession();
    const path = logPath(home, id);
    const text = readFileSync(path, 'utf8');
    expect(await run('replay last --verify', home)).toMatchObject({
      code: 0,
      out: expect.stringContaining('identical'),
    });
    writeFileSync(path, text.replace('"logProb":-1.5', '"logProb":-1.25'));
    const changed = await run('replay last --verify', home);
    expect(changed).toMatchObject({ code: 4, out: expect.stringContaining('differs') });
    expect(JSON.parse((await run('replay last --verify --json', home)).out)).toMatchObject({ identical: false });
    writeFileSync(path, text.replace('"ms":4.2', '"ms":4.3'));
    expect(await run('replay last --verify', home)).toMatchObject({
      code: 4,
      notes: expect.stringContaining('checksum'),
    });
    writeFileSync(path, text.replace('"kind":"node.queued"', '"kind":"nodequeued"'));
    expect(await run('replay last --verify', home)).toMatchObject({ code: 4, notes: expect.stringContaining('line') });
  });
});
