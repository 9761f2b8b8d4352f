import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RunDesk } from '../../../sessions/live/run-desk.ts';
import type { RunAction } from '../../../sessions/workbench.ts';
import { encodeRunEvent, type RunEvent } from '../../../src/run/events.ts';
import { runFile, runLockPath, runLogPath } from '../../../src/run/folder.ts';
import type { LiveStatus } from '../../../src/run/live-status.ts';
import type { Manifest } from '../../../src/run/manifest.ts';
import { acquireLock, type Lock } from '../../../src/storage/lock.ts';
import { outcomeByIndex } from '../../fixtures/open-run.ts';
import { eventsOf, finished, manifestFor, outcome, proved, theoremsNamed, writeRun } from '../../fixtures/runs.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const open: RunDesk[] = [];
const locks: Lock[] = [];
afterEach(async () => {
  for (const lock of locks.splice(0)) lock.release();
  for (const desk of open.splice(0)) await desk.close();
});

function deskIn(home: string) {
  const resumed: string[] = [];
  let changes = 0;
  const problems: string[] = [];
  const waiting = new Set<() => void>();
  const desk = new RunDesk({
    home,
    folder: home,
    resume: async (run) => {
      resumed.push(run);
      return { kind: 'started', run };
    },
    onChange: () => {
      changes += 1;
      for (const look of waiting) look();
    },
    onProblem: (message) => {
      problems.push(message);
      for (const look of waiting) look();
    },
  });
  open.push(desk);
  const focused: string[] = [];
  return {
    desk,
    resumed,
    focused,
    problems,
    changes: () => changes,
    act: (action: RunAction) => desk.act(action, (search) => focused.push(search), null),
    /** Waits for a change after which the predicate holds. */
    until: (predicate: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!predicate()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

const theorems = theoremsNamed(['alpha', 'beta', 'gamma', 'delta']);
const ids = { first: 'adhoc/20260214-100000-aaaa', second: 'adhoc/20260214-110000-bbbb' };
const manifestOf = (id: string): Manifest => manifestFor(theorems, { id });

/** A run in a home, with what another process would add to it. */
function runIn(home: string, id = ids.first, events = eventsOf(manifestOf(id), theorems, outcomeByIndex)) {
  writeRun(home, manifestOf(id), theorems, events);
  let seq = events.length;
  let t = seq * 1000;
  return {
    emit: (event: RunEvent): void => {
      seq += 1;
      t += 1000;
      appendFileSync(runLogPath(home, id), `${encodeRunEvent({ seq, t, event })}\n`);
    },
    /** From here on a process works on it: this one. */
    hold: async (): Promise<Lock> => {
      const locked = await acquireLock(runLockPath(home, id));
      if (locked.kind !== 'locked') throw new Error('the run is held');
      locks.push(locked.lock);
      return locked.lock;
    },
    wishes: (): unknown[] =>
      readFileSync(runFile(home, id, 'control.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
  };
}

/** The first lines of the log of a search. */
const opened = (goal: string): string[] =>
  [
    { kind: 'session.opened', id: 'x', createdAt: '2026-02-14T10:00:00Z', format: 1, program: '0.1.0' },
    {
      search: 's1',
      kind: 'search.opened',
      problem: { name: goal, statement: goal, imports: [] },
      settings: manifestOf(ids.first).search,
      provider: { name: 'heuristic', kind: 'heuristic' },
      worker: { kind: 'embedded', toolchain: 'Lean 4.29.0' },
    },
    { search: 's1', kind: 'user.run' },
  ].map((event, i) => JSON.stringify({ seq: i + 1, t: i, ...event }));

describe('the list of runs', () => {
  it('is empty where there are none, and has the newest first with how far each is', async () => {
    const home = temporaryFolder();
    const { desk, act } = deskIn(home);
    expect(desk.runs).toBeNull();
    await act({ kind: 'listRuns' });
    expect(desk.runs).toEqual([]);
    runIn(home);
    runIn(
      home,
      ids.second,
      eventsOf(manifestOf(ids.second), theorems, () => proved(), [finished]),
    );
    await act({ kind: 'listRuns' });
    expect(desk.runs).toMatchObject([
      { id: ids.second, status: 'finished', done: 4, total: 4, proved: 4, corpus: 'list.json' },
      { id: ids.first, status: 'interrupted', done: 3, total: 4, proved: 1 },
    ]);
  });

  it('reads only what is new, and changes only what is different', async () => {
    const home = temporaryFolder();
    const run = runIn(home);
    runIn(home, ids.second);
    const { desk, act, changes } = deskIn(home);
    await act({ kind: 'listRuns' });
    const [second, first] = desk.runs!;
    const before = changes();
    await act({ kind: 'listRuns' });
    expect(changes()).toBe(before);
    run.emit({ kind: 'job.started', job: 't3.1' });
    run.emit({ kind: 'job.ended', job: 't3.1', outcome: proved() });
    await act({ kind: 'listRuns' });
    expect(desk.runs![0]).toBe(second);
    expect(desk.runs![1]).not.toBe(first);
    expect(desk.runs![1]).toMatchObject({ done: 4, proved: 2 });
  });

  it('names a run that cannot be read, and why', async () => {
    const home = temporaryFolder();
    runIn(home);
    writeFileSync(runFile(home, ids.first, 'manifest.json'), '{"schema":1}');
    const { desk, act } = deskIn(home);
    await act({ kind: 'listRuns' });
    expect(desk.runs).toMatchObject([{ id: ids.first, status: 'unreadable' }]);
    expect(desk.runs![0]!.problem).toContain('manifest.json');
  });
});

describe('a disk that does not do as expected', () => {
  it('is a problem of the list, until it does', async () => {
    const home = temporaryFolder();
    writeFileSync(join(home, 'runs'), 'a file');
    const { desk, until } = deskIn(home);
    desk.start();
    await until(() => desk.problem !== null);
    expect(desk.problem).toContain(`${join(home, 'runs')}: a part of the path is a file`);
    rmSync(join(home, 'runs'));
    runIn(home);
    await desk.act({ kind: 'listRuns' }, () => {}, null);
    expect(desk).toMatchObject({ problem: null, runs: [{ id: ids.first }] });
  });

  it('is a problem of one run, and hides no others', async () => {
    const home = temporaryFolder();
    runIn(home);
    runIn(home, ids.second);
    const { desk, act } = deskIn(home);
    await act({ kind: 'listRuns' });
    const status = runFile(home, ids.first, 'status.json');
    symlinkSync(status, status);
    await act({ kind: 'listRuns' });
    expect(desk.runs).toMatchObject([
      { id: ids.second, status: 'interrupted' },
      { id: ids.first, status: 'unreadable', problem: expect.stringContaining('status.json: ELOOP') },
    ]);
  });

  it('is said when the log of a search can no longer be looked at', async () => {
    const home = temporaryFolder();
    const run = runIn(home);
    await run.hold();
    run.emit({ kind: 'job.started', job: 't3.1' });
    const log = runFile(home, ids.first, 'theorems', 'delta', '1.jsonl');
    mkdirSync(dirname(log), { recursive: true });
    writeFileSync(
      log,
      opened('delta')
        .map((line) => `${line}\n`)
        .join(''),
    );
    const { act, problems, until } = deskIn(home);
    await act({ kind: 'openRun', run: ids.first });
    expect(await act({ kind: 'openTheorem', job: 't3.1' })).toMatchObject({ kind: 'done' });
    rmSync(log);
    symlinkSync(log, log);
    await until(() => problems.length > 0);
    expect(problems[0]).toContain('ELOOP');
  });
});

describe('the open run', () => {
  it('is followed from its files, through the end of its process and the start of another', async () => {
    const home = temporaryFolder();
    const run = runIn(home);
    const { desk, act, until } = deskIn(home);
    expect(await act({ kind: 'openRun', run: 'last' })).toMatchObject({ kind: 'done' });
    expect(desk.run).toMatchObject({ id: ids.first, status: 'interrupted', holder: null });
    expect(desk.run!.tally.proved.n).toBe(1);
    const lock = await run.hold();
    run.emit({ kind: 'run.resumed', at: '2026-02-14T11:00:00Z', format: 1, program: '0.1.0' });
    run.emit({ kind: 'run.ready', toolchain: 'Lean 4.29.0', workers: 2, concurrency: 2 });
    await until(() => desk.run!.status === 'running');
    run.emit({ kind: 'job.started', job: 't3.1' });
    run.emit({ kind: 'job.ended', job: 't3.1', outcome: proved() });
    await until(() => desk.run!.tally.proved.n === 2);
    expect(desk.run!.log.at(-1)!.text).toBe('delta: proved V3 (12 expansions, 31 nodes)');
    lock.release();
    await until(() => desk.run!.status === 'interrupted');
  });

  it('says that there is no such run', async () => {
    const { act, desk } = deskIn(temporaryFolder());
    expect(await act({ kind: 'openRun', run: 'nothing' })).toMatchObject({
      kind: 'refused',
      notice: { text: expect.stringContaining('there are no runs') },
    });
    expect(desk.run).toBeNull();
  });

  it('hears wishes only where a process works on it', async () => {
    const home = temporaryFolder();
    const run = runIn(home);
    const { act, resumed } = deskIn(home);
    await act({ kind: 'openRun', run: ids.first });
    expect(await act({ kind: 'pauseRun' })).toMatchObject({
      kind: 'refused',
      notice: { text: expect.stringContaining('no process works on') },
    });
    expect(await act({ kind: 'resumeRun' })).toMatchObject({ kind: 'done' });
    expect(resumed).toEqual([ids.first]);
    await run.hold();
    await act({ kind: 'openRun', run: ids.first });
    await act({ kind: 'pauseRun' });
    await act({ kind: 'continueRun' });
    await act({ kind: 'prioritise', theorem: 'delta', priority: 3 });
    await act({ kind: 'stopRun', how: 'afterCurrent' });
    await act({ kind: 'stopRun', how: 'now' });
    expect(run.wishes()).toEqual([
      { kind: 'pause' },
      { kind: 'continue' },
      { kind: 'prioritise', theorem: 'delta', priority: 3 },
      { kind: 'stopAfterCurrent' },
      { kind: 'stopNow' },
    ]);
    expect(await act({ kind: 'resumeRun' })).toMatchObject({ kind: 'refused' });
  });

  it('writes its report, and is compared with others', async () => {
    const home = temporaryFolder();
    runIn(home);
    runIn(
      home,
      ids.second,
      eventsOf(manifestOf(ids.second), theorems, () => proved(), [finished]),
    );
    const { desk, act, until } = deskIn(home);
    await act({ kind: 'openRun', run: ids.second });
    await act({ kind: 'pinRun', run: ids.first });
    expect(desk.compared).toMatchObject({ names: [ids.first], comparison: null });
    await act({ kind: 'pinRun', run: ids.second });
    await until(() => desk.compared.comparison !== null);
    expect(desk.compared.comparison!.results.map(({ cumulative }) => cumulative.rate.n)).toEqual([1, 4]);
    const reported = await act({ kind: 'exportReport' });
    expect(reported.notice?.text).toContain('report.html');
    expect(readFileSync(runFile(home, ids.second, 'report.html'), 'utf8')).toContain('alpha');
    expect(readFileSync(runFile(home, ids.second, 'report.md'), 'utf8')).toContain('alpha');
    await act({ kind: 'pinRun', run: ids.second });
    expect(desk.compared.names).toEqual([ids.first]);
    expect(await act({ kind: 'compareRuns', names: ['nothing.json', ids.first] })).toMatchObject({ kind: 'refused' });
    expect(desk.compared.problem).toContain('nothing.json');
  });
});

describe('the search of a theorem', () => {
  const started = (seq: number): string[] =>
    [
      { search: 's1', kind: 'goal.stored', hash: 'g', goal: { hypotheses: [], target: 'x' } },
      { search: 's1', kind: 'root.started', goals: ['g'], ms: 1 },
    ].map((event, i) => JSON.stringify({ seq: seq + i, t: 5, ...event }));
  const put = (home: string, lines: readonly string[]): void => {
    const path = runFile(home, ids.first, 'theorems', 'delta', '1.jsonl');
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, lines.map((line) => `${line}\n`).join(''));
  };

  it('opens for looking only, follows its log, and starts anew when the job is done again', async () => {
    const home = temporaryFolder();
    const run = runIn(home);
    await run.hold();
    run.emit({ kind: 'job.started', job: 't3.1' });
    put(home, opened('first'));
    const { desk, act, focused, until } = deskIn(home);
    await act({ kind: 'openRun', run: ids.first });
    expect(await act({ kind: 'openTheorem', job: 't3.1' })).toMatchObject({ kind: 'done' });
    expect(focused).toEqual([`${ids.first} t3.1`]);
    const search = () => desk.searches[0]!;
    expect(search()).toMatchObject({ connected: false, job: { run: ids.first, id: 't3.1', theorem: 'delta' } });
    expect(search().length).toBe(2);
    put(home, started(4));
    await until(() => search().length === 4);
    desk.find(focused[0]!)!.travel(2);
    expect(search()).toMatchObject({ at: 2, length: 4 });
    desk.find(focused[0]!)!.travel(null);
    rmSync(runFile(home, ids.first, 'theorems', 'delta', '1.jsonl'));
    put(home, opened('second'));
    await until(() => search().state.problem?.name === 'second');
  });

  it('has been running for as long as the process of the run says', async () => {
    const home = temporaryFolder();
    const run = runIn(home);
    await run.hold();
    run.emit({ kind: 'job.started', job: 't3.1' });
    put(home, [...opened('first'), ...started(4)]);
    const live: LiveStatus = {
      schema: 'proofdeck.run-status/1',
      status: 'running',
      phase: '',
      pid: process.pid,
      host: hostname(),
      updatedAt: '2026-02-14T10:00:00Z',
      inFlight: [
        { job: 't3.1', theorem: 'delta', expansions: 1, nodes: 1, open: 0, runningMs: 26_700, depth: 0, tactic: null },
      ],
      workers: [],
      diskFree: null,
      stalled: null,
    };
    writeFileSync(runFile(home, ids.first, 'status.json'), JSON.stringify(live));
    const { desk, act, focused } = deskIn(home);
    await act({ kind: 'openRun', run: ids.first });
    await act({ kind: 'openTheorem', job: 't3.1' });
    expect(desk.searches[0]!.runningMs).toBe(26_700);
    desk.find(focused[0]!)!.travel(2);
    expect(desk.searches[0]!.runningMs).toBe(0);
  });

  it('is not shown as running when the process of the run is gone', async () => {
    const home = temporaryFolder();
    const run = runIn(home);
    run.emit({ kind: 'job.started', job: 't3.1' });
    put(home, [...opened('left'), ...started(4)]);
    const { desk, act } = deskIn(home);
    await act({ kind: 'openRun', run: ids.first });
    await act({ kind: 'openTheorem', job: 't3.1' });
    expect(desk.searches[0]!.state.mode).toBe('paused');
  });

  it('says that a search has not begun', async () => {
    const home = temporaryFolder();
    runIn(
      home,
      ids.first,
      eventsOf(manifestOf(ids.first), theorems, () => outcome()),
    );
    const { act } = deskIn(home);
    await act({ kind: 'openRun', run: ids.first });
    expect(await act({ kind: 'openTheorem', job: 't3.1' })).toMatchObject({
      kind: 'refused',
      notice: { text: expect.stringContaining('has not begun') },
    });
  });
});
