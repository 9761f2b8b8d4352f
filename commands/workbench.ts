import type { Command } from 'commander';
import { openEngine } from '../sessions/engine.ts';
import { LiveWorkbench } from '../sessions/live/live-workbench.ts';
import type { Completion, Screen } from '../sessions/workbench.ts';
import type { KeyOverrides } from '../src/config/keys.ts';
import { findProfile } from '../src/config/models.ts';
import { nearest } from '../src/config/nearest.ts';
import { homeRoot } from '../src/storage/paths.ts';
import { type TerminalCapabilities, terminalCapabilities } from '../views/terminal.ts';
import { usage, withCommonOptions, withSearchOptions } from './common-options.ts';
import { configuration, engineProviders, type SearchOptions } from './configuration.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from './context.ts';
import { engineOptions } from './engine-options.ts';
import { keyOverrides } from './keys.ts';
import type { RunCommand } from './prompt/prompt-line.ts';
import { resumeDetached } from './prompt/runs.ts';
import { requireValueModel, valueShelf } from './value-model.ts';
import { version } from './version.ts';

interface WorkbenchOptions extends CommonOptions, SearchOptions {
  readonly run?: string;
  readonly takeOver?: boolean;
  readonly ascii?: boolean;
  readonly incremental?: boolean;
}

/** No command: the workbench on the terminal. */
export function workbenchCommand(program: Command, context: CommandContext, runCommand: RunCommand): void {
  withSearchOptions(withCommonOptions(program))
    .option('--run <file>', 'prompt lines to run first')
    .option('--take-over', 'with --session: make another process that writes it give way')
    .option('--ascii', 'draw our own signs in ASCII')
    .option('--no-incremental', 'send whole frames, for terminals with odd character widths')
    .allowExcessArguments()
    .action((options: WorkbenchOptions, command: Command) => {
      const [unknown] = command.args;
      if (unknown !== undefined) throw unknownCommand(unknown, program);
      return open(context, options, { program, runCommand });
    });
}

function unknownCommand(name: string, program: Command): CommandExit {
  const names = program.commands.map((one) => one.name());
  const near = nearest(name, names);
  const hint = near === null ? `there are: ${names.join(', ')}` : `did you mean ${near}? "--help" lists all`;
  return new CommandExit(EXIT.usage, `there is no command "${name}"; ${hint}`);
}

/** The command line that the workbench's prompt runs. */
interface CommandLine {
  readonly program: Command;
  readonly runCommand: RunCommand;
}

async function open(context: CommandContext, options: WorkbenchOptions, line: CommandLine): Promise<void> {
  const { terminal } = terminalFor(context, (reason) => {
    line.program.outputHelp();
    return `the workbench needs a terminal: ${reason}`;
  });
  const keys = await keyOverrides(homeRoot(options.home, context.environment), context.environment);
  const workbench = await makeWorkbench(context, options, line);
  workbench.start();
  const opening = begin(workbench, options);
  await show(context, options, workbench, {
    keys,
    screen: options.session === undefined ? 'home' : 'search',
    isOneRun: false,
    unicode: terminal.unicode,
  });
  await opening;
}

/**
 * The workbench on the Run screen, for a run that another process does: leaving it leaves the run alone. Lean is started
 * only when something is done that needs it.
 * @param run its id
 */
export async function openRunScreen(
  context: CommandContext,
  options: Pick<WorkbenchOptions, keyof CommonOptions | 'ascii' | 'incremental'>,
  run: string,
): Promise<void> {
  const { terminal } = terminalFor(context, (reason) => `the Run screen needs a terminal: ${reason}`);
  const keys = await keyOverrides(homeRoot(options.home, context.environment), context.environment);
  const { createProgram, runCommand } = await import('./program.ts');
  const workbench = await makeWorkbench(context, options, { program: createProgram(context), runCommand });
  const opened = await workbench.act({ kind: 'openRun', run });
  if (opened.kind === 'refused') {
    await workbench.close();
    throw new CommandExit(EXIT.usage, opened.notice.text);
  }
  workbench.start({ lean: false });
  await show(context, options, workbench, { keys, screen: 'run', isOneRun: true, unicode: terminal.unicode });
}

function terminalFor(
  context: CommandContext,
  say: (reason: string) => string,
): { readonly terminal: TerminalCapabilities } {
  const terminal = terminalCapabilities(context.environment, process.stdout);
  if (!terminal.screen || !context.interactive)
    throw new CommandExit(EXIT.usage, say(terminal.reason ?? 'standard input is not one'));
  return { terminal };
}

async function makeWorkbench(
  context: CommandContext,
  options: WorkbenchOptions,
  { program, runCommand }: CommandLine,
): Promise<LiveWorkbench> {
  const { environment } = context;
  const config = await configuration('workbench', context, options);
  let say = (_: string): void => {};
  const providers = { ...(await engineProviders(context, options, config, true)), note: (text: string) => say(text) };
  // One that a file names is told on the screen: sessions can be looked at without it.
  if (options.provider !== undefined) {
    const found = findProfile(providers.profiles, options.provider);
    if (found.kind === 'noSuchProfile') throw usage(found.message);
  }
  const values = valueShelf(context, options, providers, config);
  const value = await requireValueModel(values, config);
  const home = homeRoot(options.home, environment);
  let complete: (line: string, bench: LiveWorkbench) => readonly Completion[] = () => [];
  // The first frame does not wait for what only the prompt needs.
  void import('./prompt/complete.ts').then(({ completeLine }) => {
    complete = (line, bench) => completeLine(line, bench, program);
  });
  const workbench = new LiveWorkbench({
    home,
    program: version(),
    openEngine: (onProgress, leaving) => {
      const signal = AbortSignal.any([context.signal, leaving]);
      return openEngine({ ...engineOptions(context, config.lean, providers), onProgress, signal });
    },
    settings: config.search,
    provider: config.policy.provider,
    values,
    value,
    profiles: providers.profiles,
    servers: { settings: config, environment },
    imports: config.lean.imports,
    prompt: async (line, bench) => (await import('./prompt/prompt.ts')).runPromptLine(line, bench, context, runCommand),
    complete: (line, bench) => complete(line, bench),
    inspect: async (name, engine, place) => {
      const { inspectConstant, inspectionOf } = await import('../sessions/inspect.ts');
      return inspectionOf(await inspectConstant(engine.pool, place, name, context.signal));
    },
    diagnose: async (show) => {
      const { diagnoseForScreen } = await import('./doctor-lines.ts');
      await diagnoseForScreen(context, options.home, show);
    },
    resume: (run) => resumeDetached(run, home, context, runCommand),
    folder: context.folder,
  });
  say = (text) => workbench.say(text);
  return workbench;
}

async function show(
  context: CommandContext,
  options: WorkbenchOptions,
  workbench: LiveWorkbench,
  screen: {
    readonly keys: KeyOverrides;
    readonly screen: Screen;
    readonly isOneRun: boolean;
    readonly unicode: boolean;
  },
): Promise<void> {
  try {
    const { runApp } = await import('../views/app.tsx');
    await runApp(workbench, {
      color: options.color !== false,
      ascii: options.ascii === true || !screen.unicode,
      incremental: options.incremental !== false,
      screen: screen.screen,
      isOneRun: screen.isOneRun,
      keys: screen.keys,
      signal: context.signal,
    });
  } finally {
    await workbench.close();
  }
  if (context.signal.aborted)
    throw new CommandExit(context.signal.reason === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
}

async function begin(workbench: LiveWorkbench, { session, takeOver, run }: WorkbenchOptions): Promise<void> {
  if (session !== undefined) await workbench.act({ kind: 'openSession', session, takeOver: takeOver === true });
  if (run !== undefined) await workbench.prompt(`source ${run}`);
}
