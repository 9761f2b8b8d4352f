import { describe, expect, test } from 'vitest';
import { TerminalBlock } from '../../../commands/progress/block.ts';
import { WindowTitle } from '../../../views/window-title.ts';
import { EmulatedTerminal } from './emulated.ts';

describe('a block of progress', () => {
  test('is repainted in place below what was there', async () => {
    const terminal = new EmulatedTerminal(40, 10);
    terminal.write('$ proofdeck search\r\n');
    const block = new TerminalBlock(terminal);
    block.paint(['one', 'two', 'three']);
    block.paint(['one', 'TWO!', 'three']);
    expect(await terminal.text()).toBe('$ proofdeck search\none\nTWO!\nthree');
    block.paint(['one']);
    expect(await terminal.text()).toBe('$ proofdeck search\none');
    block.paint(['a', 'b', 'c', 'd']);
    block.end('keep');
    terminal.write('$ ');
    expect(await terminal.text()).toBe('$ proofdeck search\na\nb\nc\nd\n$');
  });

  test('writes changed lines only, and nothing when nothing changed', () => {
    const terminal = new EmulatedTerminal(40, 10);
    const block = new TerminalBlock(terminal);
    block.paint(['first line', 'second line', 'third line']);
    terminal.forget();
    block.paint(['first line', 'second line', 'third line']);
    expect(terminal.written).toBe('');
    block.paint(['first line', 'second LINE', 'third line']);
    expect(terminal.written).toContain('second LINE');
    expect(terminal.written).not.toContain('first');
    expect(terminal.written).not.toContain('third');
  });

  test('is never wider or taller than the terminal', async () => {
    const terminal = new EmulatedTerminal(20, 5);
    const block = new TerminalBlock(terminal);
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i} ∀ x ∈ ℕ, ${'⊢'.repeat(50)}`);
    block.paint(lines);
    block.paint(lines.map((line) => line.replace('line', 'LINE')));
    const text = await terminal.text();
    expect(text.split('\n')).toHaveLength(4);
    for (const line of text.split('\n')) expect(line).toMatch(/^LINE \d.{1,16}…$/);
  });

  test('grows and shrinks with the terminal and leaves nothing behind', async () => {
    const terminal = new EmulatedTerminal(60, 12);
    terminal.write('before\r\n');
    const block = new TerminalBlock(terminal);
    const lines = ['a'.repeat(50), 'b'.repeat(50), 'c'];
    block.paint(lines);
    terminal.resize(30, 12);
    block.paint(lines);
    const narrow = await terminal.text();
    expect(narrow.split('\n').slice(0, 3)).toEqual(['before', `${'a'.repeat(28)}…`, `${'b'.repeat(28)}…`]);
    terminal.resize(60, 12);
    block.paint(lines);
    expect(await terminal.text()).toBe(['before', ...lines].join('\n'));
    block.end('erase');
    expect(await terminal.text()).toBe('before');
  });

  test('lets lines be printed above it', async () => {
    const terminal = new EmulatedTerminal(40, 6);
    const block = new TerminalBlock(terminal);
    block.paint(['bar', 'counts']);
    for (let i = 1; i <= 8; i++) block.above(`warning ${i}`);
    expect(await terminal.text()).toBe(
      [...Array.from({ length: 8 }, (_, i) => `warning ${i + 1}`), 'bar', 'counts'].join('\n'),
    );
  });

  test('shows the cursor again at its end', () => {
    const terminal = new EmulatedTerminal(40, 6);
    const block = new TerminalBlock(terminal);
    block.paint(['x']);
    block.end('erase');
    expect(terminal.written.lastIndexOf('\u001B[?25h')).toBeGreaterThan(terminal.written.lastIndexOf('\u001B[?25l'));
  });
});

test('the title is shown, written only when it changes, and taken back', async () => {
  const terminal = new EmulatedTerminal(40, 6);
  const title = new WindowTitle(terminal);
  title.show('812/2000 · 6.9 %');
  title.show('812/2000 · 6.9 %');
  title.show('813/2000 · 6.9 %');
  title.restore();
  title.restore();
  await terminal.text();
  expect(terminal.titles).toEqual(['812/2000 · 6.9 %', '813/2000 · 6.9 %', '']);
});
