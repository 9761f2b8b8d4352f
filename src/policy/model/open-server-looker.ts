import type { ProviderProfile } from '../../config/models.ts';
import type { ServerLooker } from '../../inference/panel/look.ts';
import { openLooker } from '../../inference/panel/open-looker.ts';
import type { ProviderSource } from '../provider-source.ts';
import { connectionOf } from './open-client.ts';
import type { ServerProviderKind } from './server-kinds.ts';

export type ServerLookerResult =
  | { readonly kind: 'looker'; readonly looker: ServerLooker }
  /** The address or the key is wrong or missing. */
  | { readonly kind: 'noLooker'; readonly message: string };

/** Opens what looks at the server of a profile, whether a search uses it or not. */
export async function openServerLooker(
  kind: ServerProviderKind,
  profile: ProviderProfile,
  source: Pick<ProviderSource, 'settings' | 'environment'>,
): Promise<ServerLookerResult> {
  const found = await connectionOf(kind, profile, source);
  if (found.kind !== 'connection') return { kind: 'noLooker', message: found.message };
  const { address, key, model } = found;
  const { server } = source.settings.openai;
  const looker = await openLooker({
    protocol: kind,
    address,
    key,
    model,
    ...(kind === 'openai' && server !== 'auto' && { server }),
  });
  return { kind: 'looker', looker };
}
