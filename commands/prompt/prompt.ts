import type { LiveWorkbench } from '../../sessions/live/live-workbench.ts';
import { splitWords } from '../../src/text/words.ts';
import { type CommandContext, EXIT } from '../context.ts';
import { PROMPT_LINES } from './lines.ts';
import type { PromptResult, RunCommand } from './prompt-line.ts';
import { runQuietly } from './runs.ts';

/** Commands that make no sense inside the workbench. */
const OUTSIDE = new Set(['worker']);

/** Runs one prompt line: one that acts on the workbench, or any command of the command line with its output shown. */
export async function runPromptLine(
  line: string,
  workbench: LiveWorkbench,
  context: CommandContext,
  runCommand: RunCommand,
): Promise<PromptResult> {
  const text = line.trim().replace(/^:/, '');
  const name = /^\S*/.exec(text)?.[0] ?? '';
  const own = PROMPT_LINES.find((one) => one.name === name);
  if (own) {
    const runLine = (inner: string) => runPromptLine(inner, workbench, context, runCommand);
    const runAsIs = (inner: string) => runAsCommand(inner, workbench, context, runCommand);
    return own.run(text.slice(name.length), { workbench, context, runLine, runAsIs, runCommand });
  }
  if (OUTSIDE.has(name))
    return {
      output: [],
      notice: { level: 'error', text: `"${name}" is for the command line; here it would take over the screen` },
    };
  return runAsCommand(text, workbench, context, runCommand);
}

async function runAsCommand(
  text: string,
  workbench: LiveWorkbench,
  context: CommandContext,
  runCommand: RunCommand,
): Promise<PromptResult> {
  const { code, output, problems } = await runQuietly(splitWords(text), workbench.home, context, runCommand);
  const last = problems.at(-1);
  if (code === EXIT.usage)
    return { output, notice: { level: 'error', text: problems.join(' ') || 'that is not understood' } };
  return {
    output: [...output, ...problems],
    notice: code === EXIT.ok ? null : { level: 'warning', text: last ?? `ended with exit code ${code}` },
  };
}
