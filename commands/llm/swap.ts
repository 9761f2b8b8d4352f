import type { Command } from 'commander';
import { shownUrl } from '../../sessions/serving/context.ts';
import { wholeModelPath } from '../../sessions/serving/plan.ts';
import { restartServer } from '../../sessions/serving/restart-server.ts';
import { type SwapWish, swapServers } from '../../sessions/serving/swap-weights.ts';
import type { Target } from '../../sessions/serving/targets.ts';
import type { SwapOutcome } from '../../src/inference/serve/swap-fleet.ts';
import { printJson, withCommonOptions } from '../common-options.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from '../context.ts';
import {
  keysOrExit,
  openServing,
  type Serving,
  servingExit,
  targetsOrExit,
  type UrlOptions,
  versionOf,
  withUrls,
} from './serving.ts';

interface SwapOptions extends CommonOptions, UrlOptions {
  readonly server?: readonly string[];
  readonly weightVersion?: string;
  readonly restart?: boolean;
  readonly embedding?: boolean;
}

/** `llm serve swap`. */
export function registerSwap(serve: Command, context: CommandContext): void {
  withCommonOptions(withUrls(serve.command('swap')))
    .description('give servers other weights in place: pause, read, check, go on; all of them or none')
    .argument('<model>', 'folder of the weights, on the machine of the server; same architecture and size')
    .option(
      '--server <name>',
      'which server; may be given again (default: ours that generate, else sglang.url)',
      collect,
    )
    .option('--embedding', 'those that make vectors')
    .option('--weight-version <text>', 'what every answer carries from then on (default: the last part of the path)')
    .option('--restart', 'stop and start the server with it instead')
    .action((model: string, options: SwapOptions) => swap(context, model, options));
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

async function swap(context: CommandContext, given: string, options: SwapOptions): Promise<void> {
  const path = wholeModelPath(given, context.folder);
  const serving = await openServing(context, options);
  const keys = await keysOrExit(serving.context);
  const targets = await targetsOrExit(options.server ?? [], options, keys, serving.context);
  const version = options.weightVersion ?? versionOf(path);
  if (options.restart === true) return restartAll(context, targets, { path, version }, serving, options);
  const result = await swapServers(targets, { path, version }, keys, serving.context);
  if (result.kind === 'servingFailed') throw servingExit(result, context);
  const { swapped, outcomes } = result;
  if (options.json)
    printJson(context, {
      schema: 'proofdeck.llm-serve-swap/1',
      swapped,
      model: path,
      weightVersion: version,
      servers: outcomes,
    });
  else for (const outcome of outcomes) context.out(outcomeWords(outcome));
  if (!swapped) throw servingExit({ reason: 'failed', message: failureWords(outcomes, path) }, context);
}

function outcomeWords({ url, state, now, message }: SwapOutcome): string {
  const has = now === null ? '' : ` ${now.model}${now.weightVersion === null ? '' : ` (version ${now.weightVersion})`}`;
  const words = {
    swapped: `works with${has}`,
    kept: `works with what it had before:${has}`,
    leftPaused: 'stays paused',
  };
  return `${url}: ${words[state]}${message === null ? '' : `; ${message}`}`;
}

function failureWords(outcomes: readonly SwapOutcome[], path: string): string {
  const paused = outcomes.filter(({ state }) => state === 'leftPaused');
  if (paused.length === 0) return `the weights of ${path} are not in use: every server works with what it had before`;
  const several = paused.length === 1 ? 'it answers nobody' : 'they answer nobody';
  return `${paused.map(({ url }) => url).join(', ')} may have the weights of ${path} or those of before; ${several} until "proofdeck llm serve swap" succeeds or "proofdeck llm serve restart" was done`;
}

async function restartAll(
  context: CommandContext,
  targets: readonly Target[],
  { path, version }: SwapWish,
  { context: serving }: Serving,
  options: SwapOptions,
): Promise<void> {
  const done: { readonly name: string; readonly url: string }[] = [];
  for (const { url: address, record } of targets) {
    const url = shownUrl(address);
    if (record?.process == null)
      throw new CommandExit(
        EXIT.failed,
        `${url} was not started from here, so it cannot be restarted from here: leave --restart away`,
      );
    const result = await restartServer(record, serving, {
      model: path,
      changes: { weight_version: version },
    });
    if (result.kind === 'servingFailed') throw servingExit(result, context);
    done.push({ name: record.name, url });
    if (!options.json) context.out(`${url}: works with ${path}, restarted`);
  }
  if (options.json)
    printJson(context, { schema: 'proofdeck.llm-serve-swap/1', swapped: true, model: path, restarted: done });
}
