import { execFileSync, spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleFixture } from '../../fixtures/bundle.ts';

let servers = 0;
let socket = '';
const tmux = (...args: readonly string[]): string =>
  execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' });
const hasTmux = spawnSync('tmux', ['-V']).status === 0;

/** Looks at the pane until it shows what is wanted: tmux tells nobody when it has drawn. */
async function until(predicate: (screen: string) => boolean): Promise<string> {
  for (let look = 0; look < 600; look++) {
    const screen = tmux('capture-pane', '-p');
    if (predicate(screen)) return screen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`tmux never showed it; the pane is\n${tmux('capture-pane', '-p')}`);
}

// A server for each test: one that has lost its last session is about to go, and takes a new one with it.
beforeEach(() => {
  socket = `proofdeck-test-${process.pid}-${++servers}`;
});
afterEach(() => {
  if (hasTmux) spawnSync('tmux', ['-L', socket, 'kill-server']);
});

// Skipped where tmux is not installed: it is what the workbench is used in, not what it needs.
describe.skipIf(!hasTmux)('in tmux', () => {
  it('draws, takes bursts of keys, and leaves the pane as it was', async () => {
    const program = await bundleFixture('workbench-program');
    tmux('new-session', '-d', '-x', '80', '-y', '24', `'${process.execPath}' '${program}' search 1; cat`);
    await until((screen) => screen.includes('[1 Tree]'));
    tmux('send-keys', '...');
    const proved = await until((screen) => screen.includes('proved V3'));
    expect(proved.trimEnd().split('\n')).toHaveLength(24);
    tmux('send-keys', 'g', 'j', '3');
    await until((screen) => screen.includes('[3 Candidates]') && screen.includes('node 1 '));
    tmux('resize-window', '-x', '120', '-y', '30');
    await until((screen) => screen.includes('[3 Candidates]') && screen.split('\n').some((line) => line.length > 100));
    tmux('send-keys', 'q', 'q');
    await until((screen) => screen.includes('left the workbench') && !screen.includes('Candidates'));
  });

  it('sleeps and wakes with the shell that started it', async () => {
    const program = await bundleFixture('workbench-program');
    tmux('new-session', '-d', '-x', '80', '-y', '24', "PS1='ready> ' bash --norc -i");
    await until((screen) => screen.includes('ready>'));
    tmux('send-keys', `'${process.execPath}' '${program}' search 1`, 'Enter');
    await until((screen) => screen.includes('[1 Tree]'));
    tmux('send-keys', 'C-z');
    await until((screen) => screen.includes('Stopped') && !screen.includes('[1 Tree]'));
    tmux('send-keys', 'fg', 'Enter');
    await until((screen) => screen.includes('[1 Tree]'));
    tmux('send-keys', 'j');
    await until((screen) => screen.includes('node 1 '));
    tmux('send-keys', 'q', 'q');
    await until((screen) => screen.includes('left the workbench'));
  });
});
