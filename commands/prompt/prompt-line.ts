import type { LiveWorkbench } from '../../sessions/live/live-workbench.ts';
import type { Notice, Screen } from '../../sessions/workbench.ts';
import type { CommandContext, ExitCode } from '../context.ts';

/** Runs a command of the command line. */
export type RunCommand = (args: readonly string[], context: CommandContext) => Promise<ExitCode>;

/** What a line shows and says. */
export interface PromptResult {
  readonly output: readonly string[];
  readonly notice: Notice | null;
  readonly screen?: Screen;
}

/** A prompt line that changes what the workbench holds. */
export interface PromptLine {
  readonly name: string;
  /** What follows the name. */
  readonly usage: string;
  readonly description: string;
  readonly run: (rest: string, prompt: PromptPlace) => Promise<PromptResult>;
}

/** Where a line runs. */
export interface PromptPlace {
  readonly workbench: LiveWorkbench;
  readonly context: CommandContext;
  /** Runs another line, for `source`. */
  readonly runLine: (line: string) => Promise<PromptResult>;
  /** Runs a line as a command of the command line, with its output shown. */
  readonly runAsIs: (line: string) => Promise<PromptResult>;
  readonly runCommand: RunCommand;
}

/** A line that did what it was to do; `screen` is shown then. */
export const said = (text: string, screen?: Screen): PromptResult => ({
  output: [],
  notice: { level: 'info', text },
  ...(screen && { screen }),
});
/** A line that did nothing, and why. */
export const refused = (text: string): PromptResult => ({ output: [], notice: { level: 'error', text } });
