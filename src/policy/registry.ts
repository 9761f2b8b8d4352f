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

export type OpenProviderResult =
  | { readonly kind: 'provider'; readonly provider: TacticProvider }
  | { readonly kind: 'unknownProvider'; readonly message: string };

/** Opens a provider by its profile name. */
export async function openProvider(name: string, context: ProviderContext): Promise<OpenProviderResult> {
  const kind = PROVIDER_KINDS.find((one) => one.name === name);
  return kind
    ? { kind: 'provider', provider: await kind.open(context, name) }
    : { kind: 'unknownProvider', message: unknownProvider(name) ?? '' };
}

/** Why a name cannot be opened, or null when it can. */
export function unknownProvider(name: string): string | null {
  const names = PROVIDER_KINDS.map((one) => one.name);
  return names.includes(name) ? null : `no provider is called "${name}"; there are: ${names.join(', ')}`;
}

/** What a provider is, in a few words; empty for a name that is not known. */
export function providerSummary(name: string): string {
  return PROVIDER_KINDS.find((one) => one.name === name)?.summary ?? '';
}
