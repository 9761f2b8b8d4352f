import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { wholeProofDefaults } from '../search/whole-proof/settings.ts';
import { packageRoot } from '../storage/paths.ts';
import { environmentEntries } from './environment.ts';
import type { ProviderProfile } from './models.ts';
import { type ConfigProblem, describeOrigin, type Entry, type Origin, shippedSettings } from './origin.ts';
import { type Config, configFrom, keySchemas } from './schema.ts';
import { checkEntry, parseSetting } from './setting-text.ts';
import { readTomlEntries } from './toml-file.ts';

export interface ConfigSources {
  /** Name of the command, which decides about environment variables; `workbench` for the screen. */
  readonly command: string;
  /** Folder of sessions, with a `config.toml` of its own. */
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `--config`: must exist. */
  readonly file?: string | undefined;
  /** `--set key=value`, in order. */
  readonly set?: readonly string[] | undefined;
  /** Provider profiles, whose own sampling temperature holds where nobody chooses one. */
  readonly profiles?: ReadonlyMap<string, ProviderProfile> | undefined;
  /** Options with a key of their own: `{'--max-nodes': {key: 'search.max_nodes', value: 50}}`; undefined values are left out. */
  readonly options?: Readonly<Record<string, { readonly key: string; readonly value: unknown }>> | undefined;
}

export interface ResolvedConfig {
  readonly kind: 'resolved';
  readonly config: Config;
  /** Every key that some place gives, with its checked value. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Where the value of every key comes from. */
  readonly origins: Readonly<Record<string, Origin>>;
}
export interface BadConfig {
  readonly kind: 'badConfig';
  readonly problems: readonly ConfigProblem[];
  /** All problems, a line each. */
  readonly message: string;
}

/**
 * The configuration of a command. Later places win: defaults, `configs/search.toml` of the package, what goes with a value
 * model where one is named and with the strategy, the user's file, the home's file, the file given, the environment, `--set`, options of their own.
 */
export async function resolveConfig(sources: ConfigSources): Promise<ResolvedConfig | BadConfig> {
  const problems: ConfigProblem[] = [];
  const entries: Entry[] = [];
  const addFile = async (path: string, shown: string, required: boolean, kind: 'file' | 'shipped'): Promise<void> => {
    const read = await readTomlEntries(path, shown, kind);
    if (read.kind === 'read') entries.push(...read.entries);
    else if (read.kind === 'unreadable') problems.push(read.problem);
    else if (required) problems.push({ key: null, message: `there is no configuration file ${shown}` });
  };
  await addFile(join(packageRoot(), 'configs', 'search.toml'), shippedSettings, true, 'shipped');
  const shipped = entries.length;
  const user = userConfigFile(sources.environment);
  await addFile(user, user, false, 'file');
  const ofHome = join(sources.home, 'config.toml');
  await addFile(ofHome, ofHome, false, 'file');
  if (sources.file !== undefined) await addFile(sources.file, sources.file, true, 'file');
  const fromEnvironment = environmentEntries(sources.command, sources.environment);
  entries.push(...fromEnvironment.entries);
  problems.push(...fromEnvironment.problems);
  for (const text of sources.set ?? []) {
    const result = parseSetting(text, { kind: 'option', option: '--set' });
    if (result.kind === 'entry') entries.push(result.entry);
    else problems.push(result.problem);
  }
  for (const [option, { key, value }] of Object.entries(sources.options ?? {}))
    if (value !== undefined) entries.push({ key, value, origin: { kind: 'option', option } });
  const ofProfile = profileEntries(entries, sources.profiles);
  const ofValueModel = namesValueModel(entries) ? withValueModel : [];
  entries.splice(shipped, 0, ...ofValueModel, ...strategyEntries(entries), ...ofProfile);
  return resolveEntries(entries, problems);
}

const withValueModel: readonly Entry[] = [
  { key: 'search.temperature', value: 1, origin: { kind: 'valueModel' } },
  { key: 'search.num_candidates', value: 8, origin: { kind: 'valueModel' } },
];

function profileEntries(entries: readonly Entry[], profiles: ConfigSources['profiles']): readonly Entry[] {
  const name = entries.findLast(({ key }) => key === 'policy.provider')?.value;
  const temperature = typeof name === 'string' ? profiles?.get(name)?.sampling?.temperature : undefined;
  if (temperature === undefined) return [];
  return [{ key: 'search.temperature', value: temperature, origin: { kind: 'profile', name: String(name) } }];
}

/** What goes with the strategy that is chosen. */
function strategyEntries(entries: readonly Entry[]): readonly Entry[] {
  const name = entries.findLast(({ key }) => key === 'search.strategy')?.value;
  if (name !== 'whole-proof') return [];
  return Object.entries(wholeProofDefaults).map(([key, value]) => ({
    key: `search.${key}`,
    value,
    origin: { kind: 'strategy', name },
  }));
}

function namesValueModel(entries: readonly Entry[]): boolean {
  const last = entries.findLast(({ key }) => key === 'value.model')?.value;
  return typeof last === 'string' && last !== '';
}

/** Joins entries, later ones winning, into a configuration; every bad one is named, not only the first. */
function resolveEntries(entries: readonly Entry[], known: readonly ConfigProblem[] = []): ResolvedConfig | BadConfig {
  const problems = [...known];
  const values = new Map<string, unknown>();
  const origins: Record<string, Origin> = Object.fromEntries(
    [...keySchemas.keys()].map((key) => [key, { kind: 'default' }]),
  );
  for (const entry of entries) {
    const result = checkEntry(entry);
    if (result.kind === 'problem') problems.push(result.problem);
    else {
      values.set(entry.key, result.entry.value);
      origins[entry.key] = entry.origin;
    }
  }
  if (problems.length > 0)
    return { kind: 'badConfig', problems, message: problems.map(({ message }) => message).join('\n') };
  return { kind: 'resolved', config: configFrom(values, origins), values, origins };
}

/** `$XDG_CONFIG_HOME/proofdeck/config.toml`, else `~/.config/proofdeck/config.toml`. */
export function userConfigFile(environment: ConfigSources['environment']): string {
  const xdg = environment.XDG_CONFIG_HOME;
  const folder = xdg !== undefined && isAbsolute(xdg) ? xdg : join(environment.HOME || homedir(), '.config');
  return join(folder, 'proofdeck', 'config.toml');
}

/** A resolved configuration as manifests and dry runs keep it: every key with its value and where that comes from, in words. */
export function recordOf({
  values,
  origins,
}: Pick<ResolvedConfig, 'values' | 'origins'>): Readonly<
  Record<string, { readonly value: unknown; readonly origin: string }>
> {
  return Object.fromEntries(
    [...keySchemas].map(([key, schema]) => [
      key,
      {
        value: values.has(key) ? values.get(key) : schema.parse(undefined),
        origin: describeOrigin(origins[key] ?? { kind: 'default' }),
      },
    ]),
  );
}

/** The environment variables that a resolved configuration follows, by name, sorted. */
export function usedVariables({ origins }: Pick<ResolvedConfig, 'origins'>): readonly string[] {
  const names = Object.values(origins).flatMap((origin) => (origin.kind === 'environment' ? [origin.variable] : []));
  return [...new Set(names)].toSorted();
}
