import type { ProviderIdentity, TacticProvider } from '../src/policy/provider.ts';

/** A provider as a search records it. */
export function providerRecord({ name, kind, identities = [] }: TacticProvider) {
  return { name, kind, ...(identities.length > 0 && { identities: [...identities] }) };
}

interface Recorded {
  readonly identities?: readonly ProviderIdentity[] | undefined;
}

/** What is no longer behind a provider as it was when a search used it, in a sentence; null when nothing has changed that shows. */
export function changedIdentity(recorded: Recorded | null, provider: TacticProvider): string | null {
  return change(recorded, provider, describe);
}

/** The same, but the server may have moved. */
export function changedModel(recorded: Recorded, provider: TacticProvider): string | null {
  return change(recorded, provider, describeModel);
}

function change(
  recorded: Recorded | null,
  { name, identities: now = [] }: TacticProvider,
  words: (identity: ProviderIdentity) => string,
): string | null {
  const before = recorded?.identities ?? [];
  const was = before.map(words).join(' and ');
  const is = now.map(words).join(' and ');
  return before.length === 0 || was === is ? null : `${name} was ${was} and is now ${is === '' ? 'built in' : is}`;
}

const describe = (identity: ProviderIdentity): string => `${describeModel(identity)} at ${identity.url}`;

const describeModel = ({ model, weightVersion, prompt }: ProviderIdentity): string =>
  [
    model,
    weightVersion === null ? '' : ` with weights ${weightVersion}`,
    prompt === null ? '' : ` asked as ${prompt}`,
  ].join('');
