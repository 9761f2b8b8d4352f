import type { WholeChoice } from './choice-sample.ts';
import { type WireAnswer, type WireChoice, wireTokens } from './wire.ts';

/** The choices of a whole answer, in their order. */
export function answerChoices(answer: WireAnswer, prefill: string | undefined, ms: number): readonly WholeChoice[] {
  const { usage } = answer;
  const alone = answer.choices.length === 1;
  return [...answer.choices]
    .sort((a, b) => a.index - b.index)
    .map((choice) => {
      const tokens = wireTokens(choice.logprobs);
      const text = choice.text ?? choice.message?.content ?? '';
      return {
        text: withoutPrefill(text, prefill, tokens?.map((token) => token.text).join('')),
        finishReason: choice.finish_reason ?? null,
        matched: matchedStop(choice),
        tokens,
        promptTokens: usage?.prompt_tokens ?? 0,
        completionTokens: alone ? (usage?.completion_tokens ?? null) : null,
        cachedTokens: alone ? (usage?.prompt_tokens_details?.cached_tokens ?? null) : null,
        ms,
      };
    });
}

/** The stop text, or the id of the token, that ended a choice; null when the server does not tell. */
export const matchedStop = (choice: WireChoice): string | number | null =>
  choice.stop_reason ?? choice.matched_stop ?? null;

/**
 * The text after the given beginning of the answer, which some servers repeat. What the tokens spell tells whether this one did;
 * without tokens, an answer that begins in the same way is taken for a repetition.
 */
function withoutPrefill(text: string, prefill: string | undefined, spelt: string | undefined): string {
  if (prefill === undefined || prefill === '' || !text.startsWith(prefill)) return text;
  if (spelt?.startsWith(prefill)) return text;
  return text.slice(prefill.length);
}
