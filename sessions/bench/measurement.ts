/** One figure of a measurement: a spread of values, never a single best one. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Where enough values make it mean something. */
  readonly p95?: number;
  readonly p99?: number;
  /** Number of values. */
  readonly n: number;
  readonly budget?: Budget;
}

/** What the design asks for, and which of the figure's values it is held against. */
export interface Budget {
  readonly limit: number;
  readonly bound: 'atMost' | 'atLeast';
  readonly of: 'median' | 'max' | 'p95';
}

export type BenchOutcome =
  | { readonly kind: 'measured'; readonly figures: readonly Figure[]; readonly notes?: readonly string[] }
  /** It cannot be measured here; the reason names the remedy where there is one. */
  | { readonly kind: 'skipped'; readonly reason: string };

export interface BenchContext {
  /** Few repetitions and small inputs: to see that it runs, not for figures to quote. */
  readonly quick: boolean;
  /** An empty folder of this measurement's own, removed afterwards. */
  readonly folder: string;
  readonly cacheRoot: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** One measurement. Two never run at the same time. */
export interface Bench {
  readonly name: string;
  /** What is measured and how, in a sentence. */
  readonly about: string;
  run(context: BenchContext): Promise<BenchOutcome>;
}

export const atMost = (limit: number, of: Budget['of'] = 'median'): Budget => ({ limit, bound: 'atMost', of });
export const atLeast = (limit: number, of: Budget['of'] = 'median'): Budget => ({ limit, bound: 'atLeast', of });

/** Values from which p95, and from which p99 mean something. */
const enoughForP95 = 20;
const enoughForP99 = 50;

/** Summarises values; there must be at least one. */
export function figure(name: string, unit: string, values: readonly number[], budget?: Budget): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const [first] = sorted;
  const last = sorted.at(-1);
  if (first === undefined || last === undefined) throw new Error(`the figure "${name}" has no values`);
  return {
    name,
    unit,
    median: rounded(quantile(sorted, 0.5)),
    min: rounded(first),
    max: rounded(last),
    ...(sorted.length >= enoughForP95 && { p95: rounded(quantile(sorted, 0.95)) }),
    ...(sorted.length >= enoughForP99 && { p99: rounded(quantile(sorted, 0.99)) }),
    n: sorted.length,
    ...(budget && { budget }),
  };
}

/** Whether a figure keeps its budget; null when it has none. */
export function keepsBudget({ budget, median, max, p95 }: Figure): boolean | null {
  if (!budget) return null;
  const value = { median, max, p95: p95 ?? max }[budget.of];
  return budget.bound === 'atMost' ? value <= budget.limit : value >= budget.limit;
}

function quantile(sorted: readonly number[], part: number): number {
  const at = (sorted.length - 1) * part;
  const [low = 0, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

/** Three decimals are more than any clock here gives. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Runs `work` and returns the milliseconds that it took. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
