import { findProfile } from '../../config/models.ts';
import type { ProviderSource } from '../../policy/provider-source.ts';
import type { StateEncoder } from './encoder.ts';
import { LEAST_NGRAM_WIDTH, MOST_NGRAM_WIDTH, ngramEncoder } from './ngram/ngram.ts';
import type { RestartServer } from './served/served-encoder.ts';

/** Everything outside its name that opening an encoder may need. A source of providers will do. */
export interface EncoderSource
  extends Pick<ProviderSource, 'profiles' | 'settings' | 'environment' | 'home' | 'note' | 'signal'> {
  /** Called when a server took requests and answers none; absent when its servers are not ours to start. */
  readonly restart?: RestartServer;
  /** Texts in one request. @default 16 */
  readonly batch?: number;
}

export type OpenEncoderResult =
  | { readonly kind: 'encoder'; readonly encoder: StateEncoder }
  /** The name, or what the profile says, is wrong. */
  | { readonly kind: 'unknownEncoder'; readonly message: string }
  /** What it needs is not there: a server that answers and embeds rightly, a key, imported vectors. */
  | { readonly kind: 'encoderUnavailable'; readonly message: string };

/** For help texts. */
export const ENCODER_NAMES =
  'ngram (built in; ngram:2048 for that many numbers), sglang, openai, a profile of models.toml of these kinds, or imported:<name>';

/** Opens the encoder of that name. Vectors that it gave before are in its cache: see `openCachedEncoder`. */
export async function openEncoder(name: string, source: EncoderSource): Promise<OpenEncoderResult> {
  const [kind = '', detail] = name.split(/:(.*)/s);
  if (kind === 'ngram') return openNgram(name, detail);
  if (kind === 'imported') {
    const { openImported } = await import('./imported.ts');
    return openImported(detail ?? '', source.home);
  }
  const found = findProfile(source.profiles, name);
  if (found.kind === 'noSuchProfile')
    return {
      kind: 'unknownEncoder',
      message: `there is no encoder ${JSON.stringify(name)}: it is one of ${ENCODER_NAMES}`,
    };
  const { profile } = found;
  if (profile.kind !== 'sglang' && profile.kind !== 'openai')
    return {
      kind: 'unknownEncoder',
      message: `"${name}" is of the kind "${profile.kind}", which encodes no states: an encoder is ${ENCODER_NAMES}`,
    };
  const { openServedEncoder } = await import('./served/open-served.ts');
  return openServedEncoder(profile.kind, name, profile, source);
}

function openNgram(name: string, detail: string | undefined): OpenEncoderResult {
  if (detail === undefined) return { kind: 'encoder', encoder: ngramEncoder() };
  const width = Number(detail);
  if (/^\d+$/.test(detail) && width >= LEAST_NGRAM_WIDTH && width <= MOST_NGRAM_WIDTH)
    return { kind: 'encoder', encoder: ngramEncoder(width, name) };
  const range = `${LEAST_NGRAM_WIDTH} to ${MOST_NGRAM_WIDTH}`;
  return {
    kind: 'unknownEncoder',
    message: `encoder ${name}: "${detail}" is no width; expected a number from ${range}`,
  };
}
