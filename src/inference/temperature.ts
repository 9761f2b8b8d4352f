import type { ServerCapabilities } from './server-identity.ts';

/** Servers take so little for no sampling at all. */
export const isGreedy = (temperature: number): boolean => temperature < 1e-6;

/**
 * The temperature that the log-probs of a server contain; null for the model's own. Where nothing tells whether it is in the
 * numbers, they are not taken for the model's own; of greedy samples they always are.
 */
export const temperatureIn = (logProbs: ServerCapabilities['logProbs'], temperature: number): number | null =>
  logProbs === 'raw' || temperature === 1 || isGreedy(temperature) ? null : temperature;
