import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { LiveWorkbench } from '../../../sessions/live/live-workbench.ts';
import { openSession } from '../../../sessions/open-session.ts';
import { GatedEngine, goal } from './gated-engine.ts';
import { gatedWorkbench, screenOf } from './gated-workbench.ts';

let home: string;
let gated: GatedEngine;
let workbench: LiveWorkbench;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'proofdeck-live-'));
  gated = new GatedEngine();
  workbench = gatedWorkbench(home, gated);
});

afterEach(async () => {
  await workbench.close();
  rmSync(home, { recursive: true });
});

const problem = { name: 'p', statement: 'root', imports: [] };

const screen = (): Promise<string> => screenOf(workbench, { rows: 40, columns: 150 });

function logged(): string {
  const { session } = workbench.snapshot();
  return session ? readFileSync(join(home, 'sessions', session.id, 'events.jsonl'), 'utf8') : '';
}

test('candidates are on the screen before Lean answers, and each answer as it comes', async () => {
  expect(await workbench.newSearch(problem, 'step')).toBeNull();
  await workbench.act({ kind: 'step' });
  expect(await screen()).not.toContain('second_tactic');
  gated.propose('root', ['first_tactic', 'second_tactic', 'third_tactic']);
  const proposed = await screen();
  for (const name of ['first_tactic', 'second_tactic', 'third_tactic']) expect(proposed).toContain(name);
  expect(proposed).not.toMatch(/applied +\w+_tactic|failed +\w+_tactic/);
  // The last one answers first, and is shown at once, though the tree takes it after the others.
  gated.answer('third_tactic', 'no such luck');
  const oneAnswer = await screen();
  expect(oneAnswer).toMatch(/failed +third_tactic/);
  expect(oneAnswer).not.toMatch(/(applied|failed) +first_tactic/);
  gated.answer('first_tactic', [goal('after the first')]);
  expect(await screen()).toMatch(/applied +first_tactic/);
  expect(workbench.snapshot().searches[0]?.state.mode).toBe('stepping');
  gated.answer('second_tactic', [goal('root')]);
  expect(await screen()).toMatch(/repeats +second_tactic/);
  expect(workbench.snapshot().searches[0]?.state.mode).toBe('paused');
});

test('nothing is computed ahead: after a step nobody is asked for more', async () => {
  await workbench.newSearch(problem, 'step');
  await workbench.act({ kind: 'step' });
  await screen();
  gated.propose('root', ['only']);
  await screen();
  gated.answer('only', [goal('next')]);
  await screen();
  expect([...gated.proposals.waiting, ...gated.tactics.waiting]).toEqual([]);
});

test('what a snapshot shows is in the file already', async () => {
  await workbench.newSearch(problem, 'run');
  await screen();
  gated.propose('root', ['alpha', 'beta']);
  await screen();
  gated.answer('beta', [goal('shown')]);
  await Promise.resolve();
  const [search] = workbench.snapshot().searches;
  expect(
    logged()
      .trimEnd()
      .split('\n')
      .filter((line) => line.includes('"search":"s1"')),
  ).toHaveLength(search?.state.events ?? -1);
});

test('a closed goal is no proof until the judge says so, and a refused one lets the search go on', async () => {
  await workbench.newSearch(problem, 'run');
  await screen();
  gated.propose('root', ['cheat', 'honest']);
  await screen();
  gated.answer('cheat', []);
  expect(await screen()).toMatch(/V0.*waiting for the judge/);
  const facts = {
    axioms: [],
    axiomsBehindLibrary: 'assumed',
    statementMatches: true,
    selfUse: false,
    checks: [],
    toolchain: 'gated Lean',
    script: '',
  };
  gated.verdicts.open('cheat', { ...facts, level: 'V1', accepted: false, reason: 'it uses native_decide' });
  const refused = await screen();
  expect(workbench.snapshot().searches[0]?.state.ended).toBeNull();
  expect(refused).toContain('native_decide');
  gated.answer('honest', []);
  await screen();
  gated.verdicts.open('honest', { ...facts, level: 'V3', accepted: true });
  expect(await screen()).toMatch(/proved V3/);
  expect(workbench.snapshot().searches[0]?.state.proof?.tactics).toEqual(['honest']);
});

test('a failing provider pauses the search, which says so and goes on when asked', async () => {
  await workbench.newSearch(problem, 'run');
  await screen();
  gated.proposals.open('root', { kind: 'providerFailed', message: 'the server is away', retriable: true });
  expect(await screen()).toContain('the server is away');
  expect(workbench.snapshot().searches[0]?.state.pausedBy).toBe('provider');
  await workbench.act({ kind: 'run' });
  await screen();
  gated.propose('root', ['go']);
  await screen();
  expect(gated.tactics.waiting).toEqual(['go']);
});

test('a candidate that settles its goal and leaves the others alone spares the rest, but not what a person typed', async () => {
  await workbench.newSearch(problem, 'step');
  await workbench.act({ kind: 'step' });
  await screen();
  gated.propose('root', ['split']);
  await screen();
  gated.answer('split', [goal('left'), goal('right')]);
  await screen();
  await workbench.act({ kind: 'step' });
  await screen();
  gated.propose('left', ['slow', 'closer', 'other']);
  await screen();
  await workbench.act({ kind: 'tactic', node: 1, tactic: 'mine' });
  await screen();
  gated.answer('slow', 'no');
  gated.answer('closer', [goal('right')]);
  expect(await screen()).toMatch(/skipped +other/);
  gated.answer('mine', [goal('mine too')]);
  const settled = await screen();
  expect(settled).toMatch(/applied +mine/);
  expect(workbench.snapshot().searches[0]?.state).toMatchObject({ mode: 'paused', nodes: { length: 4 } });
});

test('when another process takes the session over, everything stops here and the other one is followed', async () => {
  await workbench.newSearch(problem, 'run');
  await screen();
  gated.propose('root', ['mine', 'also_mine']);
  await screen();
  const id = workbench.snapshot().session?.id ?? '';
  const taken = await openSession(home, id, { program: 'test', takeOver: true });
  if (taken.kind !== 'opened') throw new Error(taken.message);
  const before = logged();
  gated.answer('mine', [goal('unrecorded')]);
  expect(await screen()).not.toContain('unrecorded');
  expect(logged()).toBe(before);
  await vi.waitUntil(() => workbench.snapshot().session?.readOnly, 60_000);
  expect(await workbench.act({ kind: 'step' })).toMatchObject({ kind: 'refused' });
  taken.session.append('s1', { kind: 'user.pause' });
  taken.session.flush();
  await vi.waitUntil(() => workbench.snapshot().searches[0]?.state.mode === 'paused', 60_000);
  expect(logged().length).toBeGreaterThan(before.length);
  await taken.session.close();
});

test('a step wished before the goal is there is taken when it is', async () => {
  const starting = workbench.newSearch(problem, 'step');
  await starting;
  await workbench.act({ kind: 'step' });
  await screen();
  expect(gated.proposals.waiting).toEqual(['root']);
});

test('the pin of Compare and the prompt history are there again when the session is opened again', async () => {
  await workbench.newSearch(problem, 'step');
  await workbench.newSearch(problem, 'step');
  await screen();
  await workbench.act({ kind: 'compare', search: 's1' });
  for (const line of ['note one', 'set max_nodes=5', 'note one']) await workbench.prompt(line);
  const id = workbench.snapshot().session?.id ?? '';
  await workbench.act({ kind: 'closeSession' });
  await workbench.act({ kind: 'openSession', session: id });
  expect(workbench.snapshot()).toMatchObject({
    focused: 's2',
    compared: 's1',
    history: ['set max_nodes=5', 'note one'],
  });
});

test('a search that runs stops before a node with a breakpoint, and passes it when told to go on', async () => {
  await workbench.newSearch(problem, 'step');
  await workbench.act({ kind: 'step' });
  await screen();
  gated.propose('root', ['down']);
  await screen();
  gated.answer('down', [goal('below')]);
  await screen();
  await workbench.act({ kind: 'breakpoint', node: 1 });
  await workbench.act({ kind: 'run' });
  await screen();
  expect(workbench.snapshot().searches[0]?.state).toMatchObject({ mode: 'paused', pausedBy: 'breakpoint' });
  expect(gated.proposals.waiting).toEqual([]);
  await workbench.act({ kind: 'run' });
  await screen();
  expect(gated.proposals.waiting).toEqual(['below']);
});

test('a statement that Lean refused cannot be gone on with, and stays an error', async () => {
  gated.refusal = 'no such thing';
  await workbench.newSearch(problem, 'step');
  await screen();
  expect(await workbench.act({ kind: 'run' })).toMatchObject({
    kind: 'refused',
    notice: { text: expect.stringContaining('no such thing') },
  });
  expect(workbench.snapshot().searches[0]?.state).toMatchObject({ mode: 'ended', ended: { status: 'error' } });
  expect(workbench.snapshot().sessions[0]?.searches[0]?.status).toBe('error');
});

test('a search whose process was killed while it ran is there again with the time that it ran', async () => {
  await workbench.newSearch(problem, 'run');
  await screen();
  const id = workbench.snapshot().session?.id ?? '';
  const path = join(home, 'sessions', id, 'events.jsonl');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const begun = lines.flatMap((line) => (line.includes('"user.run"') ? [JSON.parse(line) as { t: number }] : []));
  const last = JSON.parse(lines.at(-1) ?? '') as { seq: number };
  await workbench.act({ kind: 'closeSession' });
  // What a killed process leaves behind: no pause, no halt, the last answer 5 s after the start.
  const late = {
    seq: last.seq + 1,
    t: (begun[0]?.t ?? 0) + 5000,
    search: 's1',
    kind: 'goal.stored',
    hash: 'x',
    goal: goal('x'),
  };
  writeFileSync(path, `${lines.join('\n')}\n${JSON.stringify(late)}\n`);
  await workbench.act({ kind: 'openSession', session: id });
  expect(workbench.snapshot().searches[0]).toMatchObject({ runningMs: 5000, state: { mode: 'paused' } });
  await workbench.act({ kind: 'run' });
  expect(workbench.snapshot().searches[0]?.runningMs).toBeGreaterThanOrEqual(5000);
});

test('a reader says that a search goes on elsewhere only as long as its process lives', async () => {
  await workbench.newSearch(problem, 'run');
  await vi.waitFor(() => expect(workbench.snapshot().searches[0]?.state.mode).toBe('running'), 60_000);
  const { id } = workbench.snapshot().session!;
  await workbench.act({ kind: 'closeSession' });
  // Another process becomes the writer, and does nothing.
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  onTestFinished(() => void other.kill('SIGKILL'));
  const holder = { pid: other.pid, host: hostname(), startTicks: null, boot: null, nonce: 'other', since: 'now' };
  writeFileSync(join(home, 'sessions', id, 'writer.lock'), JSON.stringify(holder));
  await workbench.act({ kind: 'openSession', session: id });
  expect(workbench.snapshot().session?.readOnly).toBe(true);
  expect(await screen()).toContain('running in another process');
  const gone = once(other, 'exit');
  other.kill('SIGKILL');
  await gone;
  await vi.waitFor(async () => expect(await screen()).not.toContain('running in another process'), 60_000);
  expect(await screen()).toContain('. interrupted');
});
