import type { ProviderIdentity } from '../policy/provider.ts';
import type { SearchSettings } from './settings.ts';

interface KnownProvider {
  readonly name: string;
  readonly kind: string;
  readonly identities?: readonly ProviderIdentity[] | undefined;
}

/** Kinds of providers that know single tactics only. */
const stepwise: ReadonlySet<string> = new Set(['heuristic', 'ranker', 'leancopilot']);

/** Which strategy suits a provider better than the chosen one, in a sentence; null when there is nothing to say. */
export function strategyAdvice(
  provider: KnownProvider | null,
  { strategy }: Pick<SearchSettings, 'strategy'>,
): string | null {
  if (provider === null) return null;
  const { name, kind, identities = [] } = provider;
  const isWhole = strategy === 'whole-proof';
  if (!isWhole && identities.some(({ writes }) => writes === 'wholeProofs'))
    return `${name} writes whole proofs, of which ${strategy} uses the first tactic only: --strategy whole-proof uses them whole`;
  if (isWhole && stepwise.has(kind))
    return `${name} proposes single tactics, each of which counts as a whole proof here: --strategy best-first suits it better`;
  return null;
}
