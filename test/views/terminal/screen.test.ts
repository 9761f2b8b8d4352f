import { afterEach, describe, expect, it } from 'vitest';
import { bundleFixture } from '../../fixtures/bundle.ts';
import { openTerminal, type Terminal } from '../../fixtures/terminal.ts';

const open: Terminal[] = [];
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.kill();
});

async function start(
  args: readonly string[],
  columns: number,
  rows: number,
  more: Readonly<Record<string, string>> = {},
): Promise<Terminal> {
  const terminal = openTerminal(
    [process.execPath, await bundleFixture('workbench-program'), ...args],
    { columns, rows },
    more,
  );
  open.push(terminal);
  await terminal.until('the first frame', (screen) => screen.includes('help'));
  return terminal;
}

/** Clears of the whole screen or of the scrollback, and resets. */
const fullClears = /\u001B\[[23]J|\u001Bc|\u001B\[H\u001B\[J|\u001B\[1;1H\u001B\[J/;
const down = '\u001B[B';

describe.each([
  [200, 50],
  [80, 24],
  [40, 12],
])('the workbench at %d x %d', (columns, rows) => {
  it('draws changes without clearing, keeps inside the screen, and gives it back', async () => {
    const terminal = await start(['search', '1'], columns, rows);
    expect(terminal.isAlternate()).toBe(true);
    terminal.send('.');
    await terminal.until(
      'the second expansion',
      (screen) => screen.includes('dead end') || screen.includes('x 1 intro h'),
    );
    terminal.send('j');
    terminal.send(down);
    terminal.send('3');
    await terminal.until('the candidates', (screen) => screen.includes('[3 Candidates]'));
    terminal.send('1k');
    await terminal.until('the tree', (screen) => screen.includes('[1 Tree]'));
    expect(terminal.written()).not.toMatch(fullClears);
    for (const line of terminal.rows()) expect(line.length).toBeLessThanOrEqual(columns);
    terminal.send('qq');
    expect(await terminal.exited).toBe(0);
    await terminal.until('the shell screen', (screen) => screen.includes('left the workbench'));
    expect(terminal.isAlternate()).toBe(false);
    expect(terminal.written()).toContain('\u001B[?25h');
    expect(terminal.written()).toContain('\u001B[?2004l');
  });
});

describe('keys in a real terminal', () => {
  it('are all read when they come in one chunk', async () => {
    const terminal = await start(['search', '4'], 120, 30);
    terminal.send('gjj');
    await terminal.until('node 2', (screen) => screen.includes('node 2 '));
    terminal.send(':sessions list\r');
    await terminal.until('the output', (screen) => screen.includes('you typed sessions list'));
    terminal.send('\u001B');
    await terminal.until('the panes', (screen) => screen.includes('[1 Tree]'));
  });

  it('are not read from a pasted block', async () => {
    const terminal = await start(['search', '1'], 120, 30);
    terminal.send('t');
    await terminal.until('the editor', (screen) => screen.includes('tactic to try at node 0'));
    terminal.send('\u001B[200~constructor\n· exact h\n· q q q\u001B[201~');
    await terminal.until('the block', (screen) => screen.includes('by constructor') && screen.includes('· q q q'));
    terminal.send('\u001B');
    await terminal.until('the tree', (screen) => screen.includes('[1 Tree]'));
  });

  it('reverse the chosen row', async () => {
    const terminal = await start(['search', '1', '--no-color'], 120, 30);
    expect(terminal.isInverse(3, 8)).toBe(true);
    terminal.send('j');
    // The frame may come in pieces, so the rows are waited for like the text.
    const moved = (): boolean => !terminal.isInverse(3, 8) && terminal.isInverse(4, 8);
    await terminal.until('node 1, reversed', (screen) => screen.includes('node 1 ') && moved());
  });

  it('leave at once with two Ctrl-C', async () => {
    const terminal = await start(['search', '1'], 80, 24);
    terminal.send('\u0003\u0003');
    expect(await terminal.exited).toBe(0);
  });
});

describe('the screen', () => {
  it('follows the window', async () => {
    const terminal = await start(['search', '1'], 200, 50);
    const lastRow = (screen: string): string => screen.split('\n').at(-1)!;
    const whole = (screen: string): boolean => lastRow(screen).includes('. step') && screen.split('help').length === 2;
    terminal.resize(80, 24);
    await terminal.until(
      'two columns of panes',
      (screen) => whole(screen) && /2 Goal.*\n[\s\S]*│─ 3 Candidates/.test(screen),
    );
    terminal.resize(40, 12);
    await terminal.until(
      'one pane',
      (screen) => whole(screen) && screen.includes('40x12: one pane') && !screen.includes('2 Goal'),
    );
    terminal.resize(200, 50);
    await terminal.until('three panes', (screen) => whole(screen) && /1 Tree.*2 Goal.*3 Candidates/.test(screen));
    terminal.resize(300, 100);
    await terminal.until('the largest size', (screen) => whole(screen) && screen.split('\n').length === 100);
  });

  it('is painted again by Ctrl-L', async () => {
    const terminal = await start(['search', '1'], 80, 24);
    const before = terminal.screen();
    await terminal.disturb('\u001B[5;10Hgarbage\u001B[10;1Hmore garbage');
    expect(terminal.screen()).not.toBe(before);
    terminal.send('\u000C');
    await terminal.until('the old screen', (screen) => screen === before);
  });

  it('is in its place when something was typed before it was there', async () => {
    const program = [process.execPath, await bundleFixture('workbench-program'), 'search', '1'];
    const terminal = openTerminal(program, { columns: 80, rows: 24 });
    open.push(terminal);
    terminal.send('zzz');
    await terminal.until('what the terminal itself echoes', (screen) => screen.includes('zzz'));
    await terminal.until('the first frame', (screen) => screen.includes('help'));
    expect(terminal.rows()[0]).toMatch(/^ proofdeck {2}Home \[Search\]/);
  });

  it('has no colour where none is wanted', async () => {
    const terminal = await start(['search', '1', '--no-color'], 80, 24);
    expect(terminal.written()).not.toMatch(/\u001B\[[\d;]*3[0-9](;|m)/);
    const dumb = await start(['search', '1'], 80, 24, { NO_COLOR: '1' });
    expect(dumb.written()).not.toMatch(/\u001B\[[\d;]*3[0-9](;|m)/);
  });

  it('shows the preparation while it is already usable', async () => {
    const terminal = await start(['home'], 100, 30);
    await terminal.until('the progress', (screen) => screen.includes('preparing') && screen.includes('42%'));
    terminal.send('a');
    await terminal.until('the editor', (screen) => screen.includes('statement to prove'));
  });

  it('shows the checks as a table where it fits, as lines where it does not', async () => {
    const terminal = await start(['doctor'], 120, 30);
    const table = await terminal.until('the table', (screen) => screen.includes('│ status'));
    expect(table).toMatch(/│ ! warning\s+│ fsync of the home\s+│ 35 ms on a network file system/);
    terminal.resize(80, 24);
    await terminal.until(
      'the lines',
      (screen) => screen.includes('! warning  fsync of the home') && !screen.includes('│'),
    );
  });

  it('sends little for a key in a tree of 100,000 nodes', async () => {
    const terminal = await start(['large'], 200, 50);
    terminal.forget();
    terminal.send('gjjj');
    await terminal.until('the third node from the top', (screen) => /node (43|259|1555) /.test(screen));
    expect(Buffer.byteLength(terminal.written())).toBeLessThan(8_000);
  });
});
