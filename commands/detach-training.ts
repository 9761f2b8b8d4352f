import { join } from 'node:path';
import { homeRoot } from '../src/storage/paths.ts';
import { printJson } from './common-options.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from './context.ts';
import { storageExit } from './open-recorded.ts';

interface Detached {
  /** What is trained, as its command is called. */
  readonly kind: 'ebm' | 'ranker';
  readonly name: string;
  readonly folder: string;
  /** What was typed, without the program. */
  readonly argv: readonly string[];
}

/** Has a training's command line done by a process of its own, and prints the folder that it works in. */
export async function detachTraining(
  context: CommandContext,
  options: CommonOptions,
  { kind, name, folder, argv }: Detached,
): Promise<void> {
  const [{ startDetachedTraining }, { logFile }, { removeBeginning }] = await Promise.all([
    import('../sessions/training/detached-training.ts'),
    import('../sessions/training/manifest.ts'),
    import('../sessions/training/model-folder.ts'),
  ]);
  const { environment, folder: from, signal } = context;
  const started = await startDetachedTraining({
    home: homeRoot(options.home, environment),
    folder,
    args: argv.filter((word) => !['--detach', '--json', '--jsonl'].includes(word)),
    environment,
    from,
    signal,
  });
  if (started.kind === 'storageFailed') throw storageExit(started);
  if (started.kind === 'ended') {
    await removeBeginning(folder);
    const code = Object.values(EXIT).find((one) => one !== EXIT.ok && one === started.code) ?? EXIT.failed;
    throw new CommandExit(code, started.message.replaceAll(/^proofdeck: /gm, ''));
  }
  if (options.json)
    printJson(context, { schema: `proofdeck.${kind}-train-detached/1`, name, folder, pid: started.pid });
  else context.out(folder);
  if (!options.quiet) context.note(`process ${started.pid} does it; its log is ${join(folder, logFile)}`);
}
