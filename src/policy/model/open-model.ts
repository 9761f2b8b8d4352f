import type { ProviderProfile } from '../../config/models.ts';
import type { GenerationClient } from '../../inference/generation.ts';
import type { ServerFailed } from '../../inference/server-failure.ts';
import type { ServerIdentity } from '../../inference/server-identity.ts';
import type { PromptFormat } from '../prompts/format.ts';
import type { OpenProviderResult, ProviderSource } from '../provider-source.ts';
import { makeAsking } from './asking.ts';
import { awaitServer } from './await-server.ts';
import { formatFor, proofFormatFor } from './format.ts';
import { ModelProvider, type ModelSampling } from './model-provider.ts';
import { openClient } from './open-client.ts';
import type { ServerProviderKind } from './server-kinds.ts';

/** Opens a provider that asks a server: waits until that answers, finds out who it is, and how its model is to be asked. */
export async function openModel(
  kind: ServerProviderKind,
  name: string,
  profile: ProviderProfile,
  source: ProviderSource,
): Promise<OpenProviderResult> {
  const opened = await openClient(kind, profile, source);
  if (opened.kind !== 'client') return { ...opened, message: `provider ${name}: ${opened.message}` };
  const result = await connected(opened.client, kind, name, profile, source);
  if (result.kind !== 'provider') await opened.client.close();
  return result;
}

async function connected(
  client: GenerationClient,
  kind: ServerProviderKind,
  name: string,
  profile: ProviderProfile,
  source: ProviderSource,
): Promise<OpenProviderResult> {
  const { policy } = source.settings;
  const { signal, note } = source;
  const identity = await awaitServer(client, { patienceMs: policy.patience * 1000, signal, note });
  if (identity.kind === 'serverFailed')
    return unavailable(
      name,
      profile.url === undefined ? `--set ${kind}.url=http://host:port` : `url in the profile "${name}"`,
      identity,
    );
  const { prompt, base } = policy;
  // Whatever its model is called, what is served there is asked as ReProver is.
  const model = identity.server === 'leancopilot' ? 'reprover' : identity.model;
  const sources = { name, profile, prompt, base, model };
  const found = formatFor(sources);
  if (found.kind === 'noFormat') return { kind: 'unknownProvider', message: `provider ${name}: ${found.message}` };
  const proofFormat = proofFormatFor(found.format, sources);
  const facts = { identity, route: profile.route, rename: policy.rename };
  const asking = makeAsking(found.format, {
    ...facts,
    maxTokens: mostTokens(profile.sampling?.max_tokens, found.format, identity, false),
    wholeProofs: false,
  });
  const proofs = makeAsking(proofFormat, {
    ...facts,
    // What a profile says of tactics is too little for proofs.
    maxTokens: mostTokens(
      found.format.mode === 'wholeProof' ? profile.sampling?.max_tokens : undefined,
      proofFormat,
      identity,
      true,
    ),
    wholeProofs: true,
  });
  const score = profile.score ?? policy.score;
  return {
    kind: 'provider',
    provider: new ModelProvider({
      name,
      kind,
      client,
      identity,
      asking,
      proofs,
      sampling: samplingFor(profile, found.format),
      score,
      cacheStates: policy.cache_states,
    }),
  };
}

/** Tokens of one sample as the profile says, else as the format does. How long a whole proof may be is the search's matter besides. */
function mostTokens(
  said: number | undefined,
  format: PromptFormat,
  { contextLength }: ServerIdentity,
  wholeProofs: boolean,
): number {
  const isLimitedBySearch = wholeProofs && format.mode === 'wholeProof' && format.plansFirst !== true;
  const usual = isLimitedBySearch ? Number.POSITIVE_INFINITY : format.sampling.maxTokens;
  const wanted = said ?? usual;
  // At least half of the context is for the prompt.
  const most = contextLength === null ? wanted : Math.min(wanted, Math.ceil(contextLength / 2));
  return Number.isFinite(most) ? most : longestProof;
}

/** Where neither profile nor server sets a limit. */
const longestProof = 32_768;

function samplingFor({ sampling }: ProviderProfile, format: PromptFormat): ModelSampling {
  return {
    topP: sampling?.top_p ?? format.sampling.topP,
    ...(sampling?.top_k !== undefined && { topK: sampling.top_k }),
    ...(sampling?.min_p !== undefined && { minP: sampling.min_p }),
  };
}

/** @param where what says where its server is */
function unavailable(name: string, where: string, { reason, message }: ServerFailed): OpenProviderResult {
  const remedy = reason === 'serverDown' ? `; start the server, or say where it is with ${where}` : '';
  return { kind: 'providerUnavailable', message: `provider ${name}: ${message}${remedy}` };
}
