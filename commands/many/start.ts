import { existsSync } from 'node:fs';
import { newManifest, type RunWish } from '../../sessions/runs/new-manifest.ts';
import { createRun, type OpenForWriting, type OpenRun } from '../../sessions/runs/open-run.ts';
import { checkOut, isTable, noisyTable } from '../../sessions/runs/out-files.ts';
import { newRunId } from '../../src/run/folder.ts';
import { describeHolder } from '../../src/storage/lock.ts';
import { homeRoot } from '../../src/storage/paths.ts';
import { usage } from '../common-options.ts';
import { type CommandContext, CommandExit, EXIT } from '../context.ts';
import { checkEngine } from '../engine-options.ts';
import { storageExit } from '../open-recorded.ts';
import { version } from '../version.ts';
import { chooseRun } from './choose.ts';
import { conduct } from './conduct.ts';
import { detach, detachedArgs } from './detach.ts';
import { dryRun } from './dry-run.ts';
import { givenParts, type ManyOptions } from './options.ts';
import { goOn } from './resume-run.ts';
import { runSignals } from './signals.ts';

/** Does what `search` and `eval` are asked for: a new run, or going on with one, here or in a process of its own. */
export async function startRun(
  context: CommandContext,
  options: ManyOptions,
  wish: RunWish,
  given: ReadonlySet<string>,
): Promise<void> {
  const refuseMissingModel = (): void => {
    if (wish.valueProblem !== null) throw new CommandExit(EXIT.missing, wish.valueProblem);
  };
  // A dry run shows the rest of its plan first.
  if (!options.dryRun) refuseMissingModel();
  const chosen = await chooseRun(context, options, wish, givenParts(given, wish));
  if (options.dryRun) dryRun(context, options, wish, chosen);
  refuseMissingModel();
  if (chosen.kind === 'new') await checkPlaces(wish);
  if (options.dryRun) return checkEngine(context, wish.resolved.config.lean);
  if (options.detach) {
    const id = chosen.kind === 'existing' ? chosen.run.id : (chosen.id ?? newRunId(new Date()));
    return detach(context, options, id, detachedArgs(wish.argv, options.run === undefined ? id : null));
  }
  if (chosen.kind === 'existing') return goOn(context, options, chosen.run);
  return begin(context, options, wish, chosen.id);
}

/** What cannot be written at the end, or would replace what is there, is better said before the beginning. */
async function checkPlaces(wish: RunWish): Promise<void> {
  const { command, out, resumedFrom } = wish;
  if (out === null) return;
  for (const { table, before } of tablesOf(wish, out))
    if (table !== before && existsSync(table))
      throw usage(
        `--out ${table} exists: choose another file, remove it, or have its rows put before the new ones with --resume-from`,
      );
  const failure = await checkOut(command, out, resumedFrom?.file ?? null);
  if (failure !== null) throw usage(`--out ${out}: ${failure.message}`);
}

/** The tables that a run makes at its end, each with the one whose rows come first in it. */
function tablesOf({ command, noisy, resumedFrom }: RunWish, out: string) {
  if (command !== 'search' || !isTable(out)) return [];
  const before = resumedFrom?.file ?? null;
  const main = { table: out, before };
  if (noisy === null) return [main];
  return [main, { table: noisyTable(out), before: before === null ? null : noisyTable(before) }];
}

async function begin(context: CommandContext, options: ManyOptions, wish: RunWish, id: string | null): Promise<void> {
  const home = homeRoot(options.home, context.environment);
  const signals = runSignals(context);
  try {
    await conduct(
      { context, options, config: wish.resolved.config, signals },
      async ({ engine, concurrency, provider }) => {
        const now = new Date();
        const facts = { toolchain: engine.toolchain, workers: engine.pool.workers, concurrency, provider };
        const manifest = await newManifest(wish, { id: id ?? newRunId(now), program: version(), now, ...facts });
        const { text, theorems } = wish.theorems;
        return opened(await createRun(home, manifest, text, theorems, { program: version() }));
      },
    );
  } finally {
    signals.close();
  }
}

/** The run, or the end of the command. */
export function opened(result: OpenForWriting): OpenRun {
  if (result.kind === 'storageFailed') throw storageExit(result);
  if (result.kind === 'heldBy')
    throw new CommandExit(EXIT.failed, `the run is being worked on by ${describeHolder(result.holder)}`);
  if (result.kind === 'exists') throw usage(`the run ${result.id} exists by now; choose another --run`);
  return result.run;
}
