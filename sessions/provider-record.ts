import type { ProviderIdentity, TacticProvider } from '../src/policy/provider.ts';
import type { SearchState } from '../src/search/state.ts';

/** A provider as a search records it. */
export function providerRecord({ name, kind, identities = [] }: TacticProvider) {
  return { name, kind, ...(identities.length > 0 && { identities: [...identities] }) };
}

/**
 * What is no longer behind a provider as it was when a search used it, in words: another model, other weights, another address.
 * Null when nothing has changed that shows.
 */
export function changedIdentity(recorded: SearchState['provider'], provider: TacticProvider): string | null {
  const before = recorded?.identities ?? [];
  const now = provider.identities ?? [];
  if (before.length === 0 || describe(before) === describe(now)) return null;
  return `${provider.name} was ${describe(before)} and is now ${describe(now)}: answers may differ`;
}

function describe(identities: readonly ProviderIdentity[]): string {
  const parts = identities.map(({ model, weightVersion, url, prompt }) =>
    [
      `${model} at ${url}`,
      weightVersion === null ? '' : `weights ${weightVersion}`,
      prompt === null ? '' : `asked as ${prompt}`,
    ]
      .filter((part) => part !== '')
      .join(', '),
  );
  return parts.length === 0 ? 'built in' : parts.join(' and ');
}
