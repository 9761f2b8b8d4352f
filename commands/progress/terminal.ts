import { terminalCapabilities } from '../../views/terminal.ts';

/** The terminal that progress is shown on, beside the data: standard error. */
export interface ProgressTerminal {
  readonly columns: number;
  readonly rows: number;
  /** Whether signs beyond ASCII are shown. */
  readonly unicode: boolean;
  readonly colour: boolean;
  write(text: string): void;
  /** Calls back after each change of size. Returns the unsubscriber. */
  onResize(listener: () => void): () => void;
}

interface TerminalStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/** The terminal behind a stream; null where it is none, or cannot move its cursor. */
export function progressTerminal(
  stream: TerminalStream,
  environment: Readonly<Record<string, string | undefined>>,
): ProgressTerminal | null {
  const { screen, colour, unicode } = terminalCapabilities(environment, stream);
  if (!screen) return null;
  return {
    get columns() {
      return stream.columns || 80;
    },
    get rows() {
      return stream.rows || 24;
    },
    unicode,
    colour: colour > 0,
    write: (text) => {
      stream.write(text);
    },
    onResize: (listener) => {
      stream.on('resize', listener);
      return () => stream.off('resize', listener);
    },
  };
}
