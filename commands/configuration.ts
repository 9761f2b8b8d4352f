import type { EngineProviders } from '../sessions/engine.ts';
import { type ProviderProfile, readProviderProfiles } from '../src/config/models.ts';
import { type ConfigSources, type ResolvedConfig, resolveConfig } from '../src/config/resolve.ts';
import type { Config } from '../src/config/schema.ts';
import { homeRoot } from '../src/storage/paths.ts';
import { usage } from './common-options.ts';
import type { CommandContext, CommonOptions } from './context.ts';
import { encoderRestarter } from './llm/encoder-restart.ts';

export interface WorkerOptions {
  readonly imports?: readonly string[];
  readonly lean?: string;
  readonly leanPath?: string;
  readonly leanProject?: string;
  readonly workers?: number;
}

export interface SearchOptions extends WorkerOptions {
  readonly provider?: string;
  readonly record?: string;
  readonly value?: string;
  readonly strategy?: string;
  readonly temperature?: number;
  readonly maxNodes?: number;
  readonly maxDepth?: number;
  readonly timeout?: number;
  readonly numCandidates?: number;
  readonly block?: readonly string[];
}

/** The provider profiles that can be named: the package's, the user's and the home's. */
export async function providerProfiles(
  context: CommandContext,
  options: CommonOptions,
): Promise<ReadonlyMap<string, ProviderProfile>> {
  const read = await readProviderProfiles(homeRoot(options.home, context.environment), context.environment);
  if (read.kind === 'badProfiles') throw usage(read.message);
  return read.profiles;
}

/** What providers are opened from. What they wait for is noted, unless nobody wants to know. */
export async function engineProviders(
  context: CommandContext,
  options: CommonOptions,
  settings: Config,
  quiet: boolean,
): Promise<EngineProviders> {
  const { environment, folder } = context;
  const home = homeRoot(options.home, environment);
  const note = quiet ? () => {} : (message: string) => context.note(message);
  return {
    profiles: await providerProfiles(context, options),
    settings,
    environment,
    home,
    note,
    restart: encoderRestarter({ home, config: settings, environment, folder, note }),
  };
}

/** The configuration of a command: files, environment, `--set`, and the options that have a key of their own. */
export async function configuration(
  command: string,
  context: CommandContext,
  options: SearchOptions & CommonOptions,
): Promise<Config> {
  return (await resolvedConfiguration(command, context, options)).config;
}

/** The same with the origin of every key; `more` are further options that have one. */
export async function resolvedConfiguration(
  command: string,
  context: CommandContext,
  options: SearchOptions & CommonOptions,
  more: ConfigSources['options'] = {},
): Promise<ResolvedConfig> {
  if (options.value === '')
    throw usage('--value is empty: name a value model, or leave the option away to search without one');
  // What is wrong with profiles is said by the commands that use them.
  const known = await readProviderProfiles(homeRoot(options.home, context.environment), context.environment);
  const resolved = await resolveConfig({
    command,
    home: homeRoot(options.home, context.environment),
    environment: context.environment,
    file: options.config,
    set: options.set,
    profiles: known.kind === 'profiles' ? known.profiles : undefined,
    options: {
      '--lean': { key: 'lean.kind', value: options.lean },
      '--lean-path': { key: 'lean.path', value: options.leanPath },
      '--lean-project': { key: 'lean.project', value: options.leanProject },
      '--imports': { key: 'lean.imports', value: notEmpty(options.imports) },
      '--workers': { key: 'lean.num_workers', value: options.workers },
      '--provider': { key: 'policy.provider', value: options.provider },
      '--record': { key: 'policy.record', value: options.record },
      '--value': { key: 'value.model', value: options.value },
      '--strategy': { key: 'search.strategy', value: options.strategy },
      '--temperature': { key: 'search.temperature', value: options.temperature },
      '--max-nodes': { key: 'search.max_nodes', value: options.maxNodes },
      '--max-depth': { key: 'search.max_depth', value: options.maxDepth },
      '--timeout': { key: 'search.timeout', value: options.timeout },
      '--num-candidates': { key: 'search.num_candidates', value: options.numCandidates },
      '--block': { key: 'search.block', value: notEmpty(options.block) },
      '--seed': { key: 'search.seed', value: options.seed },
      ...more,
    },
  });
  if (resolved.kind === 'badConfig') throw usage(resolved.message);
  return resolved;
}

const notEmpty = <T>(list: readonly T[] | undefined): readonly T[] | undefined => (list?.length ? list : undefined);
