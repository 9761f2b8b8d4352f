import type { SampleLogProb } from '../generation.ts';
import type { WireFinish, WireTokenLogProb } from './wire.ts';

/**
 * The log-prob of a sample's text. The rule, which `countsEnd: false` records: the tokens that make up the text count, the end token
 * does not, nor do the tokens of a stop text and what came after it; a token that is partly before the cut counts whole.
 *
 * @param scaledBy the temperature that the server's numbers contain; null for the model's own
 * @returns null when a number is missing
 */
export function sampleLogProb(
  tokens: readonly WireTokenLogProb[],
  finish: WireFinish,
  scaledBy: number | null,
): SampleLogProb | null {
  const kept = tokens.slice(0, tokens.length - endTokens(tokens, finish));
  const perToken = kept.map(([logProb]) => logProb);
  if (!perToken.every((one) => one !== null && Number.isFinite(one))) return null;
  const numbers = perToken as number[];
  return {
    sum: numbers.reduce((sum, one) => sum + one, 0),
    tokens: numbers.length,
    perToken: numbers,
    scaledBy,
    countsEnd: false,
  };
}

/** How many of the last tokens are the end and no text. */
function endTokens(tokens: readonly WireTokenLogProb[], finish: WireFinish): number {
  if (finish.type !== 'stop') return 0;
  const last = tokens.at(-1);
  if (last === undefined) return 0;
  const { matched } = finish;
  if (typeof matched === 'string') return stopTextTokens(tokens, matched);
  return matched === undefined || matched === null || last[1] === matched ? 1 : 0;
}

/**
 * From the end backwards, as texts of single tokens are exact only for plain signs: a `⊢` of several tokens decodes to nothing
 * useful, and stop texts are plain. The stop text ends in the last token, so it begins no further back than its own length from there.
 */
function stopTextTokens(tokens: readonly WireTokenLogProb[], stop: string): number {
  const texts: string[] = [];
  const lastLength = tokens.at(-1)?.[2]?.length ?? 0;
  for (let length = 0; length - lastLength < stop.length - 1 && texts.length < tokens.length; ) {
    const text = tokens.at(-1 - texts.length)?.[2];
    if (text === null || text === undefined) break;
    texts.unshift(text);
    length += text.length;
  }
  const cut = texts.join('').indexOf(stop);
  // The texts do not show it: the last token ended it in any case.
  if (cut < 0) return 1;
  let start = 0;
  return texts.filter((text) => {
    const isAfterCut = start >= cut;
    start += text.length;
    return isAfterCut;
  }).length;
}
