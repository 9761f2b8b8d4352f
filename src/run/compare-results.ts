import { type ComparisonWarning, comparisonWarnings } from './compare-warnings.ts';
import type { ComparedTheorem, ResultSet } from './result-set.ts';
import { mean, median } from './result-theorems.ts';
import { fisherExact, mcnemarExact } from './significance.ts';
import { type Rate, rateOf } from './wilson.ts';

/** One result against the baseline, at one budget. */
export interface Versus {
  /** Percentage points; positive: more than the baseline. When paired over the theorems that both searched, else of the rates. */
  readonly points: number;
  /** Two-sided; of the exact McNemar test over theorems that both list, or else of Fisher's exact test. */
  readonly p: number;
  readonly test: 'paired' | 'unpaired';
  /** Set when paired: theorems that both searched, and those that only one of the two proved. */
  readonly pairs: {
    readonly both: number;
    /** Proved here and not by the baseline: McNemar's c. */
    readonly won: readonly string[];
    /** Proved by the baseline and not here: McNemar's b. */
    readonly lost: readonly string[];
  } | null;
}

export interface SourceRate {
  readonly source: string;
  readonly rate: Rate;
  /** Percentage points over the theorems of this source that both searched; null for the baseline, and where there are none. */
  readonly points: number | null;
}

export interface ComparedBudget {
  /** Null: the results' own (largest) budget, where they have none in common. */
  readonly budget: number | null;
  readonly rate: Rate;
  readonly avgNodes: number | null;
  readonly medianNodes: number | null;
  readonly avgSecs: number | null;
  readonly medianSecs: number | null;
  /** Null for the baseline. */
  readonly versus: Versus | null;
  readonly bySource: readonly SourceRate[];
}

export interface ComparedResult {
  readonly set: ResultSet;
  readonly label: string;
  /** One for each budget of the comparison. */
  readonly budgets: readonly ComparedBudget[];
  /** By any budget. */
  readonly cumulative: {
    readonly rate: Rate /** Null where the two are not of as many theorems. */;
    readonly points: number | null;
  };
}

/** A setting of the results; `values` in their order, null where a file does not say. */
export interface ComparedSetting {
  readonly name: string;
  readonly values: readonly (string | null)[];
  readonly differs: boolean;
}

export interface Comparison {
  /** The budgets that all results have, ascending; [null] when there are none, which compares each at its largest. */
  readonly budgets: readonly (number | null)[];
  /** Position of the baseline in `results`. */
  readonly baseline: number;
  readonly results: readonly ComparedResult[];
  readonly settings: readonly ComparedSetting[];
  readonly warnings: readonly ComparisonWarning[];
}

/** Theorems are paired by name when the results share at least this part of the shorter list. */
const pairedShare = 0.5;

/** Compares results in the given order, each with `results[baseline]`. `labels` replace the results' own. Needs at least one. */
export function compareResults(
  results: readonly ResultSet[],
  options: { readonly baseline?: number; readonly labels?: readonly string[] } = {},
): Comparison {
  const baseline = options.baseline ?? 0;
  const budgets = commonBudgets(results);
  const columns = results.map((set) => budgets.map((budget) => atBudget(set, budget)));
  const base = columns[baseline]!;
  const baseCumulative = cumulativeOf(results[baseline]!);
  const labels = distinctLabels(results.map((set, i) => options.labels?.[i] ?? set.label));
  return {
    budgets,
    baseline,
    results: results.map((set, i) => ({
      set,
      label: labels[i]!,
      budgets: columns[i]!.map((column, k) => comparedBudget(column, i === baseline ? null : base[k]!, budgets[k]!)),
      cumulative: {
        rate: cumulativeOf(set),
        points:
          i === baseline || cumulativeOf(set).of !== baseCumulative.of
            ? null
            : points(cumulativeOf(set), baseCumulative),
      },
    })),
    settings: compareSettings(results),
    warnings: [...comparisonWarnings(results, labels, budgets)],
  };
}

type Column = Omit<ComparedBudget, 'budget' | 'versus' | 'bySource'> & {
  readonly theorems: readonly ComparedTheorem[] | null;
};

function atBudget(set: ResultSet, budget: number | null): Column {
  const found = set.budgets.find((entry) => entry.budget === budget && budget !== null) ?? set.budgets.at(-1)!;
  const numbers = (pick: (theorem: ComparedTheorem) => number | null): number[] =>
    (found.theorems ?? []).flatMap((theorem) => pick(theorem) ?? []);
  const nodes = numbers((theorem) => theorem.nodes);
  const secs = numbers((theorem) => theorem.secs);
  return {
    rate: rateOf(found.solved, found.total),
    avgNodes: found.avgNodes ?? (nodes.length > 0 ? mean(nodes) : null),
    medianNodes: nodes.length > 0 ? median(nodes) : null,
    avgSecs: found.avgSecs ?? (secs.length > 0 ? mean(secs) : null),
    medianSecs: secs.length > 0 ? median(secs) : null,
    theorems: found.theorems,
  };
}

function comparedBudget({ theorems, ...column }: Column, base: Column | null, budget: number | null): ComparedBudget {
  return {
    budget,
    ...column,
    versus: base === null ? null : versus({ theorems, ...column }, base),
    bySource: sourceRates(theorems ?? []).map(([source, rate]) => {
      const ofSource = (theorems ?? []).filter((theorem) => theorem.source === source);
      const shared = pairTheorems(ofSource, base?.theorems ?? null, 0);
      return { source, rate, points: shared && pairedPoints(shared) };
    }),
  };
}

function versus(column: Column, base: Column): Versus {
  const pairs = pairTheorems(column.theorems, base.theorems, pairedShare);
  if (pairs !== null) {
    const p = mcnemarExact(pairs.lost.length, pairs.won.length);
    return { points: pairedPoints(pairs), p, test: 'paired', pairs };
  }
  const { rate } = column;
  const p = fisherExact(rate.n, rate.of, base.rate.n, base.rate.of);
  return { points: points(rate, base.rate), p, test: 'unpaired', pairs: null };
}

type Pairs = NonNullable<Versus['pairs']>;

/** What theorems of only one of the two would add says nothing of the difference. */
const pairedPoints = ({ won, lost, both }: Pairs): number => ((won.length - lost.length) / both) * 100;

/** @param least the share of the shorter list that both must have */
function pairTheorems(here: Column['theorems'], there: Column['theorems'], least: number): Pairs | null {
  if (here === null || there === null) return null;
  const base = new Map(there.map((theorem) => [theorem.name, theorem.proved]));
  const shared = here.filter(({ name }) => base.has(name));
  if (shared.length === 0 || shared.length < least * Math.min(here.length, base.size)) return null;
  return {
    both: shared.length,
    won: shared.filter(({ name, proved }) => proved && base.get(name) === false).map(({ name }) => name),
    lost: shared.filter(({ name, proved }) => !proved && base.get(name) === true).map(({ name }) => name),
  };
}

function sourceRates(theorems: readonly ComparedTheorem[]): readonly (readonly [string, Rate])[] {
  const counts = new Map<string, { n: number; of: number }>();
  for (const { source, proved } of theorems) {
    if (source === null) continue;
    const count = counts.get(source) ?? { n: 0, of: 0 };
    counts.set(source, count);
    count.of += 1;
    if (proved) count.n += 1;
  }
  return [...counts].map(([source, { n, of }]) => [source, rateOf(n, of)] as const);
}

const cumulativeOf = ({ cumulative }: ResultSet): Rate => rateOf(cumulative.solved, cumulative.total);
const points = (here: Rate, base: Rate): number => (here.rate - base.rate) * 100;

function commonBudgets(results: readonly ResultSet[]): readonly (number | null)[] {
  const [first, ...others] = results;
  const common = first!.budgets.flatMap(({ budget }) =>
    budget !== null && others.every((set) => set.budgets.some((entry) => entry.budget === budget)) ? [budget] : [],
  );
  return common.length > 0 ? common : [null];
}

/** The second of two alike is called `label (2)`. */
function distinctLabels(labels: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return labels.map((label) => {
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    return count === 1 ? label : `${label} (${count})`;
  });
}

function compareSettings(results: readonly ResultSet[]): readonly ComparedSetting[] {
  const names = [...new Set(results.flatMap(({ settings }) => Object.keys(settings)))];
  return names.map((name) => {
    const values = results.map(({ settings }) => settings[name] ?? null);
    return { name, values, differs: values.some((value) => value !== values[0]) };
  });
}
