import { findProfile, type ProviderProfile } from '../../config/models.ts';
import type { OpenProviderResult, ProviderSource } from '../provider-source.ts';
import { type Member, Mixture } from './mixture.ts';

/** Opens the members of a mixture. One that cannot be opened closes the others: a mixture that lacks a part is another one. */
export async function openMixture(
  name: string,
  { members }: ProviderProfile,
  source: ProviderSource,
  openMember: (name: string, profile: ProviderProfile, source: ProviderSource) => Promise<OpenProviderResult>,
): Promise<OpenProviderResult> {
  if (members === undefined)
    return wrong(name, 'it has no members; write members = [{ provider = "…", quota = 6 }, …]');
  const opened: Member[] = [];
  for (const { provider, quota } of members) {
    const result = await open(provider, source, openMember);
    if (result.kind !== 'provider') {
      await Promise.all(opened.map((member) => member.provider.close()));
      return { ...result, message: `mixture ${name}: ${result.message}` };
    }
    opened.push({ provider: result.provider, quota });
  }
  return { kind: 'provider', provider: new Mixture(name, opened) };
}

async function open(
  name: string,
  source: ProviderSource,
  openMember: (name: string, profile: ProviderProfile, source: ProviderSource) => Promise<OpenProviderResult>,
): Promise<OpenProviderResult> {
  const found = findProfile(source.profiles, name);
  if (found.kind === 'noSuchProfile') return { kind: 'unknownProvider', message: found.message };
  if (found.profile.kind === 'mixture') return wrong(name, 'it is a mixture, which cannot be a member of another one');
  return openMember(name, found.profile, source);
}

const wrong = (name: string, message: string): OpenProviderResult => ({
  kind: 'unknownProvider',
  message: `provider ${name}: ${message}`,
});
