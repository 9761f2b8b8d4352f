import { clip } from '../../views/text/clip.ts';
import { width } from '../../views/text/width.ts';
import type { ProgressTerminal } from './terminal.ts';

const ESC = '\u001B[';
const eraseToEndOfLine = `${ESC}K`;
const eraseBelow = `${ESC}J`;
const hideCursor = `${ESC}?25l`;
const showCursor = `${ESC}?25h`;

/**
 * A few lines at the bottom of a terminal that are repainted in place. Never wider or taller than the terminal, so that
 * nothing wraps or scrolls; lines that stay as they are are not written again. What was on the screen before, and what
 * is printed through `above`, stays and scrolls as usual.
 */
export class TerminalBlock {
  readonly #terminal: ProgressTerminal;
  #shown: readonly string[] = [];
  #columns = 0;

  constructor(terminal: ProgressTerminal) {
    this.#terminal = terminal;
  }

  /** Shows these lines, one per line without line breaks; the last ones are left out when there are too many. */
  paint(lines: readonly string[]): void {
    const { columns, rows } = this.#terminal;
    // The last column stays free: a full line would leave the cursor in a place on which terminals do not agree.
    const fitting = lines.slice(0, Math.max(1, rows - 1)).map((line) => clip(line, Math.max(1, columns - 1), '…'));
    const isNew = this.#shown.length === 0 || columns !== this.#columns;
    const out = isNew ? this.#cleared() + fitting.join('\r\n') : this.#changes(fitting);
    this.#shown = fitting;
    this.#columns = columns;
    if (out !== '') this.#terminal.write(isNew ? hideCursor + out : out);
  }

  /** Prints a text above the block. */
  above(text: string): void {
    const shown = this.#shown;
    const cleared = this.#cleared();
    this.#shown = [];
    this.#terminal.write(`${cleared}${text.replaceAll('\n', '\r\n')}\r\n`);
    if (shown.length > 0) this.paint(shown);
  }

  /** Takes the block away, or leaves it as it is and goes to the next line. */
  end(how: 'erase' | 'keep'): void {
    if (this.#shown.length === 0) return;
    this.#terminal.write((how === 'erase' ? this.#cleared() : '\r\n') + showCursor);
    this.#shown = [];
  }

  /** To the beginning of the block, and everything from there on erased. */
  #cleared(): string {
    if (this.#shown.length === 0) return '';
    // A terminal that became narrower has wrapped our lines.
    const columns = Math.max(1, this.#terminal.columns);
    const taken = this.#shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns)), 0);
    return `\r${up(Math.min(taken, this.#terminal.rows) - 1)}${eraseBelow}`;
  }

  /** From the end of the last line shown to the end of the last new one, writing what differs. */
  #changes(lines: readonly string[]): string {
    const before = this.#shown;
    const shared = Math.min(before.length, lines.length);
    const first = lines.findIndex((line, index) => index >= shared || line !== before[index]);
    if (first === -1 && lines.length === before.length) return '';
    const start = first === -1 ? lines.length - 1 : Math.min(first, before.length - 1);
    let out = `\r${up(before.length - 1 - start)}`;
    for (let index = start; index < lines.length; index++) {
      if (index > start) out += '\r\n';
      if (index >= before.length || lines[index] !== before[index]) out += lines[index] + eraseToEndOfLine;
    }
    if (lines.length < before.length) out += `\r\n${eraseBelow}${up(1)}`;
    return out;
  }
}

const up = (lines: number): string => (lines > 0 ? `${ESC}${lines}A` : '');
