const ESC = '\u001B';
const BELL = '\u0007';

/** The title of the terminal's window (and of tmux's pane), given back at the end where the terminal remembers it. */
export class WindowTitle {
  readonly #terminal: { write(text: string): void };
  #shown: string | null = null;

  constructor(terminal: { write(text: string): void }) {
    this.#terminal = terminal;
  }

  /** `text` without control bytes. */
  show(text: string): void {
    if (text === this.#shown) return;
    const remember = this.#shown === null ? `${ESC}[22;0t` : '';
    this.#shown = text;
    this.#terminal.write(`${remember}${ESC}]0;${text}${BELL}`);
  }

  /** Terminals that do not remember titles get an empty one: a stale count would mislead. */
  restore(): void {
    if (this.#shown === null) return;
    this.#shown = null;
    this.#terminal.write(`${ESC}]0;${BELL}${ESC}[23;0t`);
  }
}
