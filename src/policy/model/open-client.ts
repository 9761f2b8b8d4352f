import type { ProviderProfile } from '../../config/models.ts';
import type { GenerationClient } from '../../inference/generation.ts';
import { parseAddress, type ServerAddress } from '../../inference/http/address.ts';
import type { CallerOptions } from '../../inference/http/caller.ts';
import { type KeySource, keySourceOf, readKey, type Secret } from '../../inference/http/secret.ts';
import type { ProviderSettings, ProviderSource } from '../provider-source.ts';
import type { ServerProviderKind } from './server-kinds.ts';

export type OpenClientResult =
  | { readonly kind: 'client'; readonly client: GenerationClient }
  | { readonly kind: 'unknownProvider' | 'providerUnavailable'; readonly message: string };

/** How the server of a profile is reached. */
export interface Connection {
  readonly kind: 'connection';
  readonly address: ServerAddress;
  readonly key: Secret | null;
  /** As the profile or the settings name it; null when the server decides. */
  readonly model: string | null;
}

/** Finds out where the server of a profile is, and its key. Nothing is asked of the server. */
export async function connectionOf(
  kind: ServerProviderKind,
  profile: ProviderProfile,
  { settings, environment }: Pick<ProviderSource, 'settings' | 'environment'>,
): Promise<Connection | Exclude<OpenClientResult, { kind: 'client' }>> {
  const section = settings[kind];
  const address = parseAddress(profile.url ?? section.url);
  if (address.kind === 'badAddress') return { kind: 'unknownProvider', message: address.message };
  const source = keySource(kind, profile, settings);
  const found = source === null ? null : await readKey(source, environment);
  if (found?.kind === 'noKey')
    return { kind: 'providerUnavailable', message: `the key for ${address.shown}: ${found.message}` };
  const model = profile.model ?? ('model' in section ? section.model : '');
  return { kind: 'connection', address, key: found?.key ?? null, model: model === '' ? null : model };
}

/** Connects to the server of a profile. Nothing is asked yet. */
export async function openClient(
  kind: ServerProviderKind,
  profile: ProviderProfile,
  source: Pick<ProviderSource, 'settings' | 'environment'>,
): Promise<OpenClientResult> {
  const found = await connectionOf(kind, profile, source);
  if (found.kind !== 'connection') return found;
  const { settings } = source;
  const { address, key, model } = found;
  const options: CallerOptions = {
    address,
    key,
    maxInFlight: profile.max_in_flight ?? settings[kind].max_in_flight,
    patienceMs: settings.policy.patience * 1000,
  };
  return { kind: 'client', client: await connect(kind, { ...options, ...(model !== null && { model }) }, settings) };
}

async function connect(
  kind: ServerProviderKind,
  options: CallerOptions & { readonly model?: string },
  { openai, sglang }: ProviderSettings,
): Promise<GenerationClient> {
  switch (kind) {
    case 'sglang': {
      const { openSglang } = await import('../../inference/sglang/client.ts');
      return openSglang({ ...options, together: sglang.together });
    }
    case 'openai': {
      const { openOpenAi } = await import('../../inference/openai/client.ts');
      const { server, context_length: contextLength } = openai;
      return openOpenAi({
        ...options,
        ...(server !== 'auto' && { server }),
        ...(contextLength > 0 && { contextLength }),
      });
    }
    case 'leancopilot': {
      const { openLeanCopilot } = await import('../../inference/leancopilot/client.ts');
      return openLeanCopilot(options);
    }
  }
}

/** A profile with a server of its own does not get the key that is meant for another one. */
function keySource(kind: ServerProviderKind, profile: ProviderProfile, settings: ProviderSettings): KeySource | null {
  if (profile.api_key_env !== undefined) return { kind: 'environment', variable: profile.api_key_env };
  if (profile.api_key_file !== undefined) return { kind: 'file', path: profile.api_key_file };
  const section = settings[kind];
  if (profile.url !== undefined || !('api_key_env' in section)) return null;
  return keySourceOf(section.api_key_env, section.api_key_file);
}
