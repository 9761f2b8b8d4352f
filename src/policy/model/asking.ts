import type { ProviderProfile } from '../../config/models.ts';
import type { ServerIdentity } from '../../inference/generation.ts';
import { firstTactic, optionsOf } from '../extract/extract.ts';
import { byteLimit, type PromptLimit, tokenLimit } from '../prompts/fit.ts';
import type { PromptFormat, PromptInput, PromptRoute } from '../prompts/format.ts';
import { makePrompt } from '../prompts/render.ts';
import type { PolicyState } from '../provider.ts';
import type { Asking } from './model-provider.ts';

export interface AskingFacts {
  readonly identity: ServerIdentity;
  /** As a person wants it. @default text where the server continues text, else chat */
  readonly route: ProviderProfile['route'];
  readonly maxTokens: number;
}

/** How a model of this prompt format is asked on this server. */
export function makeAsking(format: PromptFormat, { identity, route: wanted, maxTokens }: AskingFacts): Asking {
  const { capabilities } = identity;
  const route: PromptRoute =
    wanted === undefined ? (capabilities.completion ? 'text' : 'chat') : wanted === 'chat' ? 'chat' : 'text';
  const usual = silentLimit(identity, maxTokens);
  return {
    format: format.name,
    stop: format.stop,
    stopTokenIds: format.stopTokenIds,
    prompt: (state, longest) =>
      makePrompt(format, inputOf(state), route, longest === null ? usual : byteLimit(longest)),
    extract: (state, { text, finish }) => {
      const theorem = state.theorem?.name ?? null;
      return firstTactic(text, optionsOf(format.shape, { truncated: finish.kind === 'length', theorem }));
    },
  };
}

/** Ollama cuts off what is too long without a word, so it is not left to it. */
function silentLimit({ server, contextLength }: ServerIdentity, maxTokens: number): PromptLimit | null {
  return server === 'ollama' && contextLength !== null ? tokenLimit(contextLength - maxTokens) : null;
}

function inputOf({ goals, path, theorem }: PolicyState): PromptInput {
  const known = theorem?.statement;
  return { goals, path, ...(theorem && known != null && { theorem: { name: theorem.name, statement: known } }) };
}
