import { tmpdir } from 'node:os';
import type { Command } from 'commander';
import type { MachineFacts } from '../sessions/bench/machine.ts';
import { type Figure, keepsBudget } from '../sessions/bench/measurement.ts';
import type { BenchResult } from '../sessions/bench/run.ts';
import { cacheRoot } from '../src/storage/paths.ts';
import { cleanText } from '../src/text/clean.ts';
import { printJson, usage, withCommonOptions } from './common-options.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from './context.ts';
import { version } from './version.ts';

interface BenchOptions extends CommonOptions {
  readonly only?: readonly string[];
  readonly quick?: boolean;
  readonly list?: boolean;
}

/** `bench`: how fast this machine runs proofdeck. */
export function benchCommand(program: Command, context: CommandContext): void {
  withCommonOptions(program.command('bench'))
    .description('performance figures of this machine; a few minutes, best with nothing else running')
    .option('--only <names...>', 'only these measurements')
    .option('--quick', 'few repetitions: to see that it runs, not for figures to quote')
    .option('--list', 'name the measurements and run none')
    .action((options: BenchOptions) => bench(context, options));
}

async function bench(context: CommandContext, options: BenchOptions): Promise<void> {
  const [{ BENCHES }, { machineFacts }, { runBenches }] = await Promise.all([
    import('../sessions/bench/registry.ts'),
    import('../sessions/bench/machine.ts'),
    import('../sessions/bench/run.ts'),
  ]);
  const only = options.only ?? [];
  const unknown = only.find((name) => !BENCHES.some((one) => one.name === name));
  if (unknown !== undefined)
    throw usage(`no measurement is called "${unknown}"; there are: ${BENCHES.map(({ name }) => name).join(', ')}`);
  if (options.list) {
    for (const { name, about } of BENCHES) context.out(`${name.padEnd(12)} ${about}`);
    return;
  }
  const machine = machineFacts(version());
  if (!options.json) for (const line of machineLines(machine)) context.out(line);
  const results = await runBenches(
    BENCHES.filter(({ name }) => only.length === 0 || only.includes(name)),
    {
      quick: options.quick === true,
      cacheRoot: cacheRoot(context.environment),
      environment: context.environment,
      signal: context.signal,
    },
    context.environment.TMPDIR || tmpdir(),
    (result) => {
      if (!options.json) for (const line of resultLines(result)) context.out(line);
      else if (!options.quiet) context.note(`${result.name}: ${result.kind} in ${result.seconds} s`);
    },
  );
  if (options.json)
    printJson(context, {
      schema: 'proofdeck.bench/1',
      quick: options.quick === true,
      machine,
      measurements: results.map(documentOf),
    });
  const failed = results.filter(({ kind }) => kind === 'failed').map(({ name }) => name);
  if (failed.length > 0) throw new CommandExit(EXIT.failed, `these measurements went wrong: ${failed.join(', ')}`);
}

function machineLines(machine: MachineFacts): readonly string[] {
  const { processor, cores, machineCores, memoryBytes, freeMemoryBytes, system, node, proofdeck, load, date } = machine;
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
  return [
    `proofdeck ${proofdeck}, Node ${node}, ${system}, ${date}`,
    `${processor}, ${cores} of ${machineCores} cores, ${gigabytes(freeMemoryBytes)} GB free of ${gigabytes(memoryBytes)}`,
    ...(load > cores / 2 ? [`other work runs beside this (load ${load}): read the ratios, not the times`] : []),
    '',
    row(['', 'median', 'min', 'max', 'p95', 'n', 'unit', 'budget']),
  ];
}

function resultLines(result: BenchResult): readonly string[] {
  const heading = `${result.name}  (${result.seconds} s)`;
  switch (result.kind) {
    case 'skipped':
      return [heading, `  skipped: ${cleanText(result.reason, 500)}`];
    case 'failed':
      return [heading, `  failed: ${cleanText(result.message, 4000)}`];
    case 'measured':
      return [heading, ...result.figures.map(figureLine), ...(result.notes ?? []).map((note) => `  ${note}`)];
  }
}

function figureLine(figure: Figure): string {
  const { name, unit, median, min, max, p95, n } = figure;
  return row([
    `  ${name}`,
    number(median),
    number(min),
    number(max),
    p95 === undefined ? '' : number(p95),
    String(n),
    unit,
    budgetText(figure),
  ]);
}

const widths = [46, 11, 11, 11, 11, 5, 11] as const;

function row(cells: readonly string[]): string {
  return cells
    .map(
      (cell, i) =>
        (i === 0 || i > 5 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)) + (i === 5 ? ' ' : ''),
    )
    .join('')
    .trimEnd();
}

/** Three significant digits, thousands set apart. */
function number(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}

function budgetText(figure: Figure): string {
  const { budget } = figure;
  if (!budget) return '';
  const words = `${budget.of} ${budget.bound === 'atMost' ? '≤' : '≥'} ${budget.limit}`;
  return `${keepsBudget(figure) ? '+' : 'x'} ${words}`;
}

/** The figures with a word on their budgets, so that readers need not know the rule. */
function documentOf(result: BenchResult): unknown {
  if (result.kind !== 'measured') return result;
  const figures = result.figures.map((one) => ({ ...one, ...(one.budget && { keepsBudget: keepsBudget(one) }) }));
  return { ...result, figures };
}
