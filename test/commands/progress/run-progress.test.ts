import { expect, test } from 'vitest';
import type { CommandContext } from '../../../commands/context.ts';
import { createRunProgress, type RunView } from '../../../commands/run-progress.ts';
import type { RunEvent } from '../../../src/run/events.ts';
import type { LiveStatus } from '../../../src/run/live-status.ts';
import type { Manifest } from '../../../src/run/manifest.ts';
import {
  createdAt,
  eventsOf,
  failedToStart,
  finished,
  manifestFor,
  outcome,
  proved,
  stateOf,
  theoremsNamed,
} from '../../fixtures/runs.ts';
import { EmulatedTerminal } from './emulated.ts';

const names = Array.from({ length: 20 }, (_, i) => `Mathlib.Some.Theorem${i}`);
const theorems = theoremsNamed(names);

function viewAfter(
  done: number,
  options: {
    readonly live?: Partial<LiveStatus>;
    readonly manifest?: Partial<Manifest>;
    readonly more?: readonly RunEvent[];
    readonly interrupted?: boolean;
  } = {},
): RunView {
  const manifest = manifestFor(theorems, { canaries: false, ...options.manifest });
  const events = eventsOf(
    manifest,
    theorems,
    ({ index }) =>
      index >= done
        ? null
        : index % 3 === 0
          ? proved()
          : index === 1
            ? failedToStart('unknown\nidentifier \u001B[31m`foo`')
            : outcome(),
    options.more,
  );
  const live: LiveStatus = {
    schema: 'proofdeck.run-status/1',
    status: 'running',
    phase: 'searching',
    pid: 7,
    host: 'box',
    updatedAt: createdAt,
    inFlight: [],
    workers: [],
    diskFree: null,
    stalled: null,
    ...options.live,
  };
  return {
    manifest,
    state: stateOf(manifest, theorems, events),
    live,
    ...(options.interrupted !== undefined && { interrupted: options.interrupted }),
  };
}

/** A display with a clock of the test's. */
function display(terminal: EmulatedTerminal | null, drawingMs = 0) {
  let watch = 0;
  let time = Date.parse(createdAt) + 15_000;
  let ticks: (() => void)[] = [];
  const notes: string[] = [];
  const context: CommandContext = {
    out: () => {},
    note: (text) => notes.push(text),
    terminal,
    environment: {},
    folder: '/',
    readInput: async () => '',
    confirm: async () => false,
    interactive: false,
    signal: new AbortController().signal,
  };
  const progress = createRunProgress(context, {
    quiet: false,
    now: () => time,
    stopwatch: () => {
      watch += drawingMs;
      return watch;
    },
    every: (_, tick) => {
      ticks.push(tick);
      return () => {
        ticks = ticks.filter((other) => other !== tick);
      };
    },
  });
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 250) {
      time += 250;
      for (const tick of ticks) tick();
    }
  };
  return { progress, notes, pass, ticking: () => ticks.length };
}

const flight = (job: string, theorem: string, tactic: string): LiveStatus['inFlight'][number] => ({
  job,
  theorem,
  expansions: 12,
  nodes: 30,
  open: 9,
  runningMs: 4200,
  depth: 3,
  tactic,
});

test('on a terminal: counts, rates, errors and what is in flight, in place', async () => {
  const terminal = new EmulatedTerminal(120, 30);
  const { progress, pass } = display(terminal);
  progress.show(viewAfter(2));
  progress.show(
    viewAfter(7, { live: { inFlight: [flight('t7.1', names[7] as string, 'simp\n[foo] \u001B]0;x\u0007')] } }),
  );
  pass(250);
  const text = await terminal.text();
  expect(text).toMatch(/^search adhoc\/20260214-100000-abcd · running · 2 workers, 2 theorems at a time/);
  expect(text).toContain('7/20 done');
  expect(text).toContain('+ 3 proved (3 of 7, 42.9 %, V2 and up, 100 expansions, Lean 4.29.0)');
  expect(text).toContain('. open: budget 3');
  expect(text).toContain('x errors: start 1 (doesNotElaborate 1)');
  expect(text).toMatch(/theorems\/min · ETA .* \(from the last 7 theorems at/);
  expect(text).toContain('3 candidates per expansion (1 to 4)');
  expect(text).toMatch(/» Mathlib\.Some\.Theorem7 +12 expansions, depth 3, 4\.2 s +simp \[foo\]/);
  expect(text).toContain('x Mathlib.Some.Theorem1: start, doesNotElaborate: unknown identifier `foo`');
  expect(text).not.toContain('2/20');
  expect(terminal.titles.at(-1)).toBe('7/20 · 42.9 %');
  progress.close();
});

test('the bar and the figures beside it count the same: canaries are no theorems, and attempts are searches', async () => {
  const shown = async (manifest: Partial<Manifest>): Promise<string> => {
    const terminal = new EmulatedTerminal(140, 30);
    const { progress } = display(terminal);
    // As in a real run, canaries come first.
    progress.show(viewAfter(1, { manifest }));
    progress.close();
    return (await terminal.text()).split('\n')[1] as string;
  };
  expect(await shown({ canaries: true })).toMatch(/\] 5\.0 % 1\/20 done/);
  expect(await shown({ canaries: true, attempts: 2 })).toMatch(/\] 5\.0 % 2\/40 searches · 1\/20 theorems done/);
  expect(await shown({ noisy: 1.2 })).toMatch(/\] 5\.0 % 2\/40 searches · 1\/20 theorems done/);
});

test('it never leaves its terminal, however small', async () => {
  for (const [columns, rows] of [
    [40, 6],
    [12, 3],
    [200, 5],
  ] as const) {
    const terminal = new EmulatedTerminal(columns, rows);
    terminal.write('above\r\n');
    const { progress, pass } = display(terminal);
    const inFlight = names.slice(9).map((name, i) => flight(`t${i + 9}.1`, `${name}⟨∀⟩`.repeat(9), 'norm_num'));
    for (let done = 1; done < 9; done++) {
      progress.show(viewAfter(done, { live: { inFlight } }));
      pass(250);
    }
    const lines = (await terminal.text()).split('\n');
    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(lines[0]).toBe('above');
    progress.close();
  }
});

test('a run that takes long to count is drawn less often', async () => {
  const terminal = new EmulatedTerminal(100, 20);
  const { progress, pass } = display(terminal, 100);
  progress.show(viewAfter(1));
  progress.show(viewAfter(2));
  pass(1750);
  expect(await terminal.text()).toContain('1/20 done');
  pass(250);
  expect(await terminal.text()).toContain('2/20 done');
  progress.close();
});

test('it rings once for the end, a stall and a full disk, and not for anything else', async () => {
  const terminal = new EmulatedTerminal(100, 20);
  const { progress, pass } = display(terminal);
  const rung = async (): Promise<number> => {
    pass(1000);
    await terminal.text();
    const { bells } = terminal;
    terminal.bells = 0;
    return bells;
  };
  progress.show(viewAfter(2));
  expect(await rung()).toBe(0);
  const stalled = { since: createdAt, message: 'connection refused by http://gpu:30000' };
  progress.show(viewAfter(3, { live: { stalled } }));
  expect(await rung()).toBe(1);
  expect(await terminal.text()).toContain('! stalled for 16 s: connection refused');
  progress.show(viewAfter(4, { live: { stalled } }));
  expect(await rung()).toBe(0);
  progress.show(viewAfter(5, { live: { diskFree: { bytes: 3e9, fraction: 0.04 } } }));
  expect(await rung()).toBe(1);
  expect(await terminal.text()).toContain('! disk: only 3.0 GB left (4.0 %)');
  progress.show(viewAfter(20, { more: [{ kind: 'run.ended', status: 'finished', reason: 'every theorem is done' }] }));
  expect(await rung()).toBe(1);
  progress.close();
  expect(await rung()).toBe(0);
});

test('a run that nobody works on says so, and shows nothing old as live', async () => {
  const terminal = new EmulatedTerminal(100, 20);
  const { progress } = display(terminal);
  progress.show(viewAfter(3, { interrupted: true, live: { inFlight: [flight('t4.1', 'old', 'simp')] } }));
  const text = await terminal.text();
  expect(text).toContain('interrupted');
  expect(text).toContain('! nobody works on it');
  expect(text).not.toContain('»');
  progress.close();
});

test('in a file: one line for each phase, then one each 30 s', () => {
  const { progress, notes, pass } = display(null);
  const starting = (phase: string): RunView => {
    const view = viewAfter(0, { live: { status: 'starting', phase } });
    return { ...view, state: stateOf(view.manifest, theorems, []) };
  };
  progress.show(starting('preparing Lean: loading the image 10 %'));
  progress.show(starting('preparing Lean: loading the image 80 %'));
  progress.show(starting('waiting for the provider'));
  progress.show(viewAfter(1));
  expect(notes.map((line) => line.replace(/: 0.*|: 1.*/, ''))).toEqual([
    '2026-02-14T10:00:15Z search adhoc/20260214-100000-abcd preparing Lean: loading the image 10 %',
    '2026-02-14T10:00:15Z search adhoc/20260214-100000-abcd waiting for the provider',
    '2026-02-14T10:00:15Z search adhoc/20260214-100000-abcd running',
  ]);
  progress.show(viewAfter(4));
  pass(29_000);
  expect(notes).toHaveLength(3);
  pass(2000);
  expect(notes).toHaveLength(4);
  expect(notes[3]).toContain('4/20 done; 2 proved (2 of 4, 50.0 %, V2 and up, 100 expansions, Lean 4.29.0)');
  progress.show(viewAfter(20, { more: [{ kind: 'run.ended', status: 'finished', reason: 'every theorem is done' }] }));
  progress.close();
  expect(notes).toHaveLength(5);
  expect(notes[4]).toContain('finished (every theorem is done): 20/20 done');
  expect(notes.join('')).not.toContain('\u001B');
});

test('quiet means quiet, and nothing keeps ticking after the end', () => {
  const terminal = new EmulatedTerminal(80, 24);
  const shown = display(terminal);
  shown.progress.show(viewAfter(3));
  shown.progress.close();
  expect(shown.ticking()).toBe(0);
  const written = terminal.written.length;
  shown.pass(2000);
  expect(terminal.written.length).toBe(written);
});

test('the line of a run that is over says what it cost, and no rate', () => {
  const { progress, notes } = display(null);
  progress.show(viewAfter(20, { manifest: { cost: { perHour: 36, gpus: 0 } }, more: [finished] }));
  progress.close();
  expect(notes.at(-1)).toMatch(/finished.*; cost 0\.\d\d$/);
  expect(notes.at(-1)).not.toContain('theorems/min');
});
