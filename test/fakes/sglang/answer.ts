import type { Core, Exchange } from './core.ts';
import type { Item } from './item.ts';
import { type Finish, tokenLogProbs, topLogProbs } from './sampling.ts';

/** One sample as an answer; `upTo` and `from` cut it for a chunk of a stream. */
export function answerOf(
  core: Core,
  item: Item,
  body: Exchange['body'],
  finish: Finish | null,
  part: { readonly from: number; readonly upTo: number } | null = null,
) {
  const { generated, promptTokens, cachedTokens, params } = item;
  const { persona, weightVersion, originalLogProbs } = core.switches;
  const all = part === null ? generated.tokens : generated.tokens.slice(0, part.upTo);
  const tokens = all.slice(part?.from ?? 0);
  const isWhole = all.length === generated.tokens.length;
  const temperature = typeof params.temperature === 'number' && params.temperature >= 1e-6 ? params.temperature : 1;
  const scale = originalLogProbs ? 1 : temperature;
  const top = typeof body.top_logprobs_num === 'number' ? body.top_logprobs_num : 0;
  const options = { scale, withText: body.return_text_in_logprobs === true };
  const textUpTo = (count: number) =>
    generated.tokens
      .slice(0, count)
      .map(({ piece }) => piece)
      .join('')
      .slice(0, generated.text.length);
  const text = isWhole ? generated.text : textUpTo(all.length);
  return {
    text: part === null ? text : text.slice(textUpTo(part.from).length),
    output_ids: tokens.map(({ id }) => id),
    meta_info: {
      id: item.id,
      finish_reason: finish ?? (isWhole ? generated.finish : null),
      prompt_tokens: promptTokens,
      completion_tokens: all.length,
      cached_tokens: cachedTokens,
      weight_version: weightVersion,
      e2e_latency: 0.01,
      ...(persona === 'late' ? { num_retractions: 0, reasoning_tokens: 0 } : { total_retractions: 0 }),
      ...(body.return_logprob === true
        ? { output_token_logprobs: tokenLogProbs(tokens, options), input_token_logprobs: [] }
        : {}),
      ...(body.return_logprob === true && top > 0 ? { output_top_logprobs: topLogProbs(tokens, top, options) } : {}),
      ...(body.return_hidden_states ? { hidden_states: hiddenStates(item, body.return_hidden_states, persona) } : {}),
    },
  };
}

/** A row for each token that was read anew, then one for each step; the last token is never read. */
function hiddenStates({ promptTokens, cachedTokens, generated }: Item, wanted: unknown, persona: string): unknown {
  const row = (seed: number) => [seed, seed + 1, seed + 2, seed + 3].map((one) => Math.sin(one));
  if (wanted === 'last' && persona === 'late') return row(promptTokens + generated.tokens.length);
  const prompt = Array.from({ length: promptTokens - cachedTokens }, (_, i) => row(cachedTokens + i));
  return [prompt, ...Array.from({ length: generated.tokens.length - 1 }, (_, i) => row(promptTokens + i))];
}
