import type { Comparison } from '../../src/run/compare-results.ts';
import type { ResultSet } from '../../src/run/result-set.ts';
import { unforeseenFailure } from '../../src/storage/unforeseen-failure.ts';
import type { ActionResult, ComparedRuns } from '../workbench.ts';
import { done, refused } from './search-desk.ts';

export interface CompareDeskOptions {
  readonly home: string;
  /** Where result files with relative names are looked for. */
  readonly folder: string;
  readonly onChange: () => void;
}

/** The runs and result files that are pinned to be compared, the first one being the baseline. */
export class CompareDesk {
  readonly #options: CompareDeskOptions;
  #compared: ComparedRuns = { names: [], comparison: null, problem: null };

  constructor(options: CompareDeskOptions) {
    this.#options = options;
  }

  get compared(): ComparedRuns {
    return this.#compared;
  }

  /** Pins a run, or lets it go. */
  pin(run: string): ActionResult {
    const { names } = this.#compared;
    const pinned = names.includes(run);
    void this.compare(pinned ? names.filter((name) => name !== run) : [...names, run]);
    if (pinned) return done(`${run} is unpinned`);
    return done(
      names.length === 0
        ? `${run} is pinned as the baseline: pin another run, then open Compare`
        : `${run} is pinned: Compare shows ${names.length + 1} results`,
    );
  }

  /** Compares these and no others. */
  async compare(names: readonly string[]): Promise<ActionResult> {
    this.#compared = { names, comparison: null, problem: null };
    if (names.length < 2) return done();
    const compared = await compareNamed(this.#options.home, names, this.#options.folder).catch((error: unknown) => ({
      failure: unforeseenFailure(error).message,
    }));
    // Another choice may have been made meanwhile.
    if (this.#compared.names !== names) return done();
    this.#compared =
      'failure' in compared
        ? { names, comparison: null, problem: compared.failure }
        : { names, comparison: compared.comparison, problem: null };
    this.#options.onChange();
    return 'failure' in compared ? refused(compared.failure) : done();
  }
}

/** Reads runs and result files and compares them, the first one being the baseline. */
async function compareNamed(
  home: string,
  names: readonly string[],
  folder: string,
): Promise<{ readonly comparison: Comparison } | { readonly failure: string }> {
  // Only who compares needs these.
  const [{ compareResults }, { loadResult }] = await Promise.all([
    import('../../src/run/compare-results.ts'),
    import('../runs/load-result.ts'),
  ]);
  const results: ResultSet[] = [];
  for (const name of names) {
    const loaded = await loadResult(home, name, folder);
    if (loaded.kind === 'noResult') return { failure: loaded.message };
    results.push(loaded.result);
  }
  return { comparison: compareResults(results) };
}
