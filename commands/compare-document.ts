import type { Comparison } from '../src/run/compare-results.ts';

/** The document of `compare --json`. Differences are percentage points against the baseline. */
export function compareDocument({ budgets, baseline, results, settings, warnings }: Comparison) {
  return {
    schema: 'proofdeck.compare/1',
    budgets,
    baseline,
    results: results.map(({ label, set, budgets: columns, cumulative }) => ({
      label,
      origin: set.origin,
      format: set.format,
      timestamp: set.timestamp,
      complete: set.complete,
      suspect: set.suspect,
      level: set.level,
      toolchain: set.toolchain,
      benchmark: set.benchmark,
      revision: set.revision,
      theorems: set.theorems,
      budgets: columns.map(({ budget, rate, versus, bySource, avgNodes, medianNodes, avgSecs, medianSecs }) => ({
        budget,
        solved: rate.n,
        total: rate.of,
        rate: rate.rate,
        wilson95: rate.wilson95,
        avg_nodes: avgNodes,
        median_nodes: medianNodes,
        avg_time_secs: avgSecs,
        median_time_secs: medianSecs,
        versus:
          versus === null
            ? null
            : {
                points: versus.points,
                p: versus.p,
                test: versus.test,
                pairs: versus.pairs?.both ?? null,
                b: versus.pairs?.lost.length ?? null,
                c: versus.pairs?.won.length ?? null,
                won: versus.pairs?.won ?? null,
                lost: versus.pairs?.lost ?? null,
              },
        bySource: bySource.map(({ source, rate: { n, of, rate, wilson95 }, points }) => ({
          source,
          solved: n,
          total: of,
          rate,
          wilson95,
          points,
        })),
      })),
      cumulative_solved: cumulative.rate.n,
      cumulative_rate: cumulative.rate.rate,
      cumulative_points: cumulative.points,
    })),
    settings,
    warnings,
  };
}
