import type { TacticProvider } from '../../src/policy/provider.ts';
import type { JobOutcome } from '../../src/run/outcome.ts';
import { fewCandidates } from '../../src/search/few-candidates.ts';
import type { SearchSettings } from '../../src/search/settings.ts';

/** Says once when a provider that samples keeps proposing the same. */
export class CandidateWatch {
  readonly #kind: string;
  readonly #settings: SearchSettings;
  readonly #warn: (message: string) => void;
  #count = 0;
  #sum = 0;
  #hasWarned = false;

  constructor(provider: TacticProvider, settings: SearchSettings, warn: (message: string) => void) {
    this.#kind = provider.kind;
    this.#settings = settings;
    this.#warn = warn;
  }

  add({ candidatesPerExpansion }: JobOutcome): void {
    this.#count += candidatesPerExpansion.count;
    this.#sum += candidatesPerExpansion.sum;
    const advice = fewCandidates(this.#kind, { sum: this.#sum, count: this.#count }, this.#settings);
    if (this.#hasWarned || advice === null) return;
    this.#hasWarned = true;
    this.#warn(advice);
  }
}
