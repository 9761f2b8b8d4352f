import { beforeAll, expect, test } from 'vitest';
import { openApp } from '../fixtures/app.ts';
import { installHead } from '../fixtures/made-up-head.ts';
import type { Terminal } from '../fixtures/terminal.ts';
import { runCli } from '../helpers/cli.ts';
import { openTestHost } from '../helpers/lean.ts';
import { temporaryFolder } from '../storage/temporary.ts';

/* The real application in a real terminal with real Lean and a head in its file. */

beforeAll(async () => (await openTestHost()).close());

const start = (home: string, ...args: string[]): Terminal =>
  openApp(home, ['--workers', '1', ...args], { columns: 200, rows: 50 });

test('a person loads a value model in the middle of a search, steps with it, and puts it away again', async () => {
  const home = temporaryFolder();
  await installHead(home, 'tiny');
  const terminal = start(home);
  await terminal.until('Home without a value model', (screen) => /value +off/.test(screen));
  await terminal.until('Lean', (screen) => screen.includes('Lean ready'));
  terminal.send(':step ∀ p q r : Prop, (p ∨ q) ∧ r → (p ∧ r) ∨ (q ∧ r)\r');
  await terminal.until('the goal', (screen) => screen.includes('⊢ ∀ (p q r : Prop)'));
  terminal.send('.');
  await terminal.until('one expansion', (screen) => /expansions 1\//.test(screen) && /after a step/.test(screen));
  terminal.send(':value load tny\r');
  await terminal.until('the refusal', (screen) => screen.includes('did you mean tiny?'));
  terminal.send(':value load tiny\r');
  await terminal.until(
    'energies of the open nodes',
    (screen) => /value tiny [0-9a-f]{8}/.test(screen) && /open +e-?\d\.\d\d/.test(screen),
  );
  terminal.send('.');
  await terminal.until(
    'another expansion',
    (screen) => /expansions 2\//.test(screen) && /value weighs 50 %/.test(screen),
  );
  await terminal.until('the end of the search', (screen) => /ended: proved V3/.test(screen));
  terminal.send(':value unload\r');
  await terminal.until('no value model for the next one', (screen) => /value tiny [0-9a-f]{8} +next: off/.test(screen));
  terminal.send('qq');
  expect(await terminal.exited).toBe(0);
  expect(await runCli(home, ['replay', 'last', '--verify'])).toMatchObject({ code: 0 });
});

test('the workbench does not open with a value model that is not there', async () => {
  const home = temporaryFolder();
  const terminal = start(home, '--value', 'tiny');
  expect(await terminal.exited).toBe(5);
});
