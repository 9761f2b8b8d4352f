import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openPool } from '../../../src/lean/open-pool.ts';
import type { LeanPool } from '../../../src/lean/pool/pool.ts';
import type { LeanProblem, StateRef, TacticAnswer } from '../../../src/lean/pool/types.ts';
import type { WorkerLimits } from '../../../src/lean/pool/worker.ts';
import { testCacheRoot } from '../../helpers/lean.ts';

const LIMITS = { heartbeats: 200_000, recursion: 512, timeoutMs: 30_000 };
const ROOT: StateRef = { key: 'root', parent: null, tactic: '' };
/** Runs for seconds, and stops when it is asked to. */
const SPIN = 'have : ∀ n, n < 100000000 → n * n ≠ 7 := by decide +kernel\nskip';
/** Stops for nothing: only ending the worker helps. */
const DEAF = 'sleep 600000';

const pools: LeanPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

async function open(workers: number, limits: Partial<WorkerLimits> = {}, imports = ['Init']): Promise<LeanPool> {
  const opened = await openPool({ kind: 'embedded', imports, cacheRoot: testCacheRoot(), workers, limits });
  if (opened.kind === 'startFailed') throw new Error(`${opened.message}\n${opened.detail}`);
  pools.push(opened.pool);
  return opened.pool;
}

async function begin(pool: LeanPool, expr: string): Promise<LeanProblem> {
  const problem = pool.problem({ expr });
  expect(await problem.start()).toMatchObject({ kind: 'started' });
  return problem;
}

let keys = 0;
interface Options {
  readonly key?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onSent?: (worker: number) => void;
}
function attempt(problem: LeanProblem, state: StateRef, tactic: string, options: Options = {}): Promise<TacticAnswer> {
  const {
    key = `k${keys++}`,
    timeoutMs = LIMITS.timeoutMs,
    signal = new AbortController().signal,
    onSent = () => {},
  } = options;
  return problem.tryTactic(state, key, tactic, { ...LIMITS, timeoutMs }, { onSent, signal });
}

function below(parent: StateRef, key: string, tactic: string): StateRef {
  return { key, parent, tactic };
}

/** Process of the embedded workers, seen from inside the pool. */
function hostPid(pool: LeanPool): number {
  const pid = pool.freshTransport().stats().pid;
  if (pid === undefined) throw new Error('no host process');
  return pid;
}

const AND = '∀ (p q : Prop), p ∧ q → q ∧ p';
const INTRO = 'intro p q h';

describe('a pool of one worker', () => {
  it('walks from a statement to no goals', async () => {
    const problem = await begin(await open(1), AND);
    const sent: number[] = [];
    const first = await attempt(problem, ROOT, INTRO, { key: 'a', onSent: (worker) => sent.push(worker) });
    const hypotheses = [
      { name: 'p', type: 'Prop' },
      { name: 'q', type: 'Prop' },
      { name: 'h', type: 'p ∧ q' },
    ];
    expect(first).toMatchObject({
      worker: 0,
      outcome: { kind: 'goals', goals: [{ hypotheses, target: 'q ∧ p' }] },
      syntaxKind: 'Lean.Parser.Tactic.intro',
    });
    expect(sent).toEqual([0]);
    expect((await attempt(problem, below(ROOT, 'a', INTRO), 'exact ⟨h.2, h.1⟩')).outcome).toEqual({
      kind: 'goals',
      goals: [],
    });
  });

  it('tells every kind of outcome apart', async () => {
    const problem = await begin(await open(1), AND);
    const outcome = async (tactic: string, timeoutMs = 30_000) =>
      (await attempt(problem, ROOT, tactic, { timeoutMs })).outcome;
    expect(await outcome('exakt h')).toMatchObject({ kind: 'parseError' });
    expect(await outcome('exact trivial')).toMatchObject({ kind: 'failed' });
    expect(await outcome('sorry')).toMatchObject({ kind: 'refused', reason: 'sorry' });
    expect(await outcome('intro p q h\nexact ⟨by sorry, h.1⟩')).toMatchObject({ kind: 'refused', reason: 'sorry' });
    expect(await outcome('repeat (first | skip)')).toMatchObject({ kind: 'timedOut', limit: 'recursion' });
    expect(await outcome(SPIN, 200)).toMatchObject({ kind: 'timedOut', limit: 'wallClock' });
  });

  it('classifies statements that Lean refuses', async () => {
    const pool = await open(1);
    const start = (root: Parameters<LeanPool['problem']>[0]) => pool.problem(root).start();
    expect(await start({ expr: '∀ x,' })).toMatchObject({ kind: 'startFailed', category: 'parse' });
    expect(await start({ expr: 'nothingOfThatName = 1' })).toMatchObject({ kind: 'startFailed', category: 'elab' });
    expect(await start({ copyFrom: 'Nat.nothing' })).toMatchObject({
      kind: 'startFailed',
      category: 'index',
      message: 'there is no theorem Nat.nothing in the environment',
    });
    expect(await start({ copyFrom: 'Nat.add_comm' })).toMatchObject({
      kind: 'started',
      goals: [{ target: '∀ (n m : Nat), n + m = m + n' }],
    });
  });

  it('opens nothing but propositions', async () => {
    const pool = await open(1);
    const start = (root: Parameters<LeanPool['problem']>[0]) => pool.problem(root).start();
    for (const expr of ['Nat', 'Nat → Nat', 'Type', 'PUnit', '∀ p : Prop, Sort 1 → p → Nat', '{ n : Nat // n > 2 }'])
      expect(await start({ expr }), expr).toEqual({
        kind: 'startFailed',
        category: 'elab',
        message: expect.stringMatching(/ is not a proposition \(its type is (?:Type|Sort)\b.*\)$/),
      });
    for (const copyFrom of ['Nat.add', 'Nat', 'List.map', 'Classical.choice'])
      expect(await start({ copyFrom }), copyFrom).toMatchObject({ kind: 'startFailed', category: 'elab' });
    for (const expr of ['True', '∀ α : Sort 2, α → True', 'true && false', '(id True : id Prop)', 'True -- so'])
      expect(await start({ expr }), expr).toMatchObject({ kind: 'started' });
    for (const copyFrom of ['Nat.add_comm', 'List.map_map', 'propext', 'Nat.le_refl'])
      expect(await start({ copyFrom }), copyFrom).toMatchObject({ kind: 'started' });
  });

  it('keeps its states when a tactic is stopped in time', async () => {
    const pool = await open(1);
    const problem = await begin(pool, AND);
    await attempt(problem, ROOT, INTRO, { key: 'a' });
    const { outcome } = await attempt(problem, below(ROOT, 'a', INTRO), SPIN, { timeoutMs: 100 });
    expect(outcome).toMatchObject({ kind: 'timedOut', limit: 'wallClock' });
    expect(pool.health()[0]).toMatchObject({ restarts: 0, states: 2 });
  });

  it('keeps its states when a try is given up, and tells that from running out of time', async () => {
    const pool = await open(1);
    const problem = await begin(pool, AND);
    const stop = new AbortController();
    const running = attempt(problem, ROOT, SPIN, {
      signal: stop.signal,
      onSent: () => setImmediate(() => stop.abort()),
    });
    const waiting = attempt(problem, ROOT, INTRO, { signal: stop.signal });
    expect((await running).outcome).toMatchObject({ kind: 'timedOut', limit: 'cancelled' });
    expect(await waiting).toMatchObject({ worker: -1, outcome: { kind: 'timedOut', limit: 'cancelled' } });
    expect((await attempt(problem, ROOT, INTRO)).outcome.kind).toBe('goals');
    expect(pool.health()[0]).toMatchObject({ restarts: 0 });
  });

  it('restores a state from its tactics after its process was killed', async () => {
    const pool = await open(1);
    const problem = await begin(pool, AND);
    await attempt(problem, ROOT, INTRO, { key: 'a' });
    const a = below(ROOT, 'a', INTRO);
    await attempt(problem, a, 'constructor', { key: 'b' });
    process.kill(hostPid(pool), 'SIGKILL');
    const { outcome } = await attempt(problem, below(a, 'b', 'constructor'), 'exact h.2', { key: 'c' });
    expect(outcome).toMatchObject({ kind: 'goals', goals: [{ caseName: 'right' }] });
    expect(pool.health()[0]).toMatchObject({ restarts: 1, states: 4, lastError: expect.stringContaining('SIGKILL') });
  });

  it('kills what does not stop', async () => {
    const pool = await open(1);
    const problem = await begin(pool, AND);
    await attempt(problem, ROOT, INTRO, { key: 'a' });
    const { outcome } = await attempt(problem, below(ROOT, 'a', INTRO), DEAF, { timeoutMs: 50 });
    expect(outcome).toMatchObject({ kind: 'timedOut', limit: 'wallClock', message: expect.stringContaining('killed') });
    expect((await attempt(problem, below(ROOT, 'a', INTRO), 'exact ⟨h.2, h.1⟩')).outcome).toEqual({
      kind: 'goals',
      goals: [],
    });
    expect(pool.health()[0]).toMatchObject({ restarts: 1 });
  });

  it('survives the death of its process in the middle of a tactic', async () => {
    const pool = await open(1);
    const problem = await begin(pool, AND);
    await attempt(problem, ROOT, INTRO, { key: 'a' });
    const a = below(ROOT, 'a', INTRO);
    let kills = 0;
    const killOnce = (): void => {
      kills += 1;
      setImmediate(() => process.kill(hostPid(pool), 'SIGKILL'));
    };
    const { outcome } = await attempt(problem, a, 'constructor <;> cases h <;> (first | assumption | skip)', {
      onSent: killOnce,
    });
    expect(outcome).toEqual({ kind: 'goals', goals: [] });
    expect(kills).toBe(1);
    expect(pool.health()[0]?.restarts).toBe(1);
  });

  it('gives one try up when two workers in a row are lost over it, and goes on', async () => {
    const pool = await open(1);
    const problem = await begin(pool, 'True');
    const first = hostPid(pool);
    const tried = attempt(problem, ROOT, DEAF, {
      timeoutMs: 600_000,
      onSent: () => setImmediate(() => process.kill(first, 'SIGKILL')),
    });
    // The statement, the first try, the second.
    await expect.poll(() => pool.health()[0]?.requests, { timeout: 60_000 }).toBe(3);
    process.kill(hostPid(pool), 'SIGKILL');
    expect((await tried).outcome).toMatchObject({
      kind: 'workerLost',
      message: expect.stringContaining('2 workers were lost over it'),
    });
    expect((await attempt(problem, ROOT, 'trivial')).outcome).toEqual({ kind: 'goals', goals: [] });
  });

  it('frees states and restores them when they are wanted again', async () => {
    const pool = await open(1, { maximumStates: 10 });
    const problem = await begin(pool, '∀ n : Nat, n = n');
    const path: StateRef[] = [ROOT];
    for (let i = 0; i < 30; i++) {
      const parent = path.at(-1)!;
      const tactic = i === 0 ? 'intro n' : `have h${i} : n + ${i} = ${i} + n := Nat.add_comm n ${i}`;
      expect((await attempt(problem, parent, tactic, { key: `s${i}` })).outcome.kind).toBe('goals');
      path.push(below(parent, `s${i}`, tactic));
    }
    expect(pool.health()[0]?.states).toBeLessThanOrEqual(10);
    const old = await attempt(problem, path[5]!, 'exact rfl');
    expect(old.outcome).toEqual({ kind: 'goals', goals: [] });
    await problem.close();
    const other = await begin(pool, 'True');
    await attempt(other, ROOT, 'trivial');
    const stat = await pool.inspect('Nat');
    expect(stat.kind).toBe('found');
    expect(pool.health()[0]?.states).toBeLessThanOrEqual(2);
  });

  it('names a state that does not come back', async () => {
    const problem = await begin(await open(1), AND);
    const invented = below(ROOT, 'never tried', 'exact nonsense');
    expect((await attempt(problem, invented, 'skip')).outcome).toMatchObject({
      kind: 'workerLost',
      message: expect.stringContaining('`exact nonsense` now fails'),
    });
  });

  it('notices when a restored state has other goals', async () => {
    const pool = await open(1, { maximumUses: 1 });
    const problem = await begin(pool, AND);
    await attempt(problem, ROOT, INTRO, { key: 'a' });
    const lie = below(ROOT, 'a', 'intro x y z');
    expect((await attempt(problem, lie, 'exact ⟨z.2, z.1⟩')).outcome).toMatchObject({
      kind: 'workerLost',
      message: expect.stringContaining('gives other goals'),
    });
  });

  it('is recycled between requests by use count, and counts it', async () => {
    const pool = await open(1, { maximumUses: 2 });
    const problem = await begin(pool, AND);
    await attempt(problem, ROOT, INTRO, { key: 'a' });
    for (let i = 0; i < 3; i++)
      expect((await attempt(problem, below(ROOT, 'a', INTRO), 'exact ⟨h.2, h.1⟩')).outcome).toEqual({
        kind: 'goals',
        goals: [],
      });
    expect(pool.health()[0]).toMatchObject({ recycles: 2, restarts: 0, lastError: null });
  });

  it('is recycled when it has grown too large', async () => {
    const pool = await open(1, { recycleBytes: 1 });
    const problem = await begin(pool, AND);
    expect((await attempt(problem, ROOT, INTRO)).outcome.kind).toBe('goals');
    await pool.inspect('Nat');
    expect(pool.health()[0]!.recycles).toBeGreaterThan(0);
  });

  it('answers what waits when it is closed', async () => {
    const pool = await open(1);
    const problem = await begin(pool, AND);
    const running = attempt(problem, ROOT, DEAF, { timeoutMs: 600_000 });
    const waiting = attempt(problem, ROOT, INTRO);
    await pool.close();
    expect((await running).outcome).toMatchObject({ kind: 'workerLost' });
    expect((await waiting).outcome).toMatchObject({ kind: 'workerLost' });
    expect((await attempt(problem, ROOT, INTRO)).outcome).toMatchObject({ kind: 'workerLost' });
    expect(await pool.problem({ expr: 'True' }).start()).toMatchObject({ kind: 'startFailed', category: 'closed' });
  });

  it('stops what runs for a problem that is closed', async () => {
    const pool = await open(1);
    const problem = await begin(pool, AND);
    let isSent = false;
    const running = attempt(problem, ROOT, SPIN, {
      onSent: () => {
        isSent = true;
      },
    });
    await expect.poll(() => isSent).toBe(true);
    await problem.close();
    expect((await running).outcome).toMatchObject({ kind: 'timedOut' });
    expect((await (await begin(pool, 'True')).start()).kind).toBe('started');
  });

  it('refuses modules that it does not have, before anything is started', async () => {
    const opened = await openPool({ imports: ['Mathlib.Tactic'], cacheRoot: '/nonexistent', workers: 1 });
    expect(opened).toMatchObject({
      kind: 'startFailed',
      category: 'unknownModule',
      message: expect.stringContaining('--lean lean'),
    });
    const misspelt = await openPool({ imports: ['Init.Dta.List'], cacheRoot: testCacheRoot(), workers: 1 });
    expect(misspelt).toMatchObject({ kind: 'startFailed', category: 'unknownModule' });
    expect((await open(1, {}, ['Init.Data.List.Basic', 'Std'])).workers).toBe(1);
  });
});

describe('a pool of two workers', () => {
  let pool: LeanPool;
  beforeAll(async () => {
    pool = await open(2);
    pools.splice(0);
  });
  afterAll(() => pool.close());

  it('shares the tries of one problem, and restores states where they are missing', async () => {
    await expect.poll(() => pool.health().map((one) => one.status), { timeout: 60_000 }).toEqual(['idle', 'idle']);
    const problem = await begin(pool, AND);
    await attempt(problem, ROOT, INTRO, { key: 'a' });
    const a = below(ROOT, 'a', INTRO);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => attempt(problem, a, i % 2 ? 'constructor' : 'exact ⟨h.2, h.1⟩')),
    );
    expect(new Set(answers.map((answer) => answer.worker))).toEqual(new Set([0, 1]));
    expect(answers.map(({ outcome }) => outcome.kind === 'goals' && outcome.goals.length)).toEqual(
      answers.map((_, i) => (i % 2 ? 2 : 0)),
    );
    await problem.close();
  });

  it('loses nothing when the process dies under both', async () => {
    const problem = await begin(pool, AND);
    await attempt(problem, ROOT, INTRO, { key: 'a' });
    let sent = 0;
    const onSent = (): void => {
      sent += 1;
      if (sent === 3) setImmediate(() => process.kill(hostPid(pool), 'SIGKILL'));
    };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => attempt(problem, below(ROOT, 'a', INTRO), 'exact ⟨h.2, h.1⟩', { onSent })),
    );
    expect(answers.map((answer) => answer.outcome)).toEqual(answers.map(() => ({ kind: 'goals', goals: [] })));
    await problem.close();
  });

  it('works on many problems at once', async () => {
    const problems = await Promise.all(
      Array.from({ length: 8 }, (_, i) => begin(pool, `∀ n : Nat, n + ${i} = ${i} + n`)),
    );
    const answers = await Promise.all(
      problems.flatMap((problem) => [
        attempt(problem, ROOT, 'intro n; omega'),
        attempt(problem, ROOT, 'intro n; exact Nat.mul_comm _ _'),
      ]),
    );
    expect(answers.map(({ outcome }) => outcome.kind)).toEqual(problems.flatMap(() => ['goals', 'failed']));
    await Promise.all(problems.map((problem) => problem.close()));
  });

  it('gives up many tries under one signal', async () => {
    const problem = await begin(pool, AND);
    const stop = new AbortController();
    const tries = Array.from({ length: 40 }, () =>
      attempt(problem, ROOT, SPIN, { signal: stop.signal, onSent: () => setImmediate(() => stop.abort()) }),
    );
    const outcomes = (await Promise.all(tries)).map(({ outcome }) => outcome);
    expect(outcomes.every((outcome) => outcome.kind === 'timedOut' && outcome.limit === 'cancelled')).toBe(true);
    await problem.close();
  });

  it('grows and shrinks', async () => {
    expect(await pool.resize(1)).toEqual({ kind: 'resized', workers: 1 });
    expect(pool.health()).toHaveLength(1);
    expect(await pool.resize(2)).toEqual({ kind: 'resized', workers: 2 });
    expect(await pool.resize(0)).toMatchObject({ kind: 'refused' });
    expect(await pool.resize(10_000)).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/more embedded workers need .* GB/),
    });
    const problem = await begin(pool, AND);
    expect((await attempt(problem, ROOT, INTRO)).outcome.kind).toBe('goals');
    await problem.close();
  });

  it('tells how its workers are doing', async () => {
    let changes = 0;
    const unsubscribe = pool.subscribe(() => {
      changes += 1;
    });
    const problem = await begin(pool, AND);
    const running = attempt(problem, ROOT, INTRO, {
      onSent: (worker) =>
        expect(pool.health().find((one) => one.id === worker)).toMatchObject({ status: 'busy', doing: INTRO }),
    });
    await running;
    await expect.poll(() => changes).toBeGreaterThan(1);
    const health = pool.health().find((one) => one.requests > 0 && one.medianMs !== null)!;
    expect(health).toMatchObject({ kind: 'embedded', tacticsPerSecond: expect.any(Number), p99Ms: expect.any(Number) });
    expect(health.rssBytes).toBeGreaterThan(1e8);
    expect(health.memoryBytes).toBeGreaterThan(1e8);
    unsubscribe();
    await problem.close();
  });
});

describe('questions about the environment', () => {
  let pool: LeanPool;
  beforeAll(async () => {
    pool = await open(1);
    pools.splice(0);
  });
  afterAll(() => pool.close());

  it('name its tactics and version', async () => {
    const words = ['omega', 'exact?', 'rcases', 'simp_all', 'ring', 'linarith', 'aesop'];
    expect(await pool.availableTactics(words)).toEqual(new Set(['omega', 'exact?', 'rcases', 'simp_all']));
    expect(await pool.toolchain()).toBe('Lean 4.28.0');
  });

  it('describe declarations', async () => {
    expect(await pool.inspect('Nat.add_comm')).toMatchObject({
      kind: 'found',
      declaration: {
        kind: 'theorem',
        module: 'Init.Data.Nat.Basic',
        statement: '∀ (n m : Nat), n + m = m + n',
        value: null,
        axiomsBehindLibrary: 'assumed',
        doc: null,
        isUnsafe: false,
      },
    });
    expect(await pool.inspect('Nat.add_commm')).toEqual({ kind: 'absent' });
    expect(await pool.inspect('not a name at all')).toMatchObject({ kind: expect.stringMatching(/absent|failed/) });
  });

  it('list theorems page by page', async () => {
    const first = await pool.theorems({ module: 'Init.Core', offset: 0, limit: 3 });
    const second = await pool.theorems({ module: 'Init.Core', offset: 3, limit: 3 });
    if (first.kind !== 'listed' || second.kind !== 'listed') throw new Error('not listed');
    expect(first.theorems).toHaveLength(3);
    expect(first.next).toBe(3);
    expect(new Set([...first.theorems, ...second.theorems].map((theorem) => theorem.name)).size).toBe(6);
    expect(first.theorems.every((theorem) => theorem.module === 'Init.Core' && theorem.statement)).toBe(true);
  });

  it('find names', async () => {
    const found = await pool.searchNames('add_comm', 5);
    expect(found.kind === 'names' && found.results.map((one) => one.name)).toContain('Nat.add_comm');
  });
});
