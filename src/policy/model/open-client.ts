import type { ProviderProfile } from '../../config/models.ts';
import type { GenerationClient } from '../../inference/generation.ts';
import { parseAddress } from '../../inference/http/address.ts';
import type { CallerOptions } from '../../inference/http/caller.ts';
import { type KeySource, readKey } from '../../inference/http/secret.ts';
import type { ProviderSettings, ProviderSource } from '../provider-source.ts';
import type { ServerProviderKind } from './server-kinds.ts';

export type OpenClientResult =
  | { readonly kind: 'client'; readonly client: GenerationClient }
  | { readonly kind: 'unknownProvider' | 'providerUnavailable'; readonly message: string };

/** Connects to the server of a profile. Nothing is asked yet. */
export async function openClient(
  kind: ServerProviderKind,
  profile: ProviderProfile,
  { settings, environment }: Pick<ProviderSource, 'settings' | 'environment'>,
): Promise<OpenClientResult> {
  const section = settings[kind];
  const address = parseAddress(profile.url ?? section.url);
  if (address.kind === 'badAddress') return { kind: 'unknownProvider', message: address.message };
  const source = keySource(kind, profile, settings);
  const found = source === null ? null : await readKey(source, environment);
  if (found?.kind === 'noKey')
    return { kind: 'providerUnavailable', message: `the key for ${address.shown}: ${found.message}` };
  const options: CallerOptions = {
    address,
    key: found?.key ?? null,
    maxInFlight: profile.max_in_flight ?? section.max_in_flight,
    patienceMs: settings.policy.patience * 1000,
  };
  const model = profile.model ?? ('model' in section ? section.model : '');
  return { kind: 'client', client: await connect(kind, { ...options, ...(model !== '' && { model }) }, settings) };
}

async function connect(
  kind: ServerProviderKind,
  options: CallerOptions & { readonly model?: string },
  { openai }: ProviderSettings,
): Promise<GenerationClient> {
  switch (kind) {
    case 'sglang': {
      const { openSglang } = await import('../../inference/sglang/client.ts');
      return openSglang(options);
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
  if (section.api_key_env !== '') return { kind: 'environment', variable: section.api_key_env };
  return section.api_key_file === '' ? null : { kind: 'file', path: section.api_key_file };
}
