import type { ProviderProfile } from '../config/models.ts';
import { SERVER_KINDS } from './model/server-kinds.ts';
import type { ProviderSettings } from './provider-source.ts';

/** What a profile stands for on this machine, before it is asked. */
export interface ProviderAddress {
  /** Where its server is, or what it plays back; null for what is built in, and for mixtures. */
  readonly url: string | null;
  /** The model that is to be used; null when the server decides. */
  readonly model: string | null;
}

/** Where the provider of a profile is, by the profile and else by the settings. Holds no key. */
export function addressOf({ kind, url, model }: ProviderProfile, settings: ProviderSettings): ProviderAddress {
  const server = SERVER_KINDS.find((one) => one === kind);
  if (server === undefined) {
    const file = kind === 'script' && settings.script.file !== '' ? settings.script.file : null;
    const ranker = kind === 'ranker' && settings.ranker.model !== '' ? settings.ranker.model : null;
    return { url: url ?? file, model: model ?? ranker };
  }
  const section = settings[server];
  const usual = 'model' in section && section.model !== '' ? section.model : null;
  return { url: url ?? section.url, model: model ?? usual };
}
