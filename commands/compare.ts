import { type Command, InvalidArgumentError, Option } from 'commander';
import { loadResult } from '../sessions/runs/load-result.ts';
import { rateChart } from '../src/run/chart.ts';
import { type Comparison, compareResults } from '../src/run/compare-results.ts';
import {
  comparisonBars,
  figuresTable,
  originsTable,
  ratesTable,
  settingsTable,
  sourcesTable,
} from '../src/run/compare-tables.ts';
import type { ResultSet } from '../src/run/result-set.ts';
import { homeRoot } from '../src/storage/paths.ts';
import { cleanLine } from '../src/text/clean.ts';
import { csvTable, markdownTable, plainTable, type Table } from '../src/text/table.ts';
import { terminalCapabilities } from '../views/terminal.ts';
import { printJson, usage, wholeNumber, withCommonOptions } from './common-options.ts';
import { compareDocument } from './compare-document.ts';
import type { CommandContext, CommonOptions } from './context.ts';

const chartWidth = 100;

interface CompareOptions extends CommonOptions {
  readonly results?: readonly string[];
  readonly label?: readonly string[];
  readonly baseline?: string;
  readonly theorems?: boolean;
  readonly all?: boolean;
  readonly precision: number;
  readonly format: 'table' | 'json' | 'csv' | 'md';
}

/** `compare`: results side by side, with differences and their significance. */
export function compareCommand(program: Command, context: CommandContext): void {
  withCommonOptions(program.command('compare'))
    .description('results side by side: differences, significance, sources')
    .argument('[result...]', 'result files, run ids, or "last"')
    .option('--results <result...>', 'the same as arguments')
    .option('--label <text>', 'name of a result, in their order; may be given again', (text, before: string[] = []) => [
      ...before,
      text,
    ])
    .option(
      '--baseline <result>',
      'what the others are compared with: a position from 1, a label or an argument (default: the first)',
    )
    .option('--theorems', 'list the theorems that were won and lost')
    .option('--all', 'all settings, not only those that differ')
    .option('--precision <digits>', 'digits behind the point of rates', digits, 1)
    .addOption(
      new Option('--format <format>', 'how to print it').choices(['table', 'json', 'csv', 'md']).default('table'),
    )
    .action((given: readonly string[], options: CompareOptions) => compare(context, given, options));
}

async function compare(context: CommandContext, given: readonly string[], options: CompareOptions): Promise<void> {
  const names = [...given, ...(options.results ?? [])];
  if (names.length === 0)
    throw usage('nothing to compare: name result files or runs (proofdeck runs list shows the runs)');
  if (options.label !== undefined && options.label.length > names.length)
    throw usage(`${options.label.length} labels for ${names.length} results: give --label at most once for each`);
  const home = homeRoot(options.home, context.environment);
  const sets: ResultSet[] = [];
  for (const name of names) {
    const loaded = await loadResult(home, name, context.folder);
    if (loaded.kind === 'noResult') throw usage(loaded.message);
    sets.push(loaded.result);
  }
  const labels = sets.map(({ label }, i) => options.label?.[i] ?? label);
  const comparison = compareResults(sets, { labels, baseline: baselineOf(options.baseline, names, labels) });
  const format = options.json || options.jsonl ? 'json' : options.format;
  if (format === 'json') return printJson(context, compareDocument(comparison));
  if (format === 'csv') for (const { message } of comparison.warnings) context.note(`! ${cleanLine(message)}`);
  const lines = format === 'csv' ? csvTable(figuresTable(comparison)) : textLines(context, comparison, options, format);
  for (const line of lines) context.out(line);
}

function baselineOf(given: string | undefined, names: readonly string[], labels: readonly string[]): number {
  if (given === undefined) return 0;
  const named = labels.indexOf(given) >= 0 ? labels.indexOf(given) : names.indexOf(given);
  if (named >= 0) return named;
  const position = /^\d+$/.test(given) ? Number(given) - 1 : -1;
  if (position >= 0 && position < names.length) return position;
  throw usage(
    `the baseline ${JSON.stringify(given)} is none of the results: give a position from 1 to ${names.length}, or one of ${labels.join(', ')}`,
  );
}

function textLines(
  context: CommandContext,
  comparison: Comparison,
  options: CompareOptions,
  format: 'table' | 'md',
): readonly string[] {
  const table = format === 'md' ? markdownTable : plainTable;
  const heading = (title: string): readonly string[] => [
    '',
    format === 'md' ? `### ${title}` : title,
    ...(format === 'md' ? [''] : []),
  ];
  const section = (title: string, content: Table | null): readonly string[] =>
    content === null ? [] : [...heading(title), ...table(content)];
  const { unicode } = terminalCapabilities(context.environment, { isTTY: false });
  const width = Math.min(context.terminal?.columns ?? chartWidth, chartWidth);
  const chart = rateChart(comparisonBars(comparison, options), { width: Math.max(40, width), ascii: !unicode });
  const budget = comparison.budgets.at(-1) ?? null;
  const warnings = comparison.warnings.map(({ message }) => `${format === 'md' ? '> ' : ''}! ${cleanLine(message)}`);
  return [
    ...warnings,
    ...(warnings.length > 0 ? [''] : []),
    ...table(ratesTable(comparison, options)),
    ...section('Results', originsTable(comparison)),
    ...section('By source', sourcesTable(comparison, options)),
    ...section(options.all ? 'Settings' : 'Settings that differ', settingsTable(comparison, options.all === true)),
    ...heading(budget === null ? 'Rates' : `Rates at ${budget} nodes`),
    ...(format === 'md' ? ['```', ...chart, '```'] : chart),
    ...(options.theorems ? theoremLines(comparison, format) : []),
  ];
}

function theoremLines({ results }: Comparison, format: 'table' | 'md'): readonly string[] {
  return results.flatMap(({ label, budgets }) =>
    budgets.flatMap(({ budget, versus }) => {
      if (versus?.pairs == null) return [];
      const list = (word: string, names: readonly string[]): readonly string[] =>
        names.length === 0
          ? []
          : [
              '',
              `${format === 'md' ? '### ' : ''}${cleanLine(label)} ${word} ${names.length}${budget === null ? '' : ` at ${budget} nodes`}`,
              ...(format === 'md' ? [''] : []),
              ...names.map((name) => (format === 'md' ? `- \`${cleanLine(name)}\`` : `  ${cleanLine(name)}`)),
            ];
      return [...list('won', versus.pairs.won), ...list('lost', versus.pairs.lost)];
    }),
  );
}

function digits(text: string): number {
  const value = wholeNumber(0)(text);
  if (value > 10) throw new InvalidArgumentError('expected at most 10 digits.');
  return value;
}
