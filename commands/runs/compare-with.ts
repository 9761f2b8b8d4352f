import { loadResult, resultOfRun } from '../../sessions/runs/load-result.ts';
import type { RunReader } from '../../sessions/runs/run-reader.ts';
import { type Comparison, compareResults } from '../../src/run/compare-results.ts';
import type { ResultSet } from '../../src/run/result-set.ts';
import { usage } from '../common-options.ts';
import type { CommandContext } from '../context.ts';

/** A run beside others, result files or runs, which come first: the first of them is the baseline. */
export async function compareWith(
  context: CommandContext,
  run: RunReader,
  others: readonly string[],
): Promise<Comparison> {
  const results: ResultSet[] = [];
  for (const other of others) {
    const loaded = await loadResult(run.home, other, context.folder);
    if (loaded.kind === 'noResult') throw usage(loaded.message);
    results.push(loaded.result);
  }
  return compareResults([...results, resultOfRun(run)]);
}
