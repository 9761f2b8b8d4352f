import type { StartedRun } from '../../sessions/live/run-desk.ts';
import { type CommandContext, EXIT, type ExitCode } from '../context.ts';
import type { RunCommand } from './prompt-line.ts';

/** What a command printed, where it is run on behalf of the screen. */
export interface CommandOutput {
  readonly code: ExitCode;
  readonly output: readonly string[];
  readonly problems: readonly string[];
}

/** Runs a command with its output kept; it can neither ask nor read. */
export async function runQuietly(
  args: readonly string[],
  home: string,
  context: CommandContext,
  runCommand: RunCommand,
): Promise<CommandOutput> {
  const output: string[] = [];
  const problems: string[] = [];
  const inside: CommandContext = {
    ...context,
    out: (lines) => output.push(...lines.split('\n')),
    note: (lines) => problems.push(...lines.split('\n')),
    environment: { ...context.environment, PROOFDECK_HOME: home },
    readInput: async () => '',
    confirm: async () => false,
    interactive: false,
    terminal: null,
  };
  return { code: await runCommand(args, inside), output, problems };
}

/** Starts a process that goes on with a run. */
export async function resumeDetached(
  run: string,
  home: string,
  context: CommandContext,
  runCommand: RunCommand,
): Promise<StartedRun> {
  return startedBy(await runQuietly(['resume', run, '--detach'], home, context, runCommand));
}

/** Starts a run in a process of its own, from what was typed after `:`. */
export async function startDetached(
  args: readonly string[],
  home: string,
  context: CommandContext,
  runCommand: RunCommand,
): Promise<StartedRun> {
  const detached = args.includes('--detach') ? args : [...args, '--detach'];
  return startedBy(await runQuietly(detached, home, context, runCommand));
}

/** The id of the run is the first line that a detached command prints. */
function startedBy({ code, output, problems }: CommandOutput): StartedRun {
  const run = output.find((line) => line.trim() !== '')?.trim();
  if (code === EXIT.ok && run !== undefined) return { kind: 'started', run };
  const why = problems.filter((line) => line.trim() !== '').map((line) => line.replace(/^proofdeck: /, ''));
  return { kind: 'failed', message: why.join(' ') || `it ended with exit code ${code}` };
}
