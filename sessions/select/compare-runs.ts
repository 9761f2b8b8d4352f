import { rateChart } from '../../src/run/chart.ts';
import type { Comparison } from '../../src/run/compare-results.ts';
import { comparisonBars, originsTable, ratesTable, settingsTable, sourcesTable } from '../../src/run/compare-tables.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { plainTable, type Table } from '../../src/text/table.ts';

/** A line of the comparison of runs, cleaned. */
export interface ComparedLine {
  readonly text: string;
  readonly kind: 'heading' | 'columns' | 'row' | 'warning' | 'chart';
}

const kept = new WeakMap<Comparison, Map<string, readonly ComparedLine[]>>();
const longestChart = 110;

/** Everything that `compare` prints, as wide as there is room: rates with differences and significance, chart, sources, settings. */
export function selectComparedLines(
  comparison: Comparison,
  columns: number,
  isAscii: boolean,
): readonly ComparedLine[] {
  const known = kept.get(comparison) ?? new Map<string, readonly ComparedLine[]>();
  kept.set(comparison, known);
  const key = `${columns} ${isAscii}`;
  const lines = known.get(key) ?? comparedLines(comparison, columns, isAscii);
  known.set(key, lines);
  return lines;
}

function comparedLines(comparison: Comparison, columns: number, isAscii: boolean): readonly ComparedLine[] {
  const budget = comparison.budgets.at(-1) ?? null;
  const width = Math.max(40, Math.min(longestChart, columns));
  const chart = rateChart(comparisonBars(comparison), { width, ascii: isAscii });
  const section = (title: string, table: Table | null): readonly ComparedLine[] =>
    table === null ? [] : [line(''), line(title, 'heading'), ...tableLines(table, columns)];
  return [
    ...comparison.warnings.map(({ message }) => line(`! ${message}`, 'warning')),
    ...(comparison.warnings.length > 0 ? [line('')] : []),
    ...tableLines(ratesTable(comparison), columns),
    line(''),
    line(budget === null ? 'Rates' : `Rates at ${budget} nodes`, 'heading'),
    ...chart.map((text) => line(text, 'chart')),
    ...section('By source', sourcesTable(comparison)),
    ...section('Settings that differ', settingsTable(comparison, false)),
    ...section('Results', originsTable(comparison)),
    ...theoremLines(comparison),
  ];
}

/** A table with as many of its columns as fit; the last ones give way. */
function tableLines(table: Table, columns: number): readonly ComparedLine[] {
  for (let count = table.columns.length; count >= 1; count--) {
    const part = { columns: table.columns.slice(0, count), rows: table.rows.map((row) => row.slice(0, count)) };
    const lines = plainTable(part);
    if (count > 1 && lines.some((text) => text.length > columns)) continue;
    return lines.map((text, i) => line(text, i === 0 ? 'columns' : 'row'));
  }
  return [];
}

/** Which theorems were won and lost against the baseline, where the results list the same ones. */
function theoremLines({ results }: Comparison): readonly ComparedLine[] {
  return results.flatMap(({ label, budgets }) => {
    const pairs = budgets.at(-1)?.versus?.pairs ?? null;
    if (pairs === null) return [];
    const list = (word: string, names: readonly string[]): readonly ComparedLine[] =>
      names.length === 0
        ? []
        : [line(''), line(`${label} ${word} ${names.length}`, 'heading'), ...names.map((name) => line(`  ${name}`))];
    return [...list('won', pairs.won), ...list('lost', pairs.lost)];
  });
}

const line = (text: string, kind: ComparedLine['kind'] = 'row'): ComparedLine => ({ text: cleanLine(text), kind });
