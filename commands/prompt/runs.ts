import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { StartedRun } from '../../sessions/live/run-desk.ts';
import type { Comparison } from '../../src/run/compare-results.ts';
import type { ReadResult } from '../../src/run/read-results.ts';
import type { ResultSet } from '../../src/run/result-set.ts';
import { type CommandContext, EXIT, type ExitCode } from '../context.ts';
import type { RunCommand } from './prompt.ts';

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

/** Writes the report of a run beside its other files. */
export async function exportReport(
  run: string,
  home: string,
  context: CommandContext,
  runCommand: RunCommand,
): Promise<{ readonly files: readonly string[] } | { readonly failure: string }> {
  const { code, output, problems } = await runQuietly(['runs', 'report', run], home, context, runCommand);
  if (code === EXIT.ok) return { files: output.filter((line) => line.trim() !== '') };
  return { failure: problems.at(-1)?.replace(/^proofdeck: /, '') ?? `it ended with exit code ${code}` };
}

/** Reads runs and result files and compares them, the first one being the baseline. */
export async function compareNamed(
  names: readonly string[],
  home: string,
  context: CommandContext,
): Promise<{ readonly comparison: Comparison } | { readonly failure: string }> {
  const { compareResults } = await import('../../src/run/compare-results.ts');
  const sets: ResultSet[] = [];
  for (const name of names) {
    const read = await readNamed(name, home, context.folder);
    if (read.kind === 'noResult') return { failure: read.message };
    sets.push(read.result);
  }
  return { comparison: compareResults(sets) };
}

/** A result file where there is one, else a run as far as it is. */
async function readNamed(name: string, home: string, folder: string): Promise<ReadResult> {
  const { readResult, resultSetOf } = await import('../../src/run/read-results.ts');
  const path = resolve(folder, name);
  if (existsSync(path) && statSync(path).isFile())
    return readResult(await readFile(path, 'utf8'), name, basename(name, '.json'));
  const { openRun } = await import('../../sessions/runs/run-reader.ts');
  const opened = await openRun(home, name);
  if (opened.kind !== 'run')
    return { kind: 'noResult', message: `${name} is neither a result file nor a run: ${opened.message}` };
  const { manifest, state, id } = opened.run;
  const { resultDocument } = await import('../../src/run/results.ts');
  return { kind: 'result', result: resultSetOf(resultDocument(manifest, state), id, id) };
}
