import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { ProcessTransport } from '../../../src/lean/native/process-transport.ts';
import { descendants } from '../../../src/lean/native/process-tree.ts';
import { type FakeInstall, type FakeRepl, installFake } from '../../fakes/repl.ts';

const LIMIT = { timeoutMs: 10_000 };
let fake: FakeInstall | undefined;
let transport: ProcessTransport | undefined;
afterEach(async () => {
  await transport?.close();
  fake?.remove();
});

function make(config: Partial<FakeRepl> = {}, readyTimeoutMs = 20_000): ProcessTransport {
  fake = installFake({ version: '0.3.4', ...config });
  transport = new ProcessTransport({
    kind: 'pantograph',
    name: 'Pantograph',
    argv: [fake.binary, 'Init'],
    folder: tmpdir(),
    home: fake.folder,
    readyTimeoutMs,
  });
  return transport;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a native process', () => {
  it('waits for a late ready line', async () => {
    expect(await make({ readyAfterMs: 300, beforeReady: ['ready or not'] }).start()).toMatchObject({ kind: 'ready' });
  });

  it('is given up when it never says that it is ready', async () => {
    const failure = await make({ neverReady: true }, 200).start();
    expect(failure).toMatchObject({
      kind: 'startFailed',
      category: 'readyTimeout',
      message: 'Pantograph was not ready after 0.2 s',
    });
    expect(transport?.alive).toBe(false);
  });

  it('answers requests in order', async () => {
    const worker = make();
    const replies = await Promise.all(
      ['stat {}', 'goal.start {"expr": "p"}', 'stat {}'].map((line) => worker.ask(line, LIMIT)),
    );
    expect(replies.map((reply) => reply.kind === 'answer' && JSON.parse(reply.text))).toEqual([
      { nGoals: 0 },
      { stateId: 0, root: '_uniq.101' },
      { nGoals: 1 },
    ]);
    expect(worker.generation).toBe(1);
  });

  it.each([
    ['', 'blank'],
    ['  ', 'blank'],
    ['stat {}\nstat {}', 'two'],
  ])('never gets a line that breaks the protocol (%j)', (line) => {
    expect(() => make().ask(line, LIMIT)).toThrow('not one request line');
  });

  it('starts again after it died, with a new generation', async () => {
    const worker = make();
    const lost: string[] = [];
    worker.onLost((reason) => lost.push(reason));
    await worker.ask('goal.start {"expr": "p"}', LIMIT);
    const reply = await worker.ask('goal.tactic {"stateId": 0, "goalId": 0, "tactic": "crash"}', LIMIT);
    expect(reply).toMatchObject({ kind: 'lost', reason: 'crashed', detail: expect.stringContaining('SIGKILL') });
    expect(lost).toHaveLength(1);
    expect(await worker.ask('stat {}', LIMIT)).toMatchObject({ kind: 'answer', text: '{"nGoals":0}' });
    expect(worker.generation).toBe(2);
  });

  it('is noticed when it dies between requests', async () => {
    const worker = make();
    await worker.start();
    const gone = new Promise((resolve) => worker.onLost(resolve));
    process.kill(fake!.started().pid, 'SIGKILL');
    await gone;
    expect(worker.alive).toBe(false);
    expect(await worker.ask('stat {}', LIMIT)).toMatchObject({ kind: 'answer' });
  });

  it.each(['group', 'detached'] as const)('takes what it started with it (%s)', async (child) => {
    const worker = make({ child, ignoreTerm: true });
    await worker.start();
    const { pid } = fake!.started();
    const below = descendants(pid);
    expect(below).toHaveLength(1);
    await worker.close();
    await expect.poll(() => [pid, ...below].filter(isRunning)).toEqual([]);
  });

  it('tells its resident memory', async () => {
    const worker = make();
    await worker.start();
    expect(worker.stats()).toMatchObject({ pid: fake!.started().pid });
    expect(worker.stats().rssBytes).toBeGreaterThan(1e6);
  });

  it('loses what waits when it is closed', async () => {
    const worker = make();
    await worker.start();
    await worker.ask('goal.start {"expr": "p"}', LIMIT);
    const hanging = worker.ask('goal.tactic {"stateId": 0, "goalId": 0, "tactic": "hang"}', LIMIT);
    const waiting = worker.ask('stat {}', LIMIT);
    await worker.close();
    expect(await hanging).toMatchObject({ kind: 'lost', reason: 'closed' });
    expect(await waiting).toMatchObject({ kind: 'lost', reason: 'closed' });
    expect(await worker.start()).toMatchObject({ kind: 'startFailed', category: 'closed' });
  });
});
