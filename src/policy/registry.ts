import { findProfile, type ProviderProfile } from '../config/models.ts';
import { heuristicProvider } from './heuristic/heuristic.ts';
import { SERVER_KINDS, type ServerProviderKind } from './model/server-kinds.ts';
import type { OpenProviderResult, ProviderKind, ProviderSource } from './provider-source.ts';

const SERVERS: Readonly<Record<ServerProviderKind, string>> = {
  sglang: 'a model on an SGLang server',
  leancopilot: "a model behind LeanCopilot's protocol, such as ReProver served by scripts/serve_seq2seq.py",
  openai: "a model on any server that speaks OpenAI's protocol: vLLM, llama-server, Ollama, SGLang",
};

/** The ways to get tactics; a new one is a new file and a line here. What asks a server is loaded when it is used. */
const PROVIDER_KINDS: readonly ProviderKind[] = [
  {
    name: 'heuristic',
    summary: 'built in: tactics from the shape of the goal, no model needed',
    open: async (name, _, source) => ({ kind: 'provider', provider: heuristicProvider(source, name) }),
  },
  ...SERVER_KINDS.map(
    (kind): ProviderKind => ({
      name: kind,
      summary: SERVERS[kind],
      open: async (name, profile, source) => {
        const { openModel } = await import('./model/open-model.ts');
        return openModel(kind, name, profile, source);
      },
    }),
  ),
  {
    name: 'ranker',
    summary: 'built in: the heuristic and harvested tactics, ranked by a net trained on trajectories',
    open: async (name, profile, source) => {
      const { openRanker } = await import('./ranker/open-ranker.ts');
      return openRanker(name, profile, source);
    },
  },
  {
    name: 'mixture',
    summary: 'several providers side by side',
    open: async (name, profile, source) => {
      const { openMixture } = await import('./mixture/open-mixture.ts');
      return openMixture(name, profile, source, openKind);
    },
  },
  {
    name: 'script',
    summary: 'plays back what was recorded',
    open: async (name, profile, source) => {
      const { openScript } = await import('./script/open-script.ts');
      return openScript(name, profile, source);
    },
  },
];

/** Opens the provider of that name; with `policy.record` everything that it answers is recorded. */
export async function openProvider(name: string, source: ProviderSource): Promise<OpenProviderResult> {
  const found = findProfile(source.profiles, name);
  if (found.kind === 'noSuchProfile') return { kind: 'unknownProvider', message: found.message };
  const opened = await openKind(name, found.profile, source);
  const { record } = source.settings.policy;
  if (opened.kind !== 'provider' || record === '') return opened;
  const { Recording } = await import('./script/recording.ts');
  return { kind: 'provider', provider: new Recording(opened.provider, record) };
}

async function openKind(name: string, profile: ProviderProfile, source: ProviderSource): Promise<OpenProviderResult> {
  const kind = findKind(profile.kind);
  if (kind) return kind.open(name, profile, source);
  const kinds = PROVIDER_KINDS.map((one) => one.name).join(', ');
  const message = `the provider "${name}" is of the kind "${profile.kind}", which is not known; kinds: ${kinds}`;
  return { kind: 'unknownProvider', message };
}

/** What a kind of provider is, in a few words; empty for one that is not known. */
export function providerSummary(kind: string): string {
  return findKind(kind)?.summary ?? '';
}

const findKind = (name: string): ProviderKind | undefined => PROVIDER_KINDS.find((one) => one.name === name);
