import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CommandContext } from '../../../commands/context.ts';
import { runCommand } from '../../../commands/program.ts';
import { runFolder, runLockPath } from '../../../src/run/folder.ts';
import type { Manifest } from '../../../src/run/manifest.ts';
import { acquireLock } from '../../../src/storage/lock.ts';
import { conductMadeUpRun } from '../../fixtures/made-up-run.ts';
import {
  eventsOf,
  failedToStart,
  finished,
  manifestFor,
  outcome,
  proved,
  theoremsNamed,
  writeRun,
} from '../../fixtures/runs.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const theorems = theoremsNamed(['alpha', 'beta', 'gamma']);
const hostile = 'evil\u001B]0;owned\u0007\u202Ename';
let home: string;

/** Runs a command as a person would, with nobody there to be asked. */
async function run(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const context: CommandContext = {
    out: (text) => out.push(text),
    note: (text) => err.push(text),
    environment: { PROOFDECK_HOME: home },
    folder: home,
    readInput: async () => '',
    confirm: async () => false,
    interactive: false,
    signal: new AbortController().signal,
  };
  const code = await runCommand(args, context);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

beforeEach(() => {
  home = temporaryFolder();
});

test('a home that cannot be used is said, not thrown', async () => {
  writeFileSync(join(home, 'runs'), 'a file');
  for (const command of [['runs', 'list'], ['runs', 'show'], ['resume']]) {
    const { code, err } = await run(...command);
    expect(code).toBe(2);
    expect(err).toBe(`proofdeck: cannot use ${join(home, 'runs')}: a part of the path is a file, not a folder`);
  }
});

describe('a run that was really done', () => {
  let manifest: Manifest;
  beforeEach(async () => {
    manifest = await conductMadeUpRun(home, theorems, { attempts: 2, noisy: 1.2 });
  });

  test('is listed, shown, verified, exported, deleted and imported again', async () => {
    const list = await run('runs', 'list');
    expect(list.out.split('\n')[1]).toMatch(/^adhoc\/20260214-100000-abcd +search +list\.json +3\/3 +\d .* finished$/);
    const shown = await run('runs', 'show');
    expect(shown.out).toMatch(
      /Proved: \d of 3 theorems .* V3 or above, within 20 expansions, best of 2 attempts, none/,
    );
    expect(shown.out).toMatch(/are as in configs\/search\.toml; "runs export" and --json have them/);
    expect(await run('runs', 'verify', 'last')).toMatchObject({
      code: 0,
      out: expect.stringContaining('9 searches identical'),
    });
    const archive = join(home, 'run.tar.gz');
    expect(await run('runs', 'export', 'last', '--format', 'tar', '--out', 'run.tar.gz')).toMatchObject({ code: 0 });
    expect((await run('runs', 'delete', 'last')).code).toBe(2);
    expect((await run('runs', 'delete', 'last', '--yes')).code).toBe(0);
    expect((await run('runs', 'show')).code).toBe(2);
    expect(await run('runs', 'import', archive)).toMatchObject({ code: 0, out: manifest.id });
    expect((await run('runs', 'verify')).code).toBe(0);
  });

  test('is reported in every format, in its folder or elsewhere', async () => {
    const folder = runFolder(home, manifest.id);
    for (const format of ['html', 'md', 'json'] as const) {
      expect((await run('runs', 'export', '--format', format)).code).toBe(0);
      expect((await run('runs', 'export', '--format', format, '--out', `here.${format}`)).code).toBe(0);
      expect(existsSync(join(home, `here.${format}`))).toBe(true);
    }
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('<!doctype html>');
    expect(readFileSync(join(folder, 'report.md'), 'utf8')).toMatch(/^# Search/);
    const piped = await run('runs', 'export', '--format', 'json', '--out', '-');
    expect(JSON.parse(piped.out)).toMatchObject({ schema: 'proofdeck.search/1', theorems: 3 });
    const compared = await run('runs', 'export', 'last', '--format', 'md', '--out', '-', '--compare', 'here.json');
    expect(compared.out).toContain('## Comparison');
    expect((await run('runs', 'export', 'last', '--format', 'tar', '--compare', 'here.json')).code).toBe(2);
  });

  test('can be replayed search by search', async () => {
    const first = await run('replay', manifest.id, '--theorem', 'beta', '--attempt', '2', '--verify');
    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^s1 {2}beta {2}identical/) });
    expect((await run('replay', manifest.id, '--theorem', 'beta', '--attempt', 'noisy', '--verify')).code).toBe(0);
    const events = await run('replay', 'last', '--theorem', 'alpha', '--attempt', '1', '--jsonl');
    const log = readFileSync(join(runFolder(home, manifest.id), 'theorems', 'alpha', '1.jsonl'), 'utf8');
    expect(events.out.split('\n').map((line) => JSON.parse(line))).toEqual(
      log
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    expect(await run('replay', manifest.id)).toMatchObject({ code: 2, err: expect.stringContaining('--theorem') });
    expect(await run('replay', manifest.id, '--theorem', 'bet')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there are beta'),
    });
    expect(await run('replay', manifest.id, '--theorem', 'beta', '--attempt', '3')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there are: 1, 2, noisy'),
    });
    const path = join(runFolder(home, manifest.id), 'theorems', 'beta', '1.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"logProb":-(\d)/, '"logProb":-1$1'));
    expect((await run('replay', manifest.id, '--theorem', 'beta', '--attempt', '1', '--verify')).code).toBe(4);
    expect(await run('runs', 'verify')).toMatchObject({ code: 4, out: expect.stringContaining('x beta, attempt 1') });
  });
});

describe('what a run came to is its exit code', () => {
  const ends = (status: 'finished' | 'stopped' | 'failed') =>
    ({ kind: 'run.ended', status, reason: 'for a reason' }) as const;
  const made = (changes: Partial<Manifest>, events: Parameters<typeof eventsOf>[3], closed = false): void => {
    const manifest = manifestFor(theorems, changes);
    writeRun(
      home,
      manifest,
      theorems,
      eventsOf(manifest, theorems, ({ kind }) => (closed && kind === 'canary' ? proved() : outcome()), events),
    );
  };

  test.each([
    ['finished', 0, ''],
    ['failed', 1, 'failed: for a reason; go on with: proofdeck resume adhoc/r'],
    ['stopped', 1, 'was stopped: for a reason; go on with: proofdeck resume adhoc/r'],
  ] as const)('%s', async (status, code, said) => {
    made({ id: 'adhoc/r' }, [ends(status)]);
    expect(await run('watch', 'r', '--quiet')).toMatchObject({ code, err: expect.stringContaining(said) });
    expect((await run('watch', 'r', '--json')).code).toBe(code);
  });

  test('a closed canary', async () => {
    made({ id: 'adhoc/r' }, [ends('finished')], true);
    expect(await run('watch', '--quiet')).toMatchObject({ code: 4, err: expect.stringContaining('suspect') });
    expect((await run('runs', 'show')).out).toContain('! SUSPECT');
  });

  test('nobody works on it', async () => {
    made({ id: 'adhoc/r' }, []);
    expect(await run('watch')).toMatchObject({
      code: 1,
      err: expect.stringContaining('nobody works on it; go on with: proofdeck resume adhoc/r'),
    });
    expect(JSON.parse((await run('watch', '--json')).out)).toMatchObject({
      schema: 'proofdeck.watch/1',
      status: 'interrupted',
      resume: 'proofdeck resume adhoc/r',
      process: null,
    });
    expect((await run('runs', 'list')).out).toContain('interrupted; go on with: proofdeck resume adhoc/r');
  });

  test('the events from the start', async () => {
    made({ id: 'adhoc/r' }, [ends('finished')]);
    const { out } = await run('watch', '--jsonl');
    expect(`${out}\n`).toBe(readFileSync(join(runFolder(home, 'adhoc/r'), 'events.jsonl'), 'utf8'));
  });
});

describe('wishes', () => {
  const control = (): string => readFileSync(join(runFolder(home, manifestFor(theorems).id), 'control.jsonl'), 'utf8');
  beforeEach(() => {
    const manifest = manifestFor(theorems);
    writeRun(
      home,
      manifest,
      theorems,
      eventsOf(manifest, theorems, () => null),
    );
  });

  test('are left for the process that works on the run', async () => {
    await acquireLock(runLockPath(home, manifestFor(theorems).id));
    expect((await run('runs', 'pause')).code).toBe(0);
    expect((await run('runs', 'continue')).code).toBe(0);
    expect((await run('runs', 'stop')).code).toBe(0);
    expect((await run('runs', 'stop', 'last', '--now')).code).toBe(0);
    expect((await run('runs', 'prioritise', 'last', 'beta')).code).toBe(0);
    expect((await run('runs', 'prioritise', 'last', 'beta', '-2.5')).code).toBe(0);
    expect(
      control()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { kind: 'pause' },
      { kind: 'continue' },
      { kind: 'stopAfterCurrent' },
      { kind: 'stopNow' },
      { kind: 'prioritise', theorem: 'beta', priority: 1 },
      { kind: 'prioritise', theorem: 'beta', priority: -2.5 },
    ]);
    expect(await run('runs', 'delete', 'last', '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('stop it first'),
    });
    expect((await run('runs', 'prioritise', 'last', 'nobody')).code).toBe(2);
    expect((await run('runs', 'prioritise', 'last', 'beta', 'high')).code).toBe(2);
  });

  test('need somebody to read them', async () => {
    for (const wish of [['pause'], ['continue'], ['stop']])
      expect(await run('runs', ...wish)).toMatchObject({
        code: 1,
        err: expect.stringContaining('nobody works on run'),
      });
  });
});

describe('texts that want to do more than be read', () => {
  beforeAll(() => expect(hostile).toContain('\u001B'));

  test('are shown without control signs', async () => {
    const bad = theoremsNamed([hostile, 'fine']);
    const manifest = manifestFor(bad, { argv: [hostile], corpus: { ...manifestFor(bad).corpus, reference: hostile } });
    const events = eventsOf(
      manifest,
      bad,
      ({ index }) => (index === 0 ? failedToStart(hostile, hostile) : proved({ proof: [hostile], axioms: [hostile] })),
      [{ kind: 'run.warned', about: 'provider', message: hostile }, finished],
    );
    writeRun(home, manifest, bad, events);
    for (const args of [
      ['list'],
      ['show', '--proofs'],
      ['show', '--theorem', hostile],
      ['verify'],
      ['export', '--format', 'md', '--out', '-'],
    ]) {
      const { out, err } = await run('runs', ...args);
      expect(out + err).not.toMatch(/[\u001B\u0007\u202E]/);
    }
    const { out, err } = await run('watch');
    expect(out + err).not.toMatch(/[\u001B\u0007\u202E]/);
  });
});
