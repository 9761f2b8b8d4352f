import { newManifest, type RunWish } from '../../sessions/runs/new-manifest.ts';
import { createRun, type OpenForWriting, type OpenRun } from '../../sessions/runs/open-run.ts';
import { givenRunId, newRunId } from '../../src/run/folder.ts';
import { describeHolder } from '../../src/storage/lock.ts';
import { homeRoot } from '../../src/storage/paths.ts';
import { usage } from '../common-options.ts';
import { type CommandContext, CommandExit, EXIT } from '../context.ts';
import { storageExit } from '../open-recorded.ts';
import { version } from '../version.ts';
import { conduct } from './conduct.ts';
import type { ManyOptions } from './options.ts';
import { runSignals } from './signals.ts';

/** Makes a new run and does it. */
export async function startRun(context: CommandContext, options: ManyOptions, wish: RunWish): Promise<void> {
  const home = homeRoot(options.home, context.environment);
  const given = options.run === undefined ? null : givenRunId(options.run);
  if (given?.kind === 'badId') throw usage(given.message);
  const signals = runSignals(context);
  try {
    await conduct({ context, options, config: wish.resolved.config, signals }, async (engine, concurrency) => {
      const now = new Date();
      const facts = { toolchain: engine.toolchain, workers: engine.pool.workers, concurrency };
      const manifest = await newManifest(wish, { id: given?.id ?? newRunId(now), program: version(), now, ...facts });
      const { text, theorems } = wish.theorems;
      return opened(await createRun(home, manifest, text, theorems, { program: version() }));
    });
  } finally {
    signals.close();
  }
}

/** The run, or the end of the command. */
export function opened(result: OpenForWriting): OpenRun {
  if (result.kind === 'storageFailed') throw storageExit(result);
  if (result.kind === 'heldBy')
    throw new CommandExit(EXIT.failed, `the run is being worked on by ${describeHolder(result.holder)}`);
  return result.run;
}
