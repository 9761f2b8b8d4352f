import { type Command, Option } from 'commander';
import { readKeys, type ServerKeys, type ServingContext, type ServingFailed } from '../../sessions/serving/context.ts';
import { listServers } from '../../sessions/serving/server-store.ts';
import { findTargets, type Target, unknownServer } from '../../sessions/serving/targets.ts';
import type { ConfigSources, ResolvedConfig } from '../../src/config/resolve.ts';
import { whyNoServerUrl } from '../../src/config/server-url.ts';
import type { ServerRecord } from '../../src/inference/serve/record.ts';
import { homeRoot } from '../../src/storage/paths.ts';
import { numberOption, usage, wholeNumber } from '../common-options.ts';
import { resolvedConfiguration } from '../configuration.ts';
import { type CommandContext, CommandExit, type CommonOptions, codeOfSignal, EXIT } from '../context.ts';
import { storageExit } from '../open-recorded.ts';

export interface LaunchOptions {
  readonly embedding?: boolean;
  readonly port?: number;
  readonly tp?: number;
  readonly dp?: number;
  readonly memFraction?: number;
  readonly cudaDevice?: string;
  readonly memorySaver?: boolean;
  readonly extraArgs?: string;
}

/** The options that say how a server is launched. */
export function withLaunchOptions(command: Command): Command {
  return command
    .option('--port <n>', 'where it listens (default: the port of sglang.url)', wholeNumber(1))
    .option('--tp <n>', 'GPUs that one copy of the model is split over', wholeNumber(1))
    .option('--dp <n>', 'copies of the model', wholeNumber(1))
    .option('--mem-fraction <share>', "share of the GPU's memory that it takes", numberOption(0))
    .option('--cuda-device <list>', 'GPUs that it may use, as in CUDA_VISIBLE_DEVICES')
    .option('--memory-saver', 'let "llm serve release" give its memory back')
    .option('--extra-args <text>', 'further arguments for the server, as for a shell');
}

/** The options that name servers by address. */
export function withUrls(command: Command): Command {
  return command.addOption(
    new Option('--url <address>', 'a server or a router that was not started from here; may be given again').argParser(
      (value: string, before: readonly string[] = []) => {
        const problem = whyNoServerUrl(value);
        if (problem !== null) throw usage(`--url: ${problem}`);
        return [...before, value];
      },
    ),
  );
}

export interface UrlOptions {
  readonly url?: readonly string[];
}

/** What all of `llm serve` works with. */
export interface Serving {
  readonly context: ServingContext;
  readonly resolved: ResolvedConfig;
}

/** Resolves the configuration for one of the commands of `llm serve`. */
export async function openServing(
  context: CommandContext,
  options: CommonOptions,
  launch: LaunchOptions = {},
): Promise<Serving> {
  const resolved = await resolvedConfiguration('llm serve', context, options, launchKeys(launch));
  return {
    resolved,
    context: {
      home: homeRoot(options.home, context.environment),
      config: resolved.config,
      environment: context.environment,
      folder: context.folder,
      note: options.quiet ? () => {} : context.note,
      signal: context.signal,
    },
  };
}

function launchKeys(options: LaunchOptions): ConfigSources['options'] {
  const section = options.embedding ? 'serve_embedding' : 'serve';
  return {
    '--port': { key: `${section}.port`, value: options.port },
    '--tp': { key: 'serve.tp', value: options.tp },
    '--dp': { key: 'serve.dp', value: options.dp },
    '--mem-fraction': { key: `${section}.mem_fraction`, value: options.memFraction },
    '--cuda-device': { key: `${section}.cuda_device`, value: options.cudaDevice },
    '--memory-saver': { key: 'serve.memory_saver', value: options.memorySaver },
    '--extra-args': { key: `${section}.extra_args`, value: options.extraArgs },
  };
}

/** How a command ends when something asked of servers was not done: by the signal, where one came before. */
export function servingExit(
  { reason, message }: Pick<ServingFailed, 'reason' | 'message'>,
  { signal }: Pick<ServingContext, 'signal'>,
): CommandExit {
  const codes = { usage: EXIT.usage, missing: EXIT.missing, failed: EXIT.failed, interrupted: EXIT.interrupted };
  return new CommandExit(signal.aborted ? codeOfSignal(signal.reason) : codes[reason], message);
}

/** The keys that the configuration names; ends the command where they are not there. */
export async function keysOrExit(context: ServingContext): Promise<ServerKeys> {
  const keys = await readKeys(context);
  if (keys.kind === 'servingFailed') throw servingExit(keys, context);
  return keys;
}

/** The servers that are meant; ends the command where there are none. */
export async function targetsOrExit(
  names: readonly string[],
  options: UrlOptions & { readonly embedding?: boolean },
  keys: ServerKeys,
  context: ServingContext,
): Promise<readonly Target[]> {
  const mode = options.embedding ? 'embed' : 'generate';
  const found = await findTargets({ names, urls: options.url ?? [] }, mode, keys, context);
  if (found.kind === 'servingFailed') throw servingExit(found, context);
  return found.targets;
}

/** All servers that are kept; a damaged record ends the command, as what it was about might still run. */
export async function recordsOrExit(home: string): Promise<readonly ServerRecord[]> {
  const known = await listServers(home);
  if (known.kind === 'storageFailed') throw storageExit(known);
  const [problem] = known.problems;
  if (problem !== undefined) throw storageExit(problem);
  return known.records;
}

/** The kept servers of these names. */
export async function namedOrExit(home: string, names: readonly string[]): Promise<readonly ServerRecord[]> {
  const records = await recordsOrExit(home);
  return names.map((name) => {
    const record = records.find((one) => one.name === name);
    if (record === undefined) throw usage(unknownServer(name, records));
    return record;
  });
}

/** What weights are called by whom they are asked, unless somebody says otherwise: the last part of their path. */
export const versionOf = (path: string): string => path.replace(/\/+$/, '').split('/').at(-1) || path;
