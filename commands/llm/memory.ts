import type { Command } from 'commander';
import { type MemoryOutcome, releaseMemory } from '../../sessions/serving/memory.ts';
import { wholeModelPath } from '../../sessions/serving/plan.ts';
import { resumeMemory } from '../../sessions/serving/resume-memory.ts';
import { numberOption, printJson, withCommonOptions } from '../common-options.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import {
  keysOrExit,
  openServing,
  servingExit,
  targetsOrExit,
  type UrlOptions,
  versionOf,
  withUrls,
} from './serving.ts';

interface ReleaseOptions extends CommonOptions, UrlOptions {
  readonly embedding?: boolean;
  readonly cacheOnly?: boolean;
  readonly drain: number;
}

interface ResumeOptions extends CommonOptions, UrlOptions {
  readonly embedding?: boolean;
  readonly model?: string;
  readonly weightVersion?: string;
}

/** `llm serve release` and `resume`. */
export function registerMemory(serve: Command, context: CommandContext): void {
  withCommonOptions(withUrls(serve.command('release')))
    .description("give the GPU's memory back while something else needs it, such as a training; needs --memory-saver")
    .argument('[name...]', 'which (default: ours that generate, else sglang.url)')
    .option('--embedding', 'those that make vectors')
    .option('--cache-only', 'keep the weights, and give back only the cache')
    .option('--drain <seconds>', 'how long requests that run are waited for before they are ended', numberOption(0), 60)
    .action((names: readonly string[], options: ReleaseOptions) => release(context, names, options));
  withCommonOptions(withUrls(serve.command('resume')))
    .description('take the memory back, with the weights of before or others, and go on')
    .argument('[name...]', 'which (default: ours that generate, else sglang.url)')
    .option('--embedding', 'those that make vectors')
    .option('--model <path>', 'other weights, such as those that were just trained')
    .option('--weight-version <text>', 'what every answer carries from then on (default: the last part of the path)')
    .action((names: readonly string[], options: ResumeOptions) => resume(context, names, options));
}

async function release(context: CommandContext, names: readonly string[], options: ReleaseOptions): Promise<void> {
  const { context: serving } = await openServing(context, options);
  const keys = await keysOrExit(serving);
  const targets = await targetsOrExit(names, options, keys, serving);
  const tags = options.cacheOnly === true ? (['kv_cache'] as const) : (['kv_cache', 'weights'] as const);
  const wish = { tags, drainMs: options.drain * 1000 };
  print(context, options, 'release', await inTurn(targets, (target) => releaseMemory(target, wish, keys, serving)));
}

async function resume(context: CommandContext, names: readonly string[], options: ResumeOptions): Promise<void> {
  const { context: serving } = await openServing(context, options);
  const keys = await keysOrExit(serving);
  const targets = await targetsOrExit(names, options, keys, serving);
  const path = options.model === undefined ? undefined : wholeModelPath(options.model, context.folder);
  const weights = path === undefined ? null : { path, version: options.weightVersion ?? versionOf(path) };
  print(context, options, 'resume', await inTurn(targets, (target) => resumeMemory(target, weights, keys, serving)));
}

async function inTurn<T>(
  targets: readonly T[],
  act: (target: T) => Promise<MemoryOutcome>,
): Promise<readonly MemoryOutcome[]> {
  const outcomes: MemoryOutcome[] = [];
  for (const target of targets) outcomes.push(await act(target));
  return outcomes;
}

function print(
  context: CommandContext,
  options: CommonOptions,
  command: string,
  outcomes: readonly MemoryOutcome[],
): void {
  if (options.json) printJson(context, { schema: `proofdeck.llm-serve-${command}/1`, servers: outcomes });
  const failed = outcomes.filter(({ done }) => !done);
  if (!options.json) for (const { url, message, done } of outcomes) if (done) context.out(`${url}: ${message}`);
  if (failed.length > 0)
    throw servingExit(
      { reason: 'failed', message: failed.map(({ url, message }) => `${url}: ${message}`).join('\n') },
      context,
    );
}
