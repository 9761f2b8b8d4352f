import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { encodeRunEvent, type RunEvent } from '../../../src/run/events.ts';
import { runFolder, runLockPath } from '../../../src/run/folder.ts';
import { acquireLock } from '../../../src/storage/lock.ts';
import { packageRoot } from '../../../src/storage/paths.ts';
import { eventsOf, finished, manifestFor, outcome, proved, theoremsNamed, writeRun } from '../../fixtures/runs.ts';
import { openTerminal, type Terminal } from '../../fixtures/terminal.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

/* `watch` in a real terminal; the run's process is played by this one, which holds its lock. */

const theorems = theoremsNamed(['alpha', 'beta', 'gamma']);
const manifest = manifestFor(theorems, { canaries: false });
let home: string;
let seq: number;
let release: () => void;

beforeEach(async () => {
  home = temporaryFolder();
  const events = eventsOf(manifest, theorems, ({ index }) => (index === 0 ? proved() : null));
  writeRun(home, manifest, theorems, events);
  seq = events.length;
  const locked = await acquireLock(runLockPath(home, manifest.id));
  if (locked.kind !== 'locked') throw new Error('the run is taken');
  release = locked.lock.release;
});

function append(...events: readonly RunEvent[]): void {
  for (const event of events)
    appendFileSync(
      join(runFolder(home, manifest.id), 'events.jsonl'),
      `${encodeRunEvent({ seq: ++seq, t: seq * 1000, event })}\n`,
    );
}

const ended = (job: string): void =>
  append({ kind: 'job.started', job }, { kind: 'job.ended', job, outcome: outcome() });

function watch(...args: readonly string[]): Terminal {
  const terminal = openTerminal(
    [process.execPath, join(packageRoot(), 'bin', 'proofdeck.cjs'), 'watch', ...args],
    { columns: 220, rows: 24 },
    { PROOFDECK_HOME: home },
  );
  onTestFinished(() => terminal.kill('SIGKILL'));
  return terminal;
}

/** The last bytes may come after the end of the program. */
const sees = (terminal: Terminal, text: string): Promise<string> =>
  terminal.until(text, (screen) => screen.includes(text));

test('the block follows the run to its end', async () => {
  const terminal = watch('--plain');
  await terminal.until('the first count', (screen) => screen.includes('1/3 done'));
  ended('t1.1');
  await terminal.until('the second count', (screen) => screen.includes('2/3 done') && !screen.includes('1/3 done'));
  ended('t2.1');
  append(finished);
  release();
  expect(await terminal.exited).toBe(0);
  await sees(terminal, '3/3 done');
  await sees(terminal, 'finished');
  await terminal.until('the cursor', () => {
    const written = terminal.written();
    return written.lastIndexOf('\u001B[?25h') > written.lastIndexOf('\u001B[?25l');
  });
  const written = terminal.written();
  expect(written).toContain('\u001B]0;2/3 · 50.0 %\u0007');
  expect(written).toMatch(/\u0007[^\u001B]*/);
  expect(written).not.toMatch(/\u001B\[[23]J/);
});

test('Ctrl-C leaves the run alone and says how to come back', async () => {
  const terminal = watch('--plain');
  await terminal.until('the first count', (screen) => screen.includes('1/3 done'));
  terminal.send('\u0003');
  expect(await terminal.exited).toBe(130);
  await sees(terminal, `proofdeck watch ${manifest.id}`);
});

test('a process that goes away is missed', async () => {
  const terminal = watch('--plain');
  await terminal.until('the first count', (screen) => screen.includes('1/3 done'));
  release();
  expect(await terminal.exited).toBe(1);
  await sees(terminal, `proofdeck resume ${manifest.id}`);
});

test('without --plain it is the Run screen, and leaving it leaves the run alone', async () => {
  const terminal = watch();
  await terminal.until('the Run screen', (screen) => screen.includes('alpha') && screen.includes('beta'));
  expect(terminal.isAlternate()).toBe(true);
  terminal.send('q');
  expect(await terminal.exited).toBe(0);
  await sees(terminal, `proofdeck watch ${manifest.id}`);
  expect(terminal.isAlternate()).toBe(false);
});
