import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { packageRoot } from '../../src/storage/paths.ts';
import { openTerminal, type Terminal } from '../fixtures/terminal.ts';
import { testCacheRoot } from '../helpers/lean.ts';
import { temporaryFolder } from '../storage/temporary.ts';

const open: Terminal[] = [];
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.kill();
});

function workbench(home: string, ...args: readonly string[]): Terminal {
  const terminal = openTerminal(
    [process.execPath, join(packageRoot(), 'bin', 'proofdeck.cjs'), '--home', home, '--workers', '1', ...args],
    { columns: 120, rows: 30 },
    { PROOFDECK_CACHE: testCacheRoot() },
  );
  open.push(terminal);
  return terminal;
}

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
