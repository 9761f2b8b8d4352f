import type { ProposeRequest, ProposeResult, ProviderFailed, TacticProvider } from '../provider.ts';

/** A goal that every provider can take. */
const knownState = { goals: [{ hypotheses: [], target: 'True' }], path: [], depth: 0 };

/**
 * A member of a mixture that may be away. A provider waits for its server as long as its patience lasts; the others of the mixture
 * need not wait with it each time. So a member that did not answer is asked about a known goal beside the search, and is part of it
 * again from the next expansion after that has had an answer.
 */
export class Absence {
  readonly #provider: TacticProvider;
  #failure: ProviderFailed | null = null;
  #asking = false;

  constructor(provider: TacticProvider) {
    this.#provider = provider;
  }

  /** What it failed with when it was asked last; null while it answers. */
  get failure(): ProviderFailed | null {
    return this.#failure;
  }

  /** Takes note of an answer of the member to the search. */
  note(result: ProposeResult, { signal }: ProposeRequest): void {
    if (signal.aborted) return;
    this.#failure = result.kind === 'providerFailed' && result.retriable ? result : null;
  }

  /** Finds out whether it is back, unless that is being found out. */
  look(seed: number, signal: AbortSignal): void {
    if (this.#asking) return;
    this.#asking = true;
    const question = { states: [knownState], count: 1, temperature: 1, round: 0, seed, fresh: true, signal };
    void this.#provider
      .propose(question)
      .catch(() => null)
      .then((result) => {
        this.#asking = false;
        if (result !== null) this.note(result, question);
      });
  }
}
