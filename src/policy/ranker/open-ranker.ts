import type { ProviderProfile } from '../../config/models.ts';
import type { OpenProviderResult, ProviderSource } from '../provider-source.ts';
import { loadRanker, RANKER_FORMAT } from './model-file.ts';
import { RankerProvider } from './ranker-provider.ts';

/** Opens a trained ranker: the profile's model, else `ranker.model`. */
export async function openRanker(
  name: string,
  profile: ProviderProfile,
  source: Pick<ProviderSource, 'settings' | 'home' | 'availableTactics'>,
): Promise<OpenProviderResult> {
  const given = profile.url ?? profile.model ?? source.settings.ranker.model;
  if (given === '')
    return {
      kind: 'unknownProvider',
      message: `provider ${name}: name the trained ranker, by its name, folder or file, with --set ranker.model=…; proofdeck ranker train makes one`,
    };
  const loaded = await loadRanker(source.home, given);
  if (loaded.kind === 'rankerFailed')
    return { kind: 'providerUnavailable', message: `provider ${name}: ${loaded.message}` };
  const { ranker, path, hash } = loaded;
  const identity = { url: path, model: loaded.name, weightVersion: hash, server: RANKER_FORMAT, prompt: null };
  return { kind: 'provider', provider: new RankerProvider({ name, ranker, identity, context: source }) };
}
