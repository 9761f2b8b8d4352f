import type { Command } from 'commander';
import { openEngine } from '../sessions/engine.ts';
import { LiveWorkbench } from '../sessions/live/live-workbench.ts';
import { nearest } from '../src/config/nearest.ts';
import { homeRoot } from '../src/storage/paths.ts';
import { terminalCapabilities } from '../views/terminal.ts';
import { withCommonOptions, withSearchOptions } from './common-options.ts';
import { configuration, providerProfiles, refuseValueModel, type SearchOptions } from './configuration.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from './context.ts';
import { engineOptions } from './engine-options.ts';
import { keyOverrides } from './keys.ts';
import type { RunCommand } from './prompt/prompt.ts';
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
      return open(context, options, program, runCommand);
    });
}

function unknownCommand(name: string, program: Command): CommandExit {
  const names = program.commands.map((one) => one.name());
  const near = nearest(name, names);
  const hint = near === null ? `there are: ${names.join(', ')}` : `did you mean ${near}? "--help" lists all`;
  return new CommandExit(EXIT.usage, `there is no command "${name}"; ${hint}`);
}

async function open(
  context: CommandContext,
  options: WorkbenchOptions,
  program: Command,
  runCommand: RunCommand,
): Promise<void> {
  const { environment } = context;
  const terminal = terminalCapabilities(environment, process.stdout);
  if (!terminal.screen || !context.interactive) {
    program.outputHelp();
    throw new CommandExit(
      EXIT.usage,
      `the workbench needs a terminal: ${terminal.reason ?? 'standard input is not one'}`,
    );
  }
  const config = await configuration('workbench', context, options);
  refuseValueModel(config);
  const profiles = await providerProfiles(context, options);
  const keys = await keyOverrides(homeRoot(options.home, environment), environment);
  const workbench = new LiveWorkbench({
    home: homeRoot(options.home, environment),
    program: version(),
    openEngine: (onProgress, leaving) => {
      const signal = AbortSignal.any([context.signal, leaving]);
      return openEngine({ ...engineOptions(context, config.lean, profiles), onProgress, signal });
    },
    settings: config.search,
    provider: config.policy.provider,
    profiles,
    imports: config.lean.imports,
    prompt: async (line, bench) => (await import('./prompt/prompt.ts')).runPromptLine(line, bench, context, runCommand),
    complete: (line, bench) => complete(line, bench),
    inspect: async (name, engine, home) => {
      const { inspectConstant, inspectionOf } = await import('../sessions/inspect.ts');
      return inspectionOf(await inspectConstant(engine.pool, home, name, context.signal));
    },
    diagnose: async (show) => {
      const { diagnoseForScreen } = await import('./doctor-lines.ts');
      await diagnoseForScreen(context, options.home, show);
    },
  });
  let complete: (line: string, bench: LiveWorkbench) => readonly string[] = () => [];
  const { runApp } = await import('../views/app.tsx');
  workbench.start();
  // The first frame does not wait for what only the prompt needs.
  void import('./prompt/complete.ts').then(({ completeLine }) => {
    complete = (line, bench) => completeLine(line, bench, program);
  });
  const opening = begin(workbench, options);
  try {
    await runApp(workbench, {
      color: options.color !== false,
      ascii: options.ascii === true || !terminal.unicode,
      incremental: options.incremental !== false,
      screen: options.session === undefined ? 'home' : 'search',
      keys,
      signal: context.signal,
    });
  } finally {
    await workbench.close();
  }
  await opening;
  if (context.signal.aborted)
    throw new CommandExit(context.signal.reason === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
}

async function begin(workbench: LiveWorkbench, { session, takeOver, run }: WorkbenchOptions): Promise<void> {
  if (session !== undefined) await workbench.act({ kind: 'openSession', session, takeOver: takeOver === true });
  if (run !== undefined) await workbench.prompt(`source ${run}`);
}
