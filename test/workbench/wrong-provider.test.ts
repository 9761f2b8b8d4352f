import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openApp } from '../fixtures/app.ts';
import type { Terminal } from '../fixtures/terminal.ts';
import { temporaryFolder } from '../storage/temporary.ts';

const workbench = (home: string, ...args: readonly string[]): Terminal =>
  openApp(home, ['--workers', '1', ...args], { columns: 120, rows: 30 });

test('a provider that there is not is refused where it was typed', async () => {
  const terminal = workbench(temporaryFolder(), '--provider', 'heuristc');
  await terminal.until('why', (screen) => screen.includes('there is no provider "heuristc": did you mean heuristic?'));
  expect(await terminal.exited).toBe(2);
});

test('one that a file names is told on Home', async () => {
  const home = temporaryFolder();
  writeFileSync(join(home, 'config.toml'), '[policy]\nprovider = "gone"\n');
  const terminal = workbench(home);
  await terminal.until('why', (screen) => screen.includes('provider gone  ! there is no provider "gone"'));
});
