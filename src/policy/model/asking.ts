import type { ProviderProfile } from '../../config/models.ts';
import type { Sample } from '../../inference/generation.ts';
import type { ServerIdentity } from '../../inference/server-identity.ts';
import { firstTactic, optionsOf, wholeProof } from '../extract/extract.ts';
import type { TacticExtraction } from '../extract/extraction.ts';
import { MATHLIB_RENAMES } from '../extract/renames.ts';
import { byteLimit, type PromptLimit, tokenLimit } from '../prompts/fit.ts';
import type { CompletionShape, PromptFormat, PromptInput, PromptResult, PromptRoute } from '../prompts/format.ts';
import { makePrompt } from '../prompts/render.ts';
import type { PolicyState } from '../provider.ts';
import { failedProof } from './failed-proof.ts';

/** How a model is asked for tactics or for whole proofs, and how these are taken out of what it says. */
export interface Asking {
  /** Name of the prompt format. */
  readonly format: string;
  readonly stop: readonly string[];
  readonly stopTokenIds: readonly number[];
  /** Most tokens that the model may write for one sample, and whether it thinks before it begins with the proof. */
  readonly maxTokens: number;
  readonly plansFirst: boolean;
  /** Whether it writes whole proofs, whatever is wanted. */
  readonly writesProofs: boolean;
  /** Whether it is shown its failed proofs. */
  readonly corrects: boolean;
  /** @param longest most bytes of the prompt; null = as many as the server is known to take. Hypotheses are left out, with a mark, to keep it */
  prompt(state: PolicyState, longest: number | null): PromptResult;
  extract(state: PolicyState, sample: Pick<Sample, 'text' | 'finish'>): TacticExtraction;
}

export interface AskingFacts {
  readonly identity: ServerIdentity;
  /** As a person wants it. @default text where the server continues text, else chat */
  readonly route: ProviderProfile['route'];
  readonly maxTokens: number;
  /** Whether all tactics of an answer are wanted, or only the first. */
  readonly wholeProofs: boolean;
  /** Whether names that Mathlib has given up are replaced by the newer ones. @default false */
  readonly rename?: boolean;
}

/** How a model of this prompt format is asked on this server. */
export function makeAsking(format: PromptFormat, facts: AskingFacts): Asking {
  const { identity, route: wanted, maxTokens, wholeProofs, rename = false } = facts;
  const { capabilities } = identity;
  const route: PromptRoute =
    wanted === undefined ? (capabilities.completion ? 'text' : 'chat') : wanted === 'chat' ? 'chat' : 'text';
  const usual = silentLimit(identity, maxTokens);
  const corrects = wholeProofs && format.corrects === true;
  return {
    format: format.name,
    stop: format.stop,
    stopTokenIds: format.stopTokenIds,
    maxTokens,
    plansFirst: format.plansFirst ?? false,
    writesProofs: format.mode === 'wholeProof',
    corrects,
    prompt: (state, longest) => {
      const input = inputOf(state);
      const limit = longest === null ? usual : byteLimit(longest);
      const failed = corrects ? (state.failed ?? []).map((one) => failedProof(one, input)) : [];
      // The oldest attempts go first, before anything of the state does.
      for (let from = 0; from < failed.length; from += 1) {
        const made = makePrompt(format, { ...input, failed: failed.slice(from) }, route, limit);
        if (made.kind === 'prompt' && made.omitted === null) return made;
      }
      return makePrompt(format, input, route, limit);
    },
    extract: (state, sample) => extractCandidate(format.shape, state, sample, { wholeProofs, rename }),
  };
}

/** The first tactic of an answer, or all of them, to be run one after the other. */
export function extractCandidate(
  shape: CompletionShape,
  { theorem }: Pick<PolicyState, 'theorem'>,
  { text, finish }: Pick<Sample, 'text' | 'finish'>,
  { wholeProofs, rename = false }: Pick<AskingFacts, 'wholeProofs' | 'rename'>,
): TacticExtraction {
  const options = optionsOf(shape, {
    truncated: finish.kind === 'length',
    theorem: theorem?.name ?? null,
    ...(rename && { renames: MATHLIB_RENAMES }),
  });
  if (!wholeProofs) return firstTactic(text, options);
  const { steps, dropped } = wholeProof(text, options);
  const [tactic = null, ...further] = steps;
  return { tactic, further, dropped };
}

/** Ollama cuts off what is too long without a word, so it is not left to it. */
function silentLimit({ server, contextLength }: ServerIdentity, maxTokens: number): PromptLimit | null {
  return server === 'ollama' && contextLength !== null ? tokenLimit(contextLength - maxTokens) : null;
}

function inputOf({ goals, path, theorem }: PolicyState): PromptInput {
  const known = theorem?.statement;
  return { goals, path, ...(theorem && known != null && { theorem: { name: theorem.name, statement: known } }) };
}
