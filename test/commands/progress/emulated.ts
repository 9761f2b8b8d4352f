import xterm from '@xterm/headless';
import type { ProgressTerminal } from '../../../commands/progress/terminal.ts';

/** A terminal emulator that a display writes to, and what a person sees there. */
export class EmulatedTerminal implements ProgressTerminal {
  readonly unicode = true;
  readonly colour = false;
  readonly #emulator: InstanceType<typeof xterm.Terminal>;
  readonly #listeners = new Set<() => void>();
  /** Everything written since the last `forget`. */
  written = '';
  readonly titles: string[] = [];
  bells = 0;

  constructor(columns: number, rows: number) {
    this.#emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 200 });
    this.#emulator.onTitleChange((title) => this.titles.push(title));
    this.#emulator.onBell(() => {
      this.bells += 1;
    });
  }

  get columns(): number {
    return this.#emulator.cols;
  }

  get rows(): number {
    return this.#emulator.rows;
  }

  write(text: string): void {
    this.written += text;
    this.#emulator.write(text);
  }

  onResize(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  resize(columns: number, rows: number): void {
    this.#emulator.resize(columns, rows);
    for (const listener of this.#listeners) listener();
  }

  forget(): void {
    this.written = '';
  }

  /** All lines, those scrolled away too, without the empty ones at the end. */
  async text(): Promise<string> {
    await new Promise<void>((resolve) => this.#emulator.write('', resolve));
    const { active } = this.#emulator.buffer;
    const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y)?.translateToString(true) ?? '');
    return lines.join('\n').trimEnd();
  }
}
