import { describe, expect, it } from 'vitest';
import { selectTheorems } from '../../sessions/select/run.ts';
import type { OpenRun, WorkbenchAction } from '../../sessions/workbench.ts';
import { Controller } from '../../views/controller.ts';
import { width } from '../../views/text/width.ts';
import { createTheme } from '../../views/theme.ts';
import { drive } from '../fixtures/driven-controller.ts';
import { type MadeRun, openRunOf } from '../fixtures/open-run.ts';
import { finished, outcome, proved, theoremsNamed } from '../fixtures/runs.ts';
import { ScriptedWorkbench } from '../fixtures/scripted-workbench.ts';
import { plain } from '../helpers/plain.ts';

const working: MadeRun = {
  live: {
    inFlight: [
      { job: 't3.1', theorem: 'delta', expansions: 7, nodes: 21, open: 4, runningMs: 3100, depth: 3, tactic: 'omega' },
    ],
  },
  more: [{ kind: 'job.started', job: 't3.1' }],
};

function desk(made: MadeRun | OpenRun | null = working, options: { ascii?: boolean; isOneRun?: boolean } = {}) {
  const workbench = new ScriptedWorkbench();
  const run = made === null ? null : 'tally' in made ? made : openRunOf(made);
  workbench.more = { run };
  const controller = new Controller({
    workbench,
    theme: createTheme({ depth: 0, ascii: options.ascii ?? false }),
    ascii: options.ascii ?? false,
    screen: 'run',
    isOneRun: options.isOneRun ?? false,
    now: () => 0,
  });
  const person = drive(controller);
  controller.start();
  person.screen();
  return {
    workbench,
    controller,
    ...person,
    asked: (): readonly WorkbenchAction[] => workbench.asked,
    show: (next: OpenRun) => {
      workbench.change({ run: next });
      controller.take();
    },
  };
}

describe('the Run screen', () => {
  it('says that the theorems come after the canaries while only those have been searched', () => {
    const begun = openRunOf({
      live: {},
      outcomeOf: (job) => (job.kind === 'canary' && job.index === 0 ? outcome({ status: 'exhausted' }) : null),
    });
    expect(desk(begun).screen(40, 170)).toMatch(/canaries 1 of \d+ run, none closed; then the theorems/);
  });

  it('shows what the run is, how it stands, and its figures from the tally', () => {
    const { screen, controller } = desk();
    const shown = screen(40, 170);
    expect(shown).toContain('adhoc/20260214-100000-abcd  » running process 4711 on box  search of list.json');
    expect(shown).toContain('3/5 theorems  in flight 1');
    expect(shown).toContain('proved 1 of 3, 33.3 % [6.1, 79.2]  level V3  with Lean 4.29.0  errors 1');
    expect(shown).toMatch(/canaries \d+ run, none closed/);
    expect(shown).toContain('provider heuristic  budget 100 nodes');
    expect(shown).toContain('candidates per expansion 1/3/4  same text 25.0 %  same state 33.3 %');
    expect(shown).toMatch(/ETA .* {2}from the last 3 theorems at/);
    expect(shown).toMatch(/proved over time {2}1/);
    controller.stop();
  });

  it('has a sign and a word for every theorem, and why', () => {
    const { screen } = desk();
    expect(screen()).toMatch(/\+ proved V3 +alpha/);
    expect(screen()).toMatch(/! error +beta .*start: doesNotElaborate unknown/);
    expect(screen()).toMatch(/x budget +gamma .*100 +250/);
    expect(screen()).toMatch(/» running +delta .* 7 +21 +3\.1s/);
    expect(screen()).toMatch(/\. waiting +epsilon +.* - +- +-/);
  });

  it('shows what is in flight, errors with examples, the log and warnings', () => {
    const { screen } = desk({
      ...working,
      more: [...working.more!, { kind: 'run.warned', about: 'disk', message: 'only 3 GB left' }],
    });
    expect(screen()).toMatch(/2 In flight {2}1 /);
    expect(screen()).toMatch(/3\.1s {2}delta {2}7 expansions, 21 nodes, 4 open, depth 3 {2}omega/);
    expect(screen()).toMatch(/start: doesNotElaborate {2}1 theorem:/);
    expect(screen()).toMatch(/ beta {2}unknown identifier foo/);
    expect(screen()).toContain('gamma: budget (100 expansions, 250 nodes)');
    expect(screen()).toContain('disk: only 3 GB left');
  });

  it('keeps the chosen theorem when rows are sorted, filtered and change', async () => {
    const { screen, press, controller, show } = desk();
    await press('j', 'j');
    expect(controller.ui.theorem).toBe(2);
    await press('s');
    expect(screen()).toContain('by status');
    expect(controller.ui.theorem).toBe(2);
    await press('S');
    expect(screen()).toContain('by status, reversed');
    show(openRunOf({ ...working, outcomeOf: (job) => (job.index < 3 ? proved() : null) }));
    screen();
    expect(controller.ui.theorem).toBe(2);
    await press('/', 'd', 'e', 'l', 't', 'enter');
    expect(screen()).toContain('1 of 5');
    expect(controller.ui.theorem).toBe(3);
    await press('escape');
    expect(screen()).not.toContain('/delt');
  });

  it('opens the search of a theorem, of what is in flight, and of an example of an error', async () => {
    const { press, asked, screen } = desk();
    await press('enter');
    expect(asked().at(-1)).toEqual({ kind: 'openTheorem', job: 't0.1' });
    const second = desk();
    await second.press('2', 'enter');
    expect(second.asked().at(-1)).toEqual({ kind: 'openTheorem', job: 't3.1' });
    const third = desk();
    await third.press('3', 'j', 'enter');
    expect(third.asked().at(-1)).toEqual({ kind: 'openTheorem', job: 't1.1' });
    const fourth = desk();
    await fourth.press('G', 'enter');
    expect(fourth.asked()).toEqual([]);
    expect(fourth.screen()).toContain('has not begun');
    expect(screen()).toBeDefined();
  });

  it('comes back from a search to the run at the same row', async () => {
    const { press, controller, workbench } = desk();
    await press('j', 'j');
    workbench.open('adhoc/x t2.1', 2);
    const snapshot = workbench.snapshot();
    workbench.more = {
      ...workbench.more,
      searches: snapshot.searches.map((one) => ({
        ...one,
        connected: false,
        job: { run: 'adhoc/x', id: 't2.1', theorem: 'gamma' },
      })),
    };
    await press('enter');
    expect(controller.ui.screen).toBe('search');
    await press('x');
    expect(controller.ui.notice?.text).toContain('can only be looked at');
    await press('escape');
    expect(controller.ui.screen).toBe('run');
    expect(controller.ui.theorem).toBe(2);
    await press('enter');
    await press('q');
    expect(controller.ui.screen).toBe('run');
  });

  it('pauses, goes on, prioritises, pins and reports', async () => {
    const { press, asked, show } = desk();
    await press('c', 'G', '+', 'p', 'e');
    expect(asked()).toEqual([
      { kind: 'pauseRun' },
      { kind: 'prioritise', theorem: 'epsilon', priority: 1 },
      { kind: 'pinRun', run: 'adhoc/20260214-100000-abcd' },
      { kind: 'exportReport' },
    ]);
    show(openRunOf({ ...working, more: [{ kind: 'run.paused', by: 'user' }] }));
    await press('c');
    expect(asked().at(-1)).toEqual({ kind: 'continueRun' });
  });

  it('asks before it stops a run, and does nothing unless told so', async () => {
    const { press, asked, screen, show } = desk();
    await press('X');
    expect(screen()).toContain('Stop run adhoc/20260214-100000-abcd after the theorems in flight (1)?');
    await press('enter');
    expect(asked()).toEqual([]);
    await press('X', 'y');
    expect(asked()).toEqual([{ kind: 'stopRun', how: 'afterCurrent' }]);
    show(openRunOf({ ...working, more: [...working.more!, { kind: 'run.stopping', by: 'you', how: 'afterCurrent' }] }));
    await press('X');
    expect(screen()).toContain('now?');
    await press('y');
    expect(asked().at(-1)).toEqual({ kind: 'stopRun', how: 'now' });
  });

  it('says what to do about a run that nobody works on, and refuses what nobody would hear', async () => {
    const { press, asked, screen } = desk({});
    expect(screen()).toMatch(/◦ interrupted its process is gone, last heard .* ago: r resumes it/);
    expect(screen()).toMatch(/\n r resume /);
    await press('c');
    expect(screen()).toContain('no process works on the run');
    await press('r');
    expect(asked()).toEqual([{ kind: 'resumeRun' }]);
  });

  it('has a sentence for every state that has nothing to show', () => {
    const none = desk(null);
    expect(none.screen()).toContain('There is no run yet.');
    expect(none.screen()).toContain(':search --theorems');
    const failed = desk(openRunOf({ live: null, more: [{ kind: 'run.ended', status: 'failed', reason: 'no Lean' }] }));
    expect(failed.screen()).toContain('! failed');
    expect(failed.screen()).toContain('reason no Lean');
    const unreadable = desk({ ...openRunOf(), status: 'unreadable', problem: 'events.jsonl is damaged in line 3' });
    expect(unreadable.screen()).toContain('cannot be read: events.jsonl is damaged in line 3');
    const silent = desk({ ...openRunOf(working), heardAt: 0, readAt: 100_000 });
    expect(silent.screen()).toContain('no word from it for 1 min 40 s');
    const stalled = desk({ ...working, live: { stalled: { since: '', message: 'connection refused' } } });
    expect(stalled.screen(40, 200)).toContain('the provider does not answer: connection refused');
    const suspect = desk({ ...working, outcomeOf: (job) => (job.kind === 'canary' ? proved() : null) });
    expect(suspect.screen(40, 200)).toContain('! suspect: false statements were "proved" (canary_false');
    expect(suspect.screen(24, 80)).toContain('! suspect');
  });

  it('titles the window, and rings when the run ends while it is shown', () => {
    const { written, show, controller } = desk();
    expect(written.join('')).toContain('3/5 · 33.3 %');
    written.length = 0;
    show(openRunOf({ ...working, more: [finished], live: null }));
    expect(written.join('')).toContain('\u0007');
    expect(controller.ui.notice?.text).toContain('the run has finished');
    written.length = 0;
    controller.stop();
    expect(written.join('')).toContain('\u001B[23;0t');
  });

  it('leaves the program with q where it was opened to watch one run', async () => {
    const { press, exited, controller } = desk(working, { isOneRun: true });
    await press('escape');
    expect(controller.ui.screen).toBe('run');
    await press('q');
    expect(exited()).toBe(true);
    const other = desk();
    await other.press('q');
    expect(other.exited()).toBe(false);
    expect(other.controller.ui.screen).toBe('home');
  });

  it('fits every size, and has only ASCII signs of its own in ASCII mode', () => {
    for (const ascii of [false, true])
      for (const [rows, columns] of [
        [50, 200],
        [30, 120],
        [24, 80],
        [12, 40],
        [12, 200],
        [60, 60],
      ] as const)
        for (const pane of ['1', '2', '3', '4', '5']) {
          const { controller } = desk(working, { ascii });
          controller.keys([pane]);
          const lines = plain(controller.frame({ rows, columns }));
          expect(lines).toHaveLength(rows);
          for (const line of lines) expect(width(line)).toBe(columns);
          if (ascii) expect(lines.join('')).toMatch(/^[ -~]*$/);
        }
  });

  it('draws ten thousand theorems as fast as ten', () => {
    const run = openRunOf({ theorems: theoremsNamed(Array.from({ length: 10_000 }, (_, i) => `theorem_${i}`)) });
    const { controller, screen } = desk(run);
    controller.keys(['G']);
    expect(screen()).toContain('theorem_9999');
    const query = { filter: '', order: 'list', reverse: false } as const;
    expect(selectTheorems(run, query)).toBe(selectTheorems(run, query));
  });
});

describe('the Compare screen', () => {
  it('says what is missing with one pinned run', () => {
    const { workbench, controller, screen } = desk();
    workbench.change({ comparedRuns: { names: ['a'], comparison: null, problem: null } });
    controller.take();
    controller.keys(['C']);
    expect(screen()).toContain('One run is pinned');
    workbench.change({ comparedRuns: { names: ['a', 'b'], comparison: null, problem: 'there is no run b' } });
    controller.take();
    expect(screen()).toContain('! there is no run b');
  });
});

it('says on Home why runs could not be looked for', async () => {
  const { workbench, controller, press, screen } = desk(null);
  workbench.change({ runs: null, runsProblem: 'cannot use /x/runs: permission denied' });
  controller.take();
  await press('q');
  expect(screen()).toContain('! cannot use /x/runs: permission denied');
});

it('gives the room of what is in flight to the other lists once nobody works on the run', async () => {
  const over = openRunOf({ more: [finished] });
  const { screen, press } = desk({ ...over, holder: null });
  expect(screen()).not.toContain('In flight');
  expect(screen(24, 100)).not.toContain('In flight');
  await press('2');
  expect(screen()).toContain('In flight');
  expect(desk().screen()).toContain('In flight');
});
