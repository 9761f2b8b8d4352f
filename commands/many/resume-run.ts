import { type OpenRun, resumeRun } from '../../sessions/runs/open-run.ts';
import type { RunReader } from '../../sessions/runs/run-reader.ts';
import { isChosen } from '../../src/config/origin.ts';
import type { ResolvedConfig } from '../../src/config/resolve.ts';
import type { Config } from '../../src/config/schema.ts';
import type { Manifest } from '../../src/run/manifest.ts';
import { resultDocument } from '../../src/run/results.ts';
import { searchReport } from '../../src/run/search-report.ts';
import { printJson } from '../common-options.ts';
import { resolvedConfiguration, type SearchOptions } from '../configuration.ts';
import type { CommandContext } from '../context.ts';
import { exitOf, exitOfStatus, followToEnd } from '../follow-run.ts';
import { version } from '../version.ts';
import { conduct } from './conduct.ts';
import type { ConductOptions } from './options.ts';
import {
  placeOfValue,
  refuseOtherModel,
  refuseOtherToolchain,
  refuseOtherValue,
  refuseOtherWorld,
} from './same-world.ts';
import { runSignals } from './signals.ts';
import { opened } from './start.ts';

/** Goes on with a run; follows it where another process does, and only tells what it came to where it is finished. */
export async function goOn(
  context: CommandContext,
  options: ConductOptions & SearchOptions & { readonly takeOver?: boolean },
  reader: RunReader,
): Promise<void> {
  if (reader.state.status === 'finished') {
    if (!options.quiet) context.note(`run ${reader.id} is finished`);
    return tell(context, options, reader);
  }
  const config = await configOfRun(context, options, reader.manifest);
  const changes = { cost: costOf(config), notify: config.run.notify === '' ? null : config.run.notify };
  const result = await resumeRun(reader.home, reader.id, {
    program: version(),
    changes,
    takeOver: options.takeOver === true,
  });
  if (result.kind === 'heldBy') return attach(context, options, reader);
  const run = opened(result);
  const signals = runSignals(context);
  let isBegun = false;
  try {
    await refuseOtherWorld(context, options, run.manifest, config);
    await conduct({ context, options, config, signals }, async ({ engine, provider, value }) => {
      refuseOtherToolchain(run.manifest, engine.toolchain);
      refuseOtherModel(run.manifest, provider);
      refuseOtherValue(run.manifest, value);
      isBegun = true;
      return run;
    });
  } catch (error) {
    if (!isBegun) giveUp(run, error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    signals.close();
  }
}

function giveUp(run: OpenRun, reason: string): void {
  run.log.append({ kind: 'run.ended', status: 'failed', reason });
  run.log.close();
  run.lock.release();
}

/** Another process works on it. */
async function attach(context: CommandContext, options: ConductOptions, reader: RunReader): Promise<void> {
  if (!options.quiet) context.note(`run ${reader.id} is being done by another process; following it`);
  const end = await followToEnd(context, reader, { quiet: options.quiet === true, jsonl: options.jsonl === true });
  const exit = exitOf(reader, end, context.signal);
  if (end.kind === 'ended') print(context, options, reader);
  if (exit) throw exit;
}

async function tell(context: CommandContext, options: ConductOptions, reader: RunReader): Promise<void> {
  print(context, options, reader);
  const exit = exitOfStatus(reader);
  if (exit) throw exit;
}

function print(context: CommandContext, options: ConductOptions, { manifest, state }: RunReader): void {
  if (options.json) printJson(context, resultDocument(manifest, state));
  else if (!options.jsonl) for (const line of searchReport(manifest, state)) context.out(line);
}

/** Keys that may change from one process of a run to the next; those that nobody chooses now are as they were. */
const conductKeys =
  /^(lean\.(path|project|num_workers|max_requests_per_worker|recycle_memory_mb)|(run|cost|policy|sglang|openai|leancopilot|script)\.)/;

/** The configuration of a run that goes on: its own, but for how it is done. */
async function configOfRun(
  context: CommandContext,
  options: ConductOptions & SearchOptions,
  manifest: Manifest,
): Promise<Config> {
  const how = {
    '--concurrency': { key: 'run.concurrency', value: options.concurrency },
    '--notify': { key: 'run.notify', value: options.notify },
  };
  const asked = await resolvedConfiguration(manifest.command, context, options, how);
  const { config } = await resolvedConfiguration(manifest.command, context, options, {
    ...recordedChoices(manifest, asked),
    ...how,
  });
  const { kind, imports } = manifest.lean;
  return {
    ...config,
    search: manifest.search,
    lean: { ...config.lean, kind: kind as Config['lean']['kind'], imports: [...imports] },
    policy: { ...config.policy, provider: manifest.provider.name },
    // A file or a variable that names another one is for new runs.
    value: { ...config.value, model: await placeOfValue(context, options, manifest) },
  };
}

function recordedChoices(manifest: Manifest, { origins }: ResolvedConfig) {
  const recorded = Object.entries(manifest.configuration).filter(
    ([key, { origin }]) =>
      conductKeys.test(key) &&
      !/^(default|configs\/search\.toml)/.test(origin) &&
      !isChosen(origins[key] ?? { kind: 'default' }),
  );
  return Object.fromEntries(recorded.map(([key, { value }]) => [`the run's ${key}`, { key, value }]));
}

function costOf({ cost }: Config): Manifest['cost'] {
  return { perHour: cost.per_hour, gpus: cost.gpus };
}
