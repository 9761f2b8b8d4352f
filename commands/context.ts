import type { Command } from 'commander';
import type { ProgressTerminal } from './progress/terminal.ts';

/** Exit codes of every command (docs/commands.md). */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  noGo: 3,
  notVerified: 4,
  missing: 5,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The exit code of a command that a signal ended. */
export const codeOfSignal = (name: unknown): ExitCode => (name === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted);

/**
 * Where a command writes and what it may ask. The command line and the workbench's prompt run the same commands with
 * different ones of these; a command never touches `process` or `console` itself.
 */
export interface CommandContext {
  /** Data. One call is one line, or a whole document. */
  readonly out: (text: string) => void;
  /** Everything else: progress, warnings, errors. */
  readonly note: (text: string) => void;
  /** Where progress can be repainted in place; null or absent where `note` goes to a file, a pipe or a pane. */
  readonly terminal?: ProgressTerminal | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Reads all of standard input. */
  readonly readInput: () => Promise<string>;
  /** Asks a yes/no question; false at once where nobody can answer. */
  readonly confirm: (question: string) => Promise<boolean>;
  readonly interactive: boolean;
  /** Aborted by Ctrl-C or SIGTERM; `reason` is the signal's name. */
  readonly signal: AbortSignal;
  /**
   * Has the signals' names given to a command instead, which may outlive its terminal: output that nobody takes any more is
   * dropped. Returns what gives them back. Absent where there are no signals.
   */
  readonly takeSignals?: (taker: (signal: string) => void) => () => void;
  /** Has the command go on when nobody takes its output any more: it works for a file, and to be read is the lesser part of it. */
  readonly outliveReader?: () => void;
}

/** Ends a command with an exit code and, for all but `ok`, a sentence that names the thing and the remedy. */
export class CommandExit extends Error {
  readonly code: ExitCode;
  constructor(code: ExitCode, message = '') {
    super(message);
    this.code = code;
  }
}

/** Adds one command to the program. */
export type RegisterCommand = (program: Command, context: CommandContext) => void;

export interface CommonOptions {
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly home?: string;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly seed?: number;
  readonly session?: string;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly input?: boolean;
}
