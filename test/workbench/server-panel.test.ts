import { beforeAll, expect, test } from 'vitest';
import { startFakeSglang } from '../fakes/sglang/server.ts';
import { openApp } from '../fixtures/app.ts';
import type { Terminal } from '../fixtures/terminal.ts';
import { openTestHost } from '../helpers/lean.ts';
import { temporaryFolder } from '../storage/temporary.ts';

/* The real workbench over a server that goes through everything that servers go through. */

beforeAll(async () => (await openTestHost()).close());

const start = (url: string, columns: number, rows: number): Terminal =>
  openApp(
    temporaryFolder(),
    ['--workers', '1', '--provider', 'sglang', '--set', `sglang.url=${url}`, '--set', 'policy.prompt=bfs-prover'],
    { columns, rows },
  );

test.each([
  [200, 50],
  [80, 24],
])('every state of the server has its face, at %d x %d', { timeout: 180_000 }, async (columns, rows) => {
  await using server = await startFakeSglang({ health: 'starting' });
  const terminal = start(server.url, columns, rows);
  await terminal.until('Home', (screen) => /server M ◦ loading/.test(screen));
  terminal.send('M');
  const faces = async (name: string, pattern: RegExp): Promise<string> => {
    const screen = await terminal.until(name, (text) => pattern.test(text));
    for (const line of terminal.rows()) expect(line.length).toBeLessThanOrEqual(columns);
    return screen;
  };
  await faces('loading', /sglang +◦ loading/);
  server.set({ health: 'ok' });
  expect(await faces('ready', /sglang +\+ ready/)).toMatch(/weights default.*context 4,096 tokens/s);
  server.set({ weightVersion: 'iter-2' });
  await faces('other weights', /! changed at [\d:]+ UTC: .*weights iter-2/s);
  await fetch(`${server.url}/pause_generation`, { method: 'POST', body: '{"mode":"retract"}' });
  await faces('paused', /sglang +\. paused/);
  await fetch(`${server.url}/continue_generation`, { method: 'POST', body: '{}' });
  server.set({ apiKey: 'a-key' });
  await faces('a wrong key', /sglang +x unauthorised/);
  server.set({ apiKey: null, isEmbedding: true });
  await faces('the wrong mode', /sglang +x wrong mode/);
  server.set({ isEmbedding: false });
  await faces('ready again', /sglang +\+ ready/);
  await server.kill();
  await faces('down', /sglang +x down.*nobody listens there/s);
  // No key waits for a server.
  terminal.send('\u001B');
  await terminal.until('Home again', (screen) => /server M x down/.test(screen) && screen.includes('Open searches'));
  await server.start();
  await terminal.until('ready on Home', (screen) => /server M \+ ready/.test(screen));
  terminal.send('q');
  expect(await terminal.exited).toBe(0);
});

test('a search says in its status line that its server is gone, and goes on when it is back', {
  timeout: 120_000,
}, async () => {
  const texts = ['intro p q h', 'exact ⟨h.2, h.1⟩', 'constructor', 'simp at h'];
  await using server = await startFakeSglang({ complete: (_, sample) => texts[sample % 4] as string });
  const terminal = start(server.url, 120, 30);
  await terminal.until('the server', (screen) => /server M \+ ready/.test(screen));
  terminal.send('a∀ p q : Prop, p ∧ q → q ∧ p\r');
  await terminal.until('the search', (screen) => screen.includes('[1 Tree]') && screen.includes('the statement'));
  await server.kill();
  terminal.send('c');
  await terminal.until('what is waited for', (screen) => /server x down for .*(next try in|trying now)/.test(screen));
  await server.start();
  await terminal.until('the proof', (screen) => screen.includes('proved V3'));
  terminal.send('qq');
  expect(await terminal.exited).toBe(0);
});
