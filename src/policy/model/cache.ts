import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Proposal } from '../provider.ts';

/** Everything that an answer of a model depends on. */
export interface Question {
  /** The prompt as it is sent. */
  readonly prompt: unknown;
  readonly count: number;
  readonly sampling: unknown;
  readonly seed: number;
  readonly round: number;
  readonly model: string;
  readonly weightVersion: string | null;
}

/** Answers by question, the least used ones given up first. Other weights are another question. */
export class ProposalCache {
  readonly #answers: LRUCache<string, Proposal> | null;

  /** @param states answers kept; 0 = none */
  constructor(states: number) {
    this.#answers = states === 0 ? null : new LRUCache({ max: states });
  }

  find(question: Question): Proposal | undefined {
    return this.#answers?.get(keyOf(question));
  }

  keep(question: Question, proposal: Proposal): void {
    this.#answers?.set(keyOf(question), proposal);
  }
}

/** Prompts are long; 128 bits stand for them. */
export function keyOf({ prompt, count, sampling, seed, round, model, weightVersion }: Question): string {
  const text = JSON.stringify([prompt, count, sampling, seed, round, model, weightVersion]);
  return hash('sha256', text, 'hex').slice(0, 32);
}
