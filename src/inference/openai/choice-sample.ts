import type { Sample, SampleFinish, SampleLogProb } from '../generation.ts';
import { serverWords } from '../http/error-body.ts';
import type { ServerCapabilities } from '../server-identity.ts';
import { temperatureIn } from '../temperature.ts';
import { coveredTokens } from './covered-tokens.ts';
import type { WireToken } from './wire.ts';

/** One choice of an answer, whole, whichever route and server it came from. */
export interface WholeChoice {
  readonly text: string;
  /** As the server calls it: `stop`, `length`, `abort`, …; null when the answer ended without. */
  readonly finishReason: string | null;
  readonly matched: string | number | null;
  readonly tokens: readonly WireToken[] | null;
  readonly promptTokens: number;
  /** Null when the server counts only all choices together. */
  readonly completionTokens: number | null;
  readonly cachedTokens: number | null;
  readonly ms: number;
}

/** What a sample needs to know of its request. */
export interface SampleContext {
  readonly temperature: number;
  readonly logProbs: ServerCapabilities['logProbs'];
}

/** A choice as a sample: its end and its log-probs in our terms. */
export function choiceSample(choice: WholeChoice, context: SampleContext): Sample {
  const { text, tokens, promptTokens, cachedTokens, ms } = choice;
  return {
    text,
    finish: finishOf(choice),
    logProb: logProbOf(text, tokens, context),
    promptTokens,
    completionTokens: tokens?.length || (choice.completionTokens ?? 0),
    cachedTokens,
    ms,
  };
}

function finishOf({ finishReason, matched }: WholeChoice): SampleFinish {
  if (finishReason === 'stop' || finishReason === 'eos_token' || finishReason === 'stop_sequence')
    return { kind: 'stop', matched };
  if (finishReason === 'length') return { kind: 'length' };
  const message =
    finishReason === null
      ? 'the answer ended without saying why'
      : `the server ended the answer: ${JSON.stringify(serverWords(finishReason))}`;
  return { kind: 'aborted', message };
}

/** The tokens of the text only: an end token or a stop text is not among them, so that samples compare whatever ended them. */
function logProbOf(
  text: string,
  tokens: readonly WireToken[] | null,
  { temperature, logProbs }: SampleContext,
): SampleLogProb | null {
  if (tokens === null || tokens.length === 0) return null;
  const count = coveredTokens(tokens, text);
  if (count === null || count === 0) return null;
  const perToken = tokens.slice(0, count).map((token) => token.logProb);
  return {
    sum: perToken.reduce((sum, one) => sum + one, 0),
    tokens: count,
    perToken,
    scaledBy: temperatureIn(logProbs, temperature),
    countsEnd: false,
  };
}
