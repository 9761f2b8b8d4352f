import type { TacticProvider } from '../../src/policy/provider.ts';
import type { JobOutcome } from '../../src/run/outcome.ts';
import type { SearchSettings } from '../../src/search/settings.ts';

/** With fewer different candidates for each expansion a search follows a single thread. */
const leastCandidates = 4;
const leastExpansions = 20;

/** Says once when a provider that samples keeps proposing the same. */
export class CandidateWatch {
  readonly #isSampling: boolean;
  readonly #settings: SearchSettings;
  readonly #warn: (message: string) => void;
  #expansions = 0;
  #unique = 0;
  #hasWarned = false;

  constructor(provider: TacticProvider, settings: SearchSettings, warn: (message: string) => void) {
    this.#isSampling = provider.kind !== 'heuristic';
    this.#settings = settings;
    this.#warn = warn;
  }

  add({ candidatesPerExpansion }: JobOutcome): void {
    this.#expansions += candidatesPerExpansion.count;
    this.#unique += candidatesPerExpansion.sum;
    const average = this.#unique / this.#expansions;
    if (!this.#isSampling || this.#hasWarned || this.#expansions < leastExpansions || average >= leastCandidates)
      return;
    this.#hasWarned = true;
    const { temperature, num_candidates } = this.#settings;
    this.#warn(
      `only ${average.toFixed(1)} different candidates for each expansion so far: raise the temperature (now ${temperature}) or --num-candidates (now ${num_candidates})`,
    );
  }
}
