import type { ProviderProfile } from '../../src/config/models.ts';
import { SERVER_KINDS } from '../../src/policy/model/server-kinds.ts';
import { addressOf } from '../../src/policy/provider-address.ts';
import type { ProviderSettings } from '../../src/policy/provider-source.ts';
import type { Manifest } from '../../src/run/manifest.ts';
import type { ValueModel } from '../../src/value/score/value-model.ts';
import type { ServerTarget } from './server-watch.ts';

/** The servers that a provider asks for tactics: its own, or those of the members of a mixture. */
export function tacticServers(
  profiles: ReadonlyMap<string, ProviderProfile>,
  name: string,
  seen: ReadonlySet<string> = new Set(),
): readonly ServerTarget[] {
  const profile = profiles.get(name);
  if (profile === undefined || seen.has(name)) return [];
  const kind = SERVER_KINDS.find((one) => one === profile.kind);
  if (kind !== undefined) return [{ profile: name, kind, role: 'tactics', settings: profile }];
  const members = profile.kind === 'mixture' ? (profile.members ?? []) : [];
  return members.flatMap(({ provider }) => tacticServers(profiles, provider, new Set([...seen, name])));
}

/**
 * Those of a run, which another process may do, with settings of its own. What stands in a run's folder may come from elsewhere,
 * so an address that is not the one that is configured here gets no key.
 */
export function serversOfRun(
  profiles: ReadonlyMap<string, ProviderProfile>,
  { provider }: Pick<Manifest, 'provider'>,
  settings: ProviderSettings,
): readonly ServerTarget[] {
  const { name, kind: kindName, url } = provider;
  const kind = SERVER_KINDS.find((one) => one === kindName);
  if (kind === undefined) return tacticServers(profiles, name);
  const known = profiles.get(name);
  const isOurs = known?.kind === kind && (url === null || addressOf(known, settings).url === url);
  const reached: ProviderProfile = isOurs ? known : { kind, ...(url !== null && { url }) };
  return [{ profile: name, kind, role: 'tactics', settings: reached }];
}

/** The server that embeds states for a value model, where it asks one. */
export function vectorServers(
  profiles: ReadonlyMap<string, ProviderProfile>,
  value: Pick<ValueModel, 'about'> | null,
): readonly ServerTarget[] {
  if (value === null) return [];
  const { kind: kindName, name } = value.about.encoder;
  const kind = SERVER_KINDS.find((one) => one === kindName);
  const settings = profiles.get(name);
  return kind === undefined || settings?.kind !== kind ? [] : [{ profile: name, kind, role: 'vectors', settings }];
}
