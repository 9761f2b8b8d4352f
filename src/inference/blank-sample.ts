import type { Sample } from './generation.ts';

/** A sample of which nothing is known yet but how it ended. */
export const blankSample: Omit<Sample, 'finish'> = {
  text: '',
  logProb: null,
  promptTokens: 0,
  completionTokens: 0,
  cachedTokens: null,
  ms: 0,
};
