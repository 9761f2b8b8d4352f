import type { ProviderProfile } from '../config/models.ts';
import type { Config } from '../config/schema.ts';
import type { ProviderContext, TacticProvider } from './provider.ts';

/** The parts of the configuration that providers follow. */
export type ProviderSettings = Pick<Config, 'policy' | 'sglang' | 'openai' | 'leancopilot' | 'script' | 'ranker'>;

/** Everything outside a profile that opening a provider may need. */
export interface ProviderSource extends ProviderContext {
  readonly profiles: ReadonlyMap<string, ProviderProfile>;
  readonly settings: ProviderSettings;
  /** For keys only. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where sessions and runs are. */
  readonly home: string;
  /** Says what is waited for. */
  readonly note: (message: string) => void;
  readonly signal: AbortSignal;
}

export type OpenProviderResult =
  | { readonly kind: 'provider'; readonly provider: TacticProvider }
  /** The name, or what the profile says, is wrong. */
  | { readonly kind: 'unknownProvider'; readonly message: string }
  /** What it needs is not there: a server that answers, a key, a file. */
  | { readonly kind: 'providerUnavailable'; readonly message: string };

/** A way to get tactics. */
export interface ProviderKind {
  readonly name: string;
  /** For help texts: what it is. */
  readonly summary: string;
  /** @param name of the profile */
  open(name: string, profile: ProviderProfile, source: ProviderSource): Promise<OpenProviderResult>;
}
