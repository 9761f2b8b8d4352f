import { afterEach, describe, expect, it } from 'vitest';
import { openPool } from '../../../src/lean/open-pool.ts';
import type { LeanPool } from '../../../src/lean/pool/pool.ts';
import type { LeanProblem, StateRef, TacticAnswer } from '../../../src/lean/pool/types.ts';
import type { StartFailed } from '../../../src/lean/transport.ts';
import { type FakeInstall, type FakeRepl, installFake } from '../../fakes/repl.ts';

const ERAS = ['0.2.25', '0.3.0', '0.3.2', '0.3.3', '0.3.4', '0.3.7', '0.3.15'];
const LIMITS = { heartbeats: 200_000, recursion: 512, timeoutMs: 5000 };
const ROOT: StateRef = { key: 'r', parent: null, tactic: '' };

const installed: FakeInstall[] = [];
const pools: LeanPool[] = [];
const realPath = process.env.PATH;
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
  for (const fake of installed.splice(0)) fake.remove();
  process.env.PATH = realPath;
});

function install(fake: FakeRepl): FakeInstall {
  const made = installFake(fake);
  installed.push(made);
  process.env.PATH = `${made.bin}:${realPath}`;
  return made;
}

async function open(
  fake: FakeRepl,
  more: Partial<Parameters<typeof openPool>[0]> = {},
): Promise<LeanPool | StartFailed> {
  const { binary } = install(fake);
  const result = await openPool({
    kind: 'pantograph',
    imports: ['Init'],
    cacheRoot: '/nonexistent',
    nativePath: binary,
    workers: 1,
    ...more,
  });
  if (result.kind === 'startFailed') return result;
  pools.push(result.pool);
  return result.pool;
}

async function opened(fake: FakeRepl, more: Partial<Parameters<typeof openPool>[0]> = {}): Promise<LeanPool> {
  const pool = await open(fake, more);
  if ('category' in pool) throw new Error(pool.message);
  return pool;
}

let keys = 0;
function attempt(
  problem: LeanProblem,
  tactic: string,
  state = ROOT,
  timeoutMs = LIMITS.timeoutMs,
  signal = new AbortController().signal,
): Promise<TacticAnswer> {
  return problem.tryTactic(state, `k${keys++}`, tactic, { ...LIMITS, timeoutMs }, { onSent: () => {}, signal });
}

describe.each(ERAS)('Pantograph %s', (version) => {
  it('answers tactics with the same outcomes', async () => {
    const problem = (await opened({ version })).problem({ expr: 'p → p' });
    expect(await problem.start()).toMatchObject({ kind: 'started', goals: [{ hypotheses: [], target: 'p → p' }] });
    const outcomes: Record<string, unknown> = {};
    for (const tactic of [
      'intro h',
      'split',
      'intro h; exact done',
      'intro h\nexact done',
      'exact wrong',
      'zzz',
      'limit',
      'deep',
    ]) {
      outcomes[tactic] = (await attempt(problem, tactic)).outcome;
    }
    const goal = { hypotheses: [], target: 'p → p' };
    expect(outcomes).toEqual({
      'intro h': { kind: 'goals', goals: [{ ...goal, hypotheses: [{ name: 'h', type: 'Prop' }] }] },
      split: {
        kind: 'goals',
        goals: [
          { ...goal, caseName: 'left' },
          { ...goal, caseName: 'right' },
        ],
      },
      'intro h; exact done': { kind: 'goals', goals: [] },
      'intro h\nexact done': { kind: 'goals', goals: [] },
      'exact wrong': { kind: 'failed', message: 'Type mismatch: wrong' },
      zzz: { kind: 'parseError', message: 'line 1, column 1: unknown tactic' },
      limit: { kind: 'timedOut', limit: 'heartbeats', message: expect.any(String) },
      deep: { kind: 'timedOut', limit: 'recursion', message: expect.any(String) },
    });
  });

  it('never takes sorry for a proof', async () => {
    const problem = (await opened({ version })).problem({ expr: 'p' });
    await problem.start();
    expect((await attempt(problem, 'sorry')).outcome).toMatchObject({ kind: 'refused', reason: 'sorry' });
    expect((await attempt(problem, 'intro h; sorry')).outcome).toMatchObject({ kind: 'refused', reason: 'sorry' });
  });

  it('goes on after a tactic that logs a message, or says that it cannot', async () => {
    const problem = (await opened({ version })).problem({ expr: 'p' });
    await problem.start();
    const logged = await problem.tryTactic(ROOT, 'logged', 'log Try this: exact done', LIMITS, {
      onSent: () => {},
      signal: new AbortController().signal,
    });
    if (logged.outcome.kind === 'goals') {
      expect(
        (await attempt(problem, 'exact done', { key: 'logged', parent: ROOT, tactic: 'log Try this: exact done' }))
          .outcome,
      ).toEqual({ kind: 'goals', goals: [] });
    } else {
      expect(logged.outcome).toEqual({
        kind: 'failed',
        message: `Pantograph ${version} cannot go on after a tactic that prints a message. It printed: Try this: exact done`,
      });
    }
    expect(logged.outcome.kind).toBe(['0.3.3', '0.3.4'].includes(version) ? 'failed' : 'goals');
    expect((await attempt(problem, 'log Try this: exact done; exact done')).outcome).toMatchObject({
      kind: 'goals',
      goals: [],
    });
  });

  it('is not confused by what commands print', async () => {
    const problem = (await opened({ version, beforeReady: ['building…', '{"not": "an answer"}'] })).problem({
      expr: 'p',
    });
    await problem.start();
    for (const tactic of ['noise hello', 'noise { odd', 'print no line break here; skip', 'exact done']) {
      expect((await attempt(problem, tactic)).outcome.kind).toBe('goals');
    }
  });

  it('knows which tactics there are', async () => {
    const pool = await opened({ version });
    expect(await pool.availableTactics(['exact', 'ring', 'skip', 'linarith'])).toEqual(new Set(['exact', 'skip']));
    expect(await pool.toolchain()).toBe('Lean 4.21.0');
  });

  it('names declarations and theorems as far as it can', async () => {
    const pool = await opened({ version });
    expect(await pool.inspect('Nat.add_comm')).toMatchObject({
      kind: 'found',
      declaration: {
        kind: 'theorem',
        module: 'Init.Data.Nat.Basic',
        axioms: null,
        constants: ['Nat', 'Eq', 'Nat.rec'],
      },
    });
    expect(await pool.inspect('Nat.nope')).toEqual({ kind: 'absent' });
    const listed = await pool.theorems({ offset: 1, limit: 5 });
    if (version === '0.3.15')
      expect(listed).toMatchObject({ kind: 'failed', message: expect.stringContaining('Pantograph 0.3.15') });
    else
      expect(listed).toEqual({
        kind: 'listed',
        theorems: [{ name: 'Nat.mul_comm', module: null, statement: null }],
        next: null,
      });
  });

  it('classifies statements that Lean refuses', async () => {
    const pool = await opened({ version });
    const start = (root: Parameters<LeanPool['problem']>[0]) => pool.problem(root).start();
    expect(await start({ expr: '(((' })).toMatchObject({ kind: 'startFailed', category: 'parse' });
    expect(await start({ expr: 'nonsense' })).toMatchObject({
      kind: 'startFailed',
      category: 'elab',
      message: 'Unknown identifier `nonsense`',
    });
    expect(await start({ copyFrom: 'Nat.nope' })).toMatchObject({ kind: 'startFailed', category: 'index' });
    expect(await start({ copyFrom: 'Nat.add_comm' })).toMatchObject({ kind: 'started' });
  });
});

describe('a native worker that misbehaves', () => {
  it('costs one retry when it dies once, and one try when it dies again', async () => {
    const pool = await opened({ version: '0.3.4' });
    const problem = pool.problem({ expr: 'p' });
    await problem.start();
    const crashed = await attempt(problem, 'crash');
    expect(crashed.outcome).toMatchObject({ kind: 'workerLost', message: expect.stringContaining('SIGKILL') });
    expect((await attempt(problem, 'memory')).outcome).toMatchObject({ kind: 'timedOut', limit: 'memory' });
    expect((await attempt(problem, 'intro h')).outcome.kind).toBe('goals');
    expect(pool.health()[0]).toMatchObject({ restarts: 4, status: expect.stringMatching(/idle|busy/) });
  });

  it('is killed when it does not answer in time, and its states come back', async () => {
    const problem = (await opened({ version: '0.2.25' })).problem({ expr: 'p' });
    await problem.start();
    const signal = new AbortController().signal;
    await problem.tryTactic(ROOT, 'h', 'intro h', LIMITS, { onSent: () => {}, signal });
    const child: StateRef = { key: 'h', parent: ROOT, tactic: 'intro h' };
    expect((await attempt(problem, 'hang', child, 50)).outcome).toMatchObject({
      kind: 'timedOut',
      limit: 'wallClock',
      message: expect.stringContaining('killed'),
    });
    expect((await attempt(problem, 'exact done', child)).outcome).toEqual({ kind: 'goals', goals: [] });
  });

  it('stops by itself where it has a clock of its own, and keeps its states', async () => {
    const pool = await opened({ version: '0.3.4' });
    const problem = pool.problem({ expr: 'p' });
    await problem.start();
    expect((await attempt(problem, 'slow 30000', ROOT, 150)).outcome).toEqual({
      kind: 'timedOut',
      limit: 'wallClock',
      message: 'interrupt',
    });
    expect((await attempt(problem, 'exact done')).outcome).toEqual({ kind: 'goals', goals: [] });
    expect(pool.health()[0]).toMatchObject({ restarts: 0 });
  });

  it('is killed when a try is given up that does not end', async () => {
    const pool = await opened({ version: '0.3.4' });
    const problem = pool.problem({ expr: 'p' });
    await problem.start();
    const stop = new AbortController();
    const onSent = () => void setImmediate(() => stop.abort());
    await attempt(problem, 'skip', ROOT, 600_000);
    const running = problem.tryTactic(
      ROOT,
      'x',
      'hang',
      { ...LIMITS, timeoutMs: 600_000 },
      { onSent, signal: stop.signal },
    );
    expect((await running).outcome).toMatchObject({ kind: 'timedOut', limit: 'cancelled' });
    expect(pool.health()[0]).toMatchObject({ requests: 3, lastError: 'did not stop after being cancelled' });
    expect((await attempt(problem, 'exact done')).outcome).toEqual({ kind: 'goals', goals: [] });
  });

  it('is started anew when its answers cannot be read', async () => {
    const pool = await opened({ version: '0.3.4' });
    const problem = pool.problem({ expr: 'p' });
    await problem.start();
    expect((await attempt(problem, 'garbage', ROOT, 300)).outcome.kind).not.toBe('goals');
    expect((await attempt(problem, 'exact done')).outcome).toEqual({ kind: 'goals', goals: [] });
  });

  it('takes answers of any length', async () => {
    const problem = (await opened({ version: '0.3.4' })).problem({ expr: 'p' });
    await problem.start();
    const { outcome } = await attempt(problem, 'big 3000000');
    expect(outcome.kind === 'goals' && outcome.goals[0]?.target.length).toBe(3_000_000);
  });
});

describe('a native worker that cannot start', () => {
  const PANTOGRAPH = { version: '0.3.4' };
  it.each<[string, FakeRepl, Partial<Parameters<typeof openPool>[0]>, string, RegExp]>([
    ['no binary', PANTOGRAPH, { nativePath: '/nonexistent/repl' }, 'binaryMissing', /\/nonexistent\/repl is not there/],
    [
      'no project folder',
      PANTOGRAPH,
      { projectFolder: '/nonexistent' },
      'projectMissing',
      /\/nonexistent does not exist/,
    ],
    ['a folder without a project', PANTOGRAPH, { projectFolder: '/' }, 'projectMissing', /no lakefile/],
    ['an unknown module', PANTOGRAPH, { imports: ['Mathlib'] }, 'unknownModule', /no module Mathlib/],
    ['an unknown option', PANTOGRAPH, { leanOptions: ['nonsense=true'] }, 'badOption', /nonsense/],
    ['an old version', { version: '0.2.19' }, {}, 'versionMismatch', /0\.2\.19: 0\.2\.25 or newer/],
    [
      'something else than Pantograph',
      { version: '0.3.4', versionText: 'hello' },
      {},
      'versionMismatch',
      /--version gives no version/,
    ],
    ['a binary that fails', { version: '0.3.4', versionCode: 127 }, {}, 'exited', /--version gives no version/],
    [
      'another Lean',
      { version: '0.3.4', startError: "failed to read file '/x/Init.olean', incompatible header" },
      {},
      'versionMismatch',
      /another Lean version/,
    ],
    [
      'something unheard of',
      { version: '0.3.4', startError: 'the moon is full' },
      {},
      'exited',
      /ended with code 1 before it was ready/,
    ],
  ])('says so: %s', async (_name, fake, options, category, message) => {
    const failure = await open(fake, options);
    expect(failure).toMatchObject({ kind: 'startFailed', category, message: expect.stringMatching(message) });
    if (fake.startError && 'detail' in failure) expect(failure.detail).toContain(fake.startError);
  });

  it('gets imports, options, search path and a bare environment', async () => {
    process.env.SECRET_TOKEN = 'hunter2';
    const fake = install({ version: '0.3.4' });
    const result = await openPool({
      kind: 'pantograph',
      imports: ['Init', 'Std'],
      cacheRoot: '/nonexistent',
      nativePath: fake.binary,
      projectFolder: fake.project,
      leanOptions: ['maxHeartbeats=1000'],
      memoryLimitBytes: 4e9,
      workers: 1,
    });
    delete process.env.SECRET_TOKEN;
    if (result.kind === 'startFailed') throw new Error(result.message);
    pools.push(result.pool);
    const { args, cwd, env } = fake.started();
    expect(args).toEqual(['Init', 'Std', '--maxHeartbeats=1000']);
    expect(cwd).toBe(fake.project);
    expect(env).toMatchObject({ LEAN_PATH: `${fake.project}/.lake/build/lib`, LEAN_SYSROOT: fake.folder });
    expect(env.SECRET_TOKEN).toBeUndefined();
    expect(env.HOME).not.toBe(process.env.HOME);
  });
});
