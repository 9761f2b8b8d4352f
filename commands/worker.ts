import { once } from 'node:events';
import type { Command } from 'commander';
import { serveLean } from '../src/lean/serve.ts';
import { cacheRoot } from '../src/storage/paths.ts';
import { type CommandContext, CommandExit, EXIT } from './context.ts';

interface WorkerOptions {
  readonly modules: string;
  readonly cache?: string;
}

/** `worker`: the embedded Lean on standard input and output, for any client of the Pantograph protocol. */
export function workerCommand(program: Command, context: CommandContext): void {
  program
    .command('worker')
    .description('the embedded Lean on standard input and output, in the Pantograph protocol')
    .option('--modules <names>', 'modules that have to be there, separated by commas', 'Init')
    .option('--cache <folder>', 'where the prepared Lean is kept (default $PROOFDECK_CACHE, else ~/.cache/proofdeck)')
    .action((options: WorkerOptions) => serve(context, options));
}

async function serve(context: CommandContext, options: WorkerOptions): Promise<void> {
  // Answers can be megabytes, and a client that goes away must end us: both need the streams themselves.
  const { stdin, stdout } = process;
  const gone = new AbortController();
  stdout.on('error', () => gone.abort());
  let phase = '';
  const result = await serveLean({
    cacheRoot: options.cache ?? cacheRoot(context.environment),
    modules: options.modules
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
    input: stdin,
    output: async (line) => {
      if (!stdout.write(`${line}\n`) && !gone.signal.aborted)
        await once(stdout, 'drain', { signal: gone.signal }).catch(() => {});
    },
    onProgress: (progress) => {
      if (progress.phase !== phase) context.note(`${progress.text} …`);
      phase = progress.phase;
    },
    signal: AbortSignal.any([context.signal, gone.signal]),
  });
  stdin.destroy();
  if (gone.signal.aborted || context.signal.aborted || result.kind === 'ended') return;
  if (result.kind === 'lost') throw new CommandExit(EXIT.failed, result.message);
  throw new CommandExit(EXIT.missing, `${result.message}${result.detail && `\n${result.detail}`}`);
}
