import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { openApp } from '../fixtures/app.ts';
import type { Terminal } from '../fixtures/terminal.ts';
import { runCli } from '../helpers/cli.ts';
import { openTestHost } from '../helpers/lean.ts';
import { temporaryFolder } from '../storage/temporary.ts';

/* A real run with real Lean, seen in a real terminal: started, paused, killed, resumed, looked into, left, watched. */

const started: number[] = [];
afterEach(() => {
  for (const pid of started.splice(0)) end(pid);
});
beforeAll(async () => (await openTestHost()).close());

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

const start = (home: string, ...args: string[]): Terminal => openApp(home, args, { columns: 150, rows: 40 });

/** The process that the Run screen says works on the run. */
function processOf(screen: string): number {
  const pid = Number(/process (\d+) on/.exec(screen)?.[1]);
  started.push(pid);
  return pid;
}

test('a run goes on whatever becomes of the screen and of its process', { timeout: 180_000 }, async () => {
  const home = temporaryFolder();
  const list = join(home, 'list.json');
  const swap = Array.from({ length: 29 }, (_, i) => ({
    name: `swap_${i}`,
    statement: `∀ p q : Prop, p ∧ (q ∨ ${i} = ${i + 1}) → q ∧ p`,
  }));
  // Enough of them that the pause comes in time.
  const theorems = [{ name: 'nonsense', statement: 'this is no statement' }, ...swap];
  writeFileSync(list, JSON.stringify({ theorems }));

  const terminal = start(home, '--workers', '1');
  await terminal.until('Lean', (screen) => screen.includes('Lean ready'));
  terminal.send(`:search --theorems ${list} --workers 1 --concurrency 1 --no-canaries --max-nodes 20\r`);
  await terminal.until('the run at work', (screen) => /» running process \d+ on/.test(screen));
  terminal.send('c');
  const paused = await terminal.until('the pause', (screen) => /\. paused process \d+/.test(screen));
  process.kill(processOf(paused), 'SIGKILL');
  await terminal.until('the loss', (screen) => screen.includes('its process is gone') && screen.includes('r resume'));
  terminal.send('r');
  const resumed = await terminal.until('the new process', (screen) => /» running process \d+/.test(screen));
  processOf(resumed);
  await terminal.until('the end', (screen) => /\+ finished/.test(screen) && screen.includes('30/30 theorems'));
  await terminal.until('the title', () => terminal.written().includes('30/30 ·'));
  expect(terminal.screen()).toMatch(/\+ proved V3 +swap_0/);
  expect(terminal.screen()).toMatch(/! error +nonsense/);
  expect(terminal.screen()).toContain('resumed once');
  terminal.send('gj\r');
  await terminal.until('the search of the theorem', (screen) => screen.includes('verdict + proved V3'));
  terminal.send(',');
  await terminal.until('its past', (screen) => screen.includes('TIME TRAVEL'));
  terminal.send('L\u001B');
  await terminal.until('the run again', (screen) => screen.includes('[1 Theorems]'));
  terminal.send('e');
  await terminal.until('the report', (screen) => screen.includes('report.html'));
  terminal.send('qq');
  expect(await terminal.exited).toBe(0);

  const watch = start(home, 'watch', 'last');
  await watch.until('the run', (screen) => screen.includes('30/30 theorems') && screen.includes('Lean not started'));
  watch.send('q');
  expect(await watch.exited).toBe(0);
  const verified = await runCli(home, ['runs', 'verify', 'last']);
  expect(verified.code, verified.out + verified.err).toBe(0);
});
