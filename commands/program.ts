import { Command, CommanderError } from 'commander';
import { unforeseenFailure } from '../src/storage/unforeseen-failure.ts';
import { cleanText } from '../src/text/clean.ts';
import { benchCommand } from './bench.ts';
import { checkCommand } from './check.ts';
import { compareCommand } from './compare.ts';
import { type CommandContext, CommandExit, EXIT, type ExitCode, type RegisterCommand } from './context.ts';
import { corpusCommand } from './corpus.ts';
import { doctorCommand } from './doctor.ts';
import { ebmCommand } from './ebm.ts';
import { evalCommand } from './eval.ts';
import { exportCommand } from './export.ts';
import { HELP_FORMAT } from './help-format.ts';
import { inspectCommand } from './inspect.ts';
import { llmCommand } from './llm.ts';
import { storageExit } from './open-recorded.ts';
import { promptsCommand } from './prompts.ts';
import { proveCommand } from './prove.ts';
import { rankerCommand } from './ranker.ts';
import { replayCommand } from './replay.ts';
import { resumeCommand } from './resume.ts';
import { runsCommand } from './runs.ts';
import { searchCommand } from './search.ts';
import { sessionsCommand } from './sessions.ts';
import { summaryCommand } from './summary.ts';
import { version } from './version.ts';
import { watchCommand } from './watch.ts';
import { workbenchCommand } from './workbench.ts';
import { workerCommand } from './worker.ts';

/** Every command, in the order of the help text. */
const COMMANDS: readonly RegisterCommand[] = [
  proveCommand,
  checkCommand,
  searchCommand,
  evalCommand,
  resumeCommand,
  watchCommand,
  runsCommand,
  replayCommand,
  sessionsCommand,
  summaryCommand,
  exportCommand,
  compareCommand,
  corpusCommand,
  ebmCommand,
  rankerCommand,
  workerCommand,
  doctorCommand,
  inspectCommand,
  llmCommand,
  promptsCommand,
  benchCommand,
];

/** The command line as a parser, over any context. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('proofdeck')
    .description('A terminal workbench for proof search in Lean 4. Without a command it opens the workbench.')
    .version(version())
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.out(text.trimEnd()),
      writeErr: (text) => context.note(text.trimEnd()),
    })
    .configureHelp(HELP_FORMAT)
    .showHelpAfterError('(--help lists the options)');
  workbenchCommand(program, context, runCommand);
  program.hook('preSubcommand', refuseOptionsBefore);
  for (const register of COMMANDS) register(program, context);
  for (const command of allCommands(program)) {
    command.copyInheritedSettings(program).allowExcessArguments(false).exitOverride();
  }
  return program;
}

/**
 * Runs one command.
 * @returns its exit code; what went wrong has been noted
 */
export async function runCommand(args: readonly string[], given: CommandContext): Promise<ExitCode> {
  // Messages quote files, models and Lean.
  const context: CommandContext = { ...given, note: (text) => given.note(cleanText(text, Number.POSITIVE_INFINITY)) };
  try {
    await createProgram(context).parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommandExit) {
      if (error.message !== '') context.note(`proofdeck: ${error.message}`);
      return error.code;
    }
    // Commander has printed its own message; asking for help is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const { code, message } = storageExit(unforeseenFailure(error));
    context.note(`proofdeck: ${message}`);
    return code;
  }
}

/** The workbench's own options are the program's; before a command they would be read by nobody. */
function refuseOptionsBefore(program: Command, command: Command): void {
  const given = program.options.filter((option) => program.getOptionValueSource(option.attributeName()) === 'cli');
  if (given.length === 0) return;
  const flags = given.map((option) => option.long ?? option.flags).join(', ');
  throw new CommandExit(
    EXIT.usage,
    `${flags} stands before the command; write it behind: proofdeck ${command.name()} … ${flags}`,
  );
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child as Command, ...allCommands(child as Command)]);
}
