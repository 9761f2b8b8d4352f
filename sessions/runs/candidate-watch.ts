import type { TacticProvider } from '../../src/policy/provider.ts';
import type { JobOutcome } from '../../src/run/outcome.ts';
import { fewCandidates } from '../../src/search/few-candidates.ts';
import type { SearchSettings } from '../../src/search/settings.ts';
import { strategyAdvice } from '../../src/search/strategy-advice.ts';

/** Says once when a provider that samples keeps proposing the same, or when another strategy suits it better. */
export class CandidateWatch {
  readonly #provider: TacticProvider;
  readonly #settings: SearchSettings;
  readonly #warn: (message: string) => void;
  #count = 0;
  #sum = 0;
  #hasWarned = false;

  constructor(provider: TacticProvider, settings: SearchSettings, warn: (message: string) => void) {
    this.#provider = provider;
    this.#settings = settings;
    this.#warn = warn;
  }

  add({ candidatesPerExpansion }: JobOutcome): void {
    this.#count += candidatesPerExpansion.count;
    this.#sum += candidatesPerExpansion.sum;
    const advice =
      strategyAdvice(this.#provider, this.#settings) ??
      fewCandidates(this.#provider.kind, { sum: this.#sum, count: this.#count }, this.#settings);
    if (this.#hasWarned || advice === null) return;
    this.#hasWarned = true;
    this.#warn(advice);
  }
}
