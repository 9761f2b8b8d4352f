import { hash } from 'node:crypto';

/**
 * A seed for a server, between 0 and 2³¹ − 1: the same for the same question, another for another attempt, round or prompt.
 */
export function serverSeed(seed: number, round: number, prompt: unknown): number {
  return Number.parseInt(hash('sha256', JSON.stringify([seed, round, prompt]), 'hex').slice(0, 8), 16) & 0x7fffffff;
}
