import type { WireSample } from './wire.ts';

/** So much text is not repeated by chance. */
const tellingLength = 8;

/**
 * Whether the chunks of a sample hold only what is new, as far as they show: true, false, or null for not yet.
 *
 * A chunk with as many tokens as were made holds everything. One with fewer is no proof of the contrary: servers of early 2026 could send
 * the new tokens beside the whole text. So the text decides, which goes on from the one before, or does not.
 */
export function isIncremental(chunks: readonly WireSample[]): boolean | null {
  const chunk = chunks.at(-1);
  const before = chunks.at(-2);
  if (chunk === undefined || before === undefined) return null;
  if (chunk.output_ids?.length === chunk.meta_info.completion_tokens) return false;
  const text = before.text.replace(/\uFFFD+$/, '');
  if (!chunk.text.startsWith(text)) {
    // The last chunk of all text may be shorter, as a stop text is taken off.
    return chunk.meta_info.finish_reason && text.startsWith(chunk.text) ? null : true;
  }
  return text.length >= tellingLength && chunk.text.length > text.length ? false : null;
}

/**
 * The same for samples that have ended and have not shown it, each with its chunks: all short. Text that grew was the whole each time. Text that
 * did not grow was new each time if the end brought none, or if tokens were made up to the limit.
 */
export function wasIncremental(samples: readonly (readonly WireSample[])[]): boolean {
  const hasGrown = (chunks: readonly WireSample[]): boolean =>
    chunks.some(({ text }, at) => text.length > (chunks[at - 1]?.text ?? text).length);
  if (samples.some(hasGrown)) return false;
  return samples.some((chunks) => {
    const last = chunks.at(-1);
    return (
      last !== undefined && chunks.length > 1 && (last.text === '' || last.meta_info.finish_reason?.type === 'length')
    );
  });
}

/** What a sample is with all of its chunks. */
export const joinedChunks = (chunks: readonly WireSample[], incremental: boolean): WireSample | null =>
  incremental ? chunks.reduce<WireSample | null>(joined, null) : (chunks.at(-1) ?? null);

export function joined(before: WireSample | null, chunk: WireSample): WireSample {
  if (before === null) return chunk;
  const logProbs = chunk.meta_info.output_token_logprobs;
  const isWhole = logProbs?.length === chunk.meta_info.completion_tokens;
  return {
    ...chunk,
    text: before.text + chunk.text,
    meta_info: {
      ...chunk.meta_info,
      output_token_logprobs:
        logProbs && !isWhole ? [...(before.meta_info.output_token_logprobs ?? []), ...logProbs] : logProbs,
    },
  };
}
