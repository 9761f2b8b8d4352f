import { heuristicProvider } from './heuristic/heuristic.ts';
import type { ProviderContext, TacticProvider } from './provider.ts';

export interface ProviderKind {
  readonly name: string;
  /** For help texts: what it is. */
  readonly summary: string;
  open(context: ProviderContext, profile: string): Promise<TacticProvider>;
}

/** The ways to get tactics; a new one is a new file and a line here. */
export const PROVIDER_KINDS: readonly ProviderKind[] = [
  {
    name: 'heuristic',
    summary: 'built in: tactics from the shape of the goal, no model needed',
    open: async (context, profile) => heuristicProvider(context, profile),
  },
];

/** A named way to get tactics: what `models.toml` says of it, as far as every kind needs to know. */
export interface ProviderProfileRef {
  readonly name: string;
  readonly kind: string;
}

export type OpenProviderResult =
  | { readonly kind: 'provider'; readonly provider: TacticProvider }
  | { readonly kind: 'unknownProvider'; readonly message: string };

/** Opens the provider of a profile. */
export async function openProvider(profile: ProviderProfileRef, context: ProviderContext): Promise<OpenProviderResult> {
  const kind = findKind(profile.kind);
  if (kind) return { kind: 'provider', provider: await kind.open(context, profile.name) };
  const kinds = PROVIDER_KINDS.map((one) => one.name).join(', ');
  const message = `the provider "${profile.name}" is of the kind "${profile.kind}", which is not known; kinds: ${kinds}`;
  return { kind: 'unknownProvider', message };
}

/** What a kind of provider is, in a few words; empty for one that is not known. */
export function providerSummary(kind: string): string {
  return findKind(kind)?.summary ?? '';
}

const findKind = (name: string): ProviderKind | undefined => PROVIDER_KINDS.find((one) => one.name === name);
