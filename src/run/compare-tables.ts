import { cleanLine } from '../text/clean.ts';
import { figure, percent } from '../text/quantity.ts';
import type { Table } from '../text/table.ts';
import type { RateBar } from './chart.ts';
import type { ComparedBudget, ComparedResult, Comparison, Versus } from './compare-results.ts';
import type { Rate } from './wilson.ts';

export interface CompareTableOptions {
  /** Digits behind the point of rates and differences. @default 1 */
  readonly precision?: number;
}

/** One row for each result and budget: rate, difference, significance, nodes and time; and one by any budget, where that is not the same. */
export function ratesTable(comparison: Comparison, { precision = 1 }: CompareTableOptions = {}): Table {
  const { results, budgets, baseline } = comparison;
  const hasCumulative =
    budgets.length > 1 ||
    results.some((result) => result.cumulative.rate.n !== result.budgets[0]!.rate.n || result.set.budgets.length > 1);
  const rows = results.flatMap((result, i) => {
    const label = cleanLine(result.label) + (i === baseline && results.length > 1 ? ' (baseline)' : '');
    const each = result.budgets.map((column) => [label, ...budgetCells(result, column, precision)]);
    return hasCumulative ? [...each, [label, ...cumulativeCells(result, precision)]] : each;
  });
  return {
    columns: [
      { title: 'result' },
      ...['budget', 'proved', 'rate', '95 %'].map((title) => ({ title, align: 'right' as const })),
      { title: 'difference', align: 'right' },
      { title: 'p', align: 'right' },
      { title: 'test' },
      ...['avg nodes', 'median nodes', 'avg time', 'median time'].map((title) => ({ title, align: 'right' as const })),
    ],
    rows,
  };
}

function budgetCells({ set }: ComparedResult, column: ComparedBudget, precision: number): readonly string[] {
  const { budget, rate, versus, avgNodes, medianNodes, avgSecs, medianSecs } = column;
  const own = budget ?? set.budgets.at(-1)!.budget;
  return [
    own === null ? '-' : String(own),
    ...rateCells(rate, precision),
    versus === null ? '' : signedPoints(versus.points, precision),
    versus === null ? '' : pText(versus.p),
    versus === null ? '' : testText(versus),
    avgNodes === null ? '-' : figure(avgNodes),
    medianNodes === null ? '-' : figure(medianNodes),
    avgSecs === null ? '-' : `${avgSecs.toFixed(2)} s`,
    medianSecs === null ? '-' : `${medianSecs.toFixed(2)} s`,
  ];
}

function cumulativeCells({ cumulative }: ComparedResult, precision: number): readonly string[] {
  const { rate, points } = cumulative;
  return ['any', ...rateCells(rate, precision), points === null ? '' : signedPoints(points, precision)];
}

const rateCells = ({ n, of, rate, wilson95: [low, high] }: Rate, precision: number): readonly string[] => [
  `${n} of ${of}`,
  percent(rate, precision),
  `${(low * 100).toFixed(precision)} to ${(high * 100).toFixed(precision)}`,
];

/** The same for programs: plain numbers, full precision, empty where there is nothing; always with a row by any budget. */
export function figuresTable({ results, baseline }: Comparison): Table {
  const names = [
    'result',
    'baseline',
    'budget',
    'solved',
    'total',
    'rate',
    'low',
    'high',
    'points',
    'p',
    'test',
    'pairs',
  ];
  const more = ['lost', 'won', 'avg_nodes', 'median_nodes', 'avg_time_secs', 'median_time_secs'];
  return {
    columns: [...names, ...more].map((title) => ({ title })),
    rows: results.flatMap(({ label, set, budgets, cumulative }, i) => [
      ...budgets.map(({ budget, rate, versus, avgNodes, medianNodes, avgSecs, medianSecs }) =>
        [
          cleanLine(label),
          i === baseline,
          budget ?? set.budgets.at(-1)!.budget,
          rate.n,
          rate.of,
          rate.rate,
          ...rate.wilson95,
          versus?.points,
          versus?.p,
          versus?.test,
          versus?.pairs?.both,
          versus?.pairs?.lost.length,
          versus?.pairs?.won.length,
          avgNodes,
          medianNodes,
          avgSecs,
          medianSecs,
        ].map((cell) => String(cell ?? '')),
      ),
      anyFigures(cleanLine(label), i === baseline, cumulative, names.length + more.length),
    ]),
  };
}

function anyFigures(
  label: string,
  isBaseline: boolean,
  { rate: { n, of, rate, wilson95 }, points }: ComparedResult['cumulative'],
  columns: number,
): readonly string[] {
  const cells = [label, isBaseline, 'any', n, of, rate, ...wilson95, points].map((cell) => String(cell ?? ''));
  return [...cells, ...Array.from({ length: columns - cells.length }, () => '')];
}

/** What each result is, beside its figures: level, toolchain, benchmark and where it was read. */
export function originsTable({ results }: Comparison): Table {
  return {
    columns: ['result', 'level', 'toolchain', 'benchmark', 'theorems', 'read from'].map((title) => ({ title })),
    rows: results.map(({ label, set }) => [
      cleanLine(label) + (set.suspect ? ' ! suspect' : '') + (set.complete ? '' : ' (partial)'),
      set.level ?? 'not said',
      set.toolchain ?? 'not said',
      `${set.benchmark === null ? 'not said' : cleanLine(set.benchmark)}${set.revision === null ? '' : ` ${set.revision.slice(0, 12)}`}`,
      String(set.theorems),
      cleanLine(set.origin),
    ]),
  };
}

/** Rates by source at the largest budget of the comparison, with the difference to the baseline; null when no file names sources. */
export function sourcesTable({ results }: Comparison, { precision = 1 }: CompareTableOptions = {}): Table | null {
  const columns = results.map(({ budgets }) => new Map(budgets.at(-1)!.bySource.map((entry) => [entry.source, entry])));
  const sources = [...new Set(columns.flatMap((column) => [...column.keys()]))];
  if (sources.length < 2) return null;
  return {
    columns: [{ title: 'source' }, ...results.map(({ label }) => ({ title: cleanLine(label) }))],
    rows: sources.map((source) => [
      cleanLine(source),
      ...columns.map((column) => {
        const entry = column.get(source);
        if (entry === undefined) return '-';
        const { n, of, rate } = entry.rate;
        return `${n} of ${of}, ${percent(rate, precision)}${entry.points === null ? '' : ` (${signedPoints(entry.points, precision)})`}`;
      }),
    ]),
  };
}

/** The settings that differ, or all; null when there is nothing to show. */
export function settingsTable({ results, settings }: Comparison, all: boolean): Table | null {
  const shown = settings.filter(({ differs }) => all || differs);
  if (shown.length === 0) return null;
  return {
    columns: [{ title: 'setting' }, ...results.map(({ label }) => ({ title: cleanLine(label) }))],
    rows: shown.map(({ name, values }) => [
      name,
      ...values.map((value) => (value === null ? '-' : cleanLine(value, ' ', 80))),
    ]),
  };
}

/** Bars of the rates at the largest budget of the comparison. */
export function comparisonBars(
  { results }: Comparison,
  { precision = 1 }: CompareTableOptions = {},
): readonly RateBar[] {
  return results.map(({ label, budgets }) => {
    const { rate, versus } = budgets.at(-1)!;
    return { label: cleanLine(label), rate, ...(versus !== null && { note: signedPoints(versus.points, precision) }) };
  });
}

/** A difference of rates with its sign. @example signedPoints(25) // '+25.0 pp' */
const signedPoints = (points: number, precision: number = 1): string =>
  `${points > 0 ? '+' : points < 0 ? '' : '±'}${points.toFixed(precision)} pp`;

/** A p-value for people. @example pText(0.00001) // '<0.0001' */
const pText = (p: number): string => (p < 0.0001 ? '<0.0001' : p.toFixed(p < 0.01 ? 4 : 3));

/** Which test, and what it counted. @example 'McNemar, 244 pairs, c=63 b=2' */
function testText({ test, pairs }: Versus): string {
  if (test === 'unpaired' || pairs === null) return 'Fisher, unpaired';
  return `McNemar, ${pairs.both} pairs, b=${pairs.lost.length} c=${pairs.won.length}`;
}
