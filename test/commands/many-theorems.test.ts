import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ECHO_MS } from '../../commands/echoed-signals.ts';
import { openRun, type RunReader } from '../../sessions/runs/run-reader.ts';
import { rowsOfFile } from '../../src/trajectory/rows-of-file.ts';
import { readSummary } from '../../src/trajectory/summary.ts';
import { runCli, startCli } from '../helpers/cli.ts';
import { openTestHost } from '../helpers/lean.ts';
import { temporaryFolder } from '../storage/temporary.ts';

const theorems = [
  { name: 'swap', statement: '∀ p q : Prop, p ∧ q → q ∧ p', source: 'logic' },
  { name: 'add_zero', statement: '∀ n : Nat, n + 0 = n', source: 'nat' },
  { name: 'wrong', statement: '∀ n : Nat, n = n + 1', source: 'nat' },
  { name: 'nonsense', statement: '∀ n : Natt, n = n', source: 'bad' },
  { name: 'either', statement: '∀ p q : Prop, p ∨ q → q ∨ p', source: 'logic' },
];

/** With these a search of what is false goes on for ever. */
const endless = [
  '--max-nodes',
  '1000000',
  '--max-depth',
  '100000',
  '--set',
  'search.probe_tactics=["have : 1 = 1 := rfl"]',
];

function list(entries: readonly object[] = theorems): string {
  const path = join(temporaryFolder(), 'list.json');
  writeFileSync(path, JSON.stringify({ theorems: entries }));
  return path;
}

const search = (file: string, ...more: readonly string[]): readonly string[] => [
  'search',
  ...['--theorems', file, '--workers', '1', '--max-nodes', '4', '--no-canaries', '--quiet', '--json'],
  ...more,
];

async function reader(home: string, id = 'last'): Promise<RunReader> {
  const opened = await openRun(home, id);
  if (opened.kind !== 'run') throw new Error(opened.message);
  return opened.run;
}

/** What the searches came to, times left out. */
function outcomes({ state }: RunReader) {
  return [...state.jobs].map(([id, { progress }]) => {
    if (progress.kind !== 'ended') return [id, progress.kind];
    const { timeMs: _, latency: __, ...outcome } = progress.outcome;
    return [id, outcome];
  });
}

async function rows(run: RunReader): Promise<readonly string[]> {
  const all: string[] = [];
  for (const { file } of run.state.parts)
    for (const { timestamp_ms: _, session: __, ...row } of await rowsOfFile(run.file(...file.split('/'))))
      all.push(JSON.stringify(row));
  return all.toSorted();
}

/** Resolves when the log of a run has so many lines, or says what is wanted. */
async function logged(home: string, id: string, wanted: number | RegExp): Promise<void> {
  const path = join(home, 'runs', 'adhoc', id, 'events.jsonl');
  const isThere = (text: string): boolean =>
    typeof wanted === 'number' ? text.split('\n').length > wanted : wanted.test(text);
  while (!existsSync(path) || !isThere(readFileSync(path, 'utf8')))
    await new Promise((resolve) => setTimeout(resolve, 10));
}

const ended = (child: ReturnType<typeof startCli>): Promise<number | null> =>
  new Promise((resolve) => child.on('exit', (code) => resolve(code)));

// The first start may have to prepare the image; no test should be charged for that.
beforeAll(async () => (await openTestHost()).close());

describe('search', () => {
  test('keeps trajectories and tells what it came to; killed at any moment it resumes to the same', async () => {
    const file = list();
    const undisturbed = temporaryFolder();
    const done = await runCli(undisturbed, search(file));
    expect(done.code).toBe(0);
    expect(JSON.parse(done.out)).toMatchObject({
      schema: 'proofdeck.search/1',
      theorems: 5,
      proved: 3,
      toolchain: expect.stringContaining('Lean 4'),
      bySource: { logic: { proved: 2 } },
      errors: { start: 1 },
    });
    const home = temporaryFolder();
    const again = (...more: readonly string[]) =>
      search(file, '--run', 'killed', '--set', 'run.flush_theorems=2', ...more);
    for (const lines of [4, 10]) {
      const child = startCli(home, again('--resume', 'allow'));
      await logged(home, 'killed', lines);
      child.kill('SIGKILL');
      await ended(child);
    }
    const resumed = await runCli(home, again('--resume', 'must'));
    expect(resumed).toMatchObject({ code: 0 });
    const [one, other] = [await reader(undisturbed), await reader(home)];
    expect(outcomes(other)).toEqual(outcomes(one));
    expect(await rows(other)).toEqual(await rows(one));
    expect(other.state.resumptions).toBe(2);
    expect(JSON.parse(readFileSync(other.file('results.json'), 'utf8'))).toEqual(JSON.parse(resumed.out));
  });

  test('SIGTERM saves and ends with 143; a second process follows a run that goes on; Ctrl-C twice ends with 130', async () => {
    const home = temporaryFolder();
    const first = startCli(home, search(list(theorems.slice(1, 3)), '--run', 'long', ...endless));
    await logged(home, 'long', 5);
    // The terminal goes away, and the run does not mind.
    first.kill('SIGHUP');
    first.kill('SIGTERM');
    expect(await ended(first)).toBe(143);
    const stopped = await reader(home);
    expect(stopped.state).toMatchObject({ status: 'stopped', reason: 'SIGTERM', ended: ['t0.1'] });
    expect(stopped.state.parts).toHaveLength(1);
    const second = startCli(home, ['resume', '--json', '--quiet']);
    await logged(home, 'long', 12);
    const follower = startCli(home, ['resume', 'long']);
    const following = new Promise<void>((resolve) => {
      follower.stderr.on('data', (chunk: Buffer) => chunk.includes('another process') && resolve());
    });
    await following;
    const ends = Promise.all([ended(second), ended(follower)]);
    second.kill('SIGINT');
    await logged(home, 'long', /"run\.stopping","by":"Ctrl-C"/);
    // What comes at once counts as its echo; one signal too many would meet a process that has done its work and hears none any more.
    await new Promise((resolve) => setTimeout(resolve, ECHO_MS + 100));
    second.kill('SIGINT');
    expect(await ends).toEqual([130, 1]);
    expect((await reader(home)).state).toMatchObject({ status: 'stopped', reason: 'Ctrl-C', ended: ['t0.1'] });
  });

  test('leaves out what a file has, and puts the tables together under the same path', async () => {
    const home = temporaryFolder();
    const out = join(temporaryFolder(), 'rows.parquet');
    const first = await runCli(home, search(list(theorems.slice(0, 2)), '--out', out, '--detach'));
    expect(first.code).toBe(0);
    const { run } = JSON.parse(first.out) as { run: string };
    // The run has a process of its own; following it is one way to wait for it.
    expect((await runCli(home, ['resume', run, '--quiet'])).code).toBe(0);
    const before = await rowsOfFile(out);
    expect(new Set(before.map((row) => row.theorem_name))).toEqual(new Set(['swap', 'add_zero']));
    const second = await runCli(home, search(list(), '--out', out, '--resume-from', out, '--noisy', '1.2'));
    expect(JSON.parse(second.out)).toMatchObject({ theorems: 3 });
    const after = await rowsOfFile(out);
    expect(after.slice(0, before.length)).toEqual(before);
    const summary = await readSummary([out]);
    expect(summary).toMatchObject({ kind: 'summary', summary: { theorems: 4 } });
    expect((await rowsOfFile(out.replace('.parquet', '_noisy.parquet'))).length).toBeGreaterThan(0);
  });

  test('says before it starts what does not fit', async () => {
    const home = temporaryFolder();
    const file = list();
    const plan = await runCli(home, search(file, '--dry-run', '--limit', '2'));
    expect(plan.code).toBe(0);
    expect(JSON.parse(plan.out)).toMatchObject({
      theorems: { listed: 5, searched: 2 },
      configuration: { 'search.max_nodes': { value: 4, origin: '--max-nodes' } },
    });
    expect(existsSync(join(home, 'runs'))).toBe(false);
    expect(await runCli(home, search(file, '--resume', 'must'))).toMatchObject({ code: 2 });
    expect(await runCli(home, search(file, '--run', '../x'))).toMatchObject({ code: 2 });
    expect(await runCli(home, search('no_such'))).toMatchObject({ code: 2, err: expect.stringContaining('no_such') });
    expect(await runCli(home, ['resume'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('no unfinished run'),
    });
    expect(await runCli(home, search(file, '--resume-from', 'x.parquet'))).toMatchObject({ code: 2 });
    // --out is tried before Lean starts.
    expect(await runCli(home, search(file, '--out', join(file, 'rows')))).toMatchObject({
      code: 2,
      err: expect.stringContaining(`--out ${join(file, 'rows')}: cannot make the folder`),
    });
    expect(existsSync(join(home, 'runs'))).toBe(false);
    // A table of other rows is not replaced unasked.
    const rows = join(temporaryFolder(), 'rows.parquet');
    writeFileSync(rows, 'of somebody');
    expect(await runCli(home, search(file, '--out', rows))).toMatchObject({
      code: 2,
      err: expect.stringContaining(`--out ${rows} exists`),
    });
    writeFileSync(rows.replace('.parquet', '_noisy.parquet'), 'of somebody');
    rmSync(rows);
    expect(await runCli(home, search(file, '--out', rows, '--noisy', '1'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('_noisy.parquet exists'),
    });
  });
});

test('a run keeps where its document goes, and does not go on when that has become impossible', async () => {
  const home = temporaryFolder();
  const out = join(temporaryFolder(), 'sub', 'eval.json');
  const args = ['eval', '--theorems', list(theorems.slice(2, 3)), '--workers', '1', '--no-canaries', '--quiet'];
  const child = startCli(home, [...args, ...endless, '--out', relative(process.cwd(), out), '--run', 'e']);
  await logged(home, 'e', 3);
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(143);
  expect((await reader(home)).manifest.out).toBe(out);
  rmSync(dirname(out), { recursive: true });
  writeFileSync(dirname(out), 'in the way');
  expect(await runCli(home, ['resume'])).toMatchObject({
    code: 5,
    err: expect.stringContaining(`cannot go on with its --out ${out}`),
  });
  expect((await reader(home)).state).toMatchObject({ status: 'failed' });
});

test('eval measures at nested budgets with several attempts, and its name is taken then', async () => {
  const home = temporaryFolder();
  const out = join(temporaryFolder(), 'sub', 'eval.json');
  const file = list([...theorems.slice(0, 2), { name: 'in two\nlines', statement: '∀ n : Nat, n = n' }]);
  const args = ['eval', '--theorems', file, '--workers', '1', '--budgets', '2,4', '--pass-n', '2', '--run', 'e'];
  const done = await runCli(home, [...args, '--out', out, '--no-canaries']);
  expect(done.code).toBe(0);
  expect(done.out).toMatch(/2 of 3/);
  const document = JSON.parse(readFileSync(out, 'utf8')) as { budget_results: { budget: number; solved: number }[] };
  expect(document).toMatchObject({ schema: 'proofdeck.eval/1', total_theorems: 3, pass_n: 2 });
  expect(document.budget_results.map(({ budget }) => budget)).toEqual([2, 4]);
  const taken = await runCli(home, args);
  expect(taken).toMatchObject({ code: 2, err: expect.stringContaining('proofdeck resume adhoc/e') });
  const other = await runCli(home, [...args, '--resume', 'allow', '--temperature', '0.5', '--out', out]);
  expect(other.err).toMatch(/search\.temperature: 0\.5 is given, the run has 1/);
  // A finished run is only told again.
  const told = await runCli(home, [...args, '--resume', 'must', '--no-canaries', '--json']);
  expect(JSON.parse(told.out)).toEqual(document);
});
