import { dirname } from 'node:path';
import type { Command } from 'commander';
import type { TrajectoryInputs } from '../sessions/trajectories/inputs.ts';
import { cleanLine } from '../src/text/clean.ts';
import { readSummary, type TrajectorySummary } from '../src/trajectory/summary.ts';
import { width } from '../views/text/width.ts';
import { printJson, withCommonOptions } from './common-options.ts';
import type { CommandContext } from './context.ts';
import { storageExit } from './open-recorded.ts';
import { type InputOptions, requireInputs, withInputOptions } from './trajectory-options.ts';

/** Files of one folder that are listed one by one, and the longest name of a source. */
const mostFilesListed = 2;
const longestSource = 60;

/** `summary`: what trajectory files hold. */
export function summaryCommand(program: Command, context: CommandContext): void {
  withInputOptions(withCommonOptions(program.command('summary')))
    .description('count what trajectory files hold: states by label, theorems, proofs by level')
    .action((given: readonly string[], options: InputOptions) => summary(context, given, options));
}

async function summary(context: CommandContext, given: readonly string[], options: InputOptions): Promise<void> {
  const inputs = await requireInputs(context, given, options);
  const read = await readSummary(inputs.paths);
  if (read.kind === 'storageFailed') throw storageExit(read);
  if (options.json) return printJson(context, document(inputs, read.summary));
  for (const line of lines(inputs, read.summary)) context.out(line);
}

/** The reference's five figures under its names, then ours. */
function document(inputs: TrajectoryInputs, summary: TrajectorySummary) {
  return {
    schema: 'proofdeck.summary/1',
    total_records: summary.rows,
    positive_count: summary.positive,
    negative_count: summary.negative,
    unique_theorems: summary.theorems,
    proved_theorems: summary.proved,
    unknown_count: summary.unknown,
    repeated_count: summary.repeated,
    prove_rate: rate(summary),
    proved_by_level: Object.fromEntries(summary.levels.map(({ level, proved }) => [level ?? 'unrecorded', proved])),
    proof_steps: summary.steps,
    by_source: sources(inputs, summary),
    files: inputs.paths,
    runs: inputs.runs.map(({ id, manifest }) => ({
      id,
      toolchain: manifest.lean.toolchain,
      max_nodes: Math.max(...manifest.budgets),
    })),
  };
}

function lines(inputs: TrajectoryInputs, summary: TrajectorySummary): readonly string[] {
  const rows = figures(inputs, summary);
  const names = Math.max(...rows.map(([name]) => width(name)));
  return rows.map(([name, value]) => `${name}${' '.repeat(names - width(name))}  ${value}`);
}

function figures(inputs: TrajectoryInputs, summary: TrajectorySummary): readonly (readonly [string, string])[] {
  const { rows, repeated, positive, negative, unknown, theorems, proved, levels, steps } = summary;
  const row = (name: string, value: string | number): readonly [string, string] => [name, String(value)];
  const of = (n: number): string => (rows === 0 ? String(n) : `${n} (${percent(n / rows)})`);
  const share = rate(summary);
  return [
    ...fileTexts(inputs.paths).map((text, i) => row(i === 0 ? 'files' : '', text)),
    ...inputs.runs.map((run) => row('run', runLine(run))),
    row('states', repeated === 0 ? rows : `${rows}, and ${repeated} that stood in more than one file`),
    row('  positive', of(positive)),
    row('  negative', of(negative)),
    row('  unknown', of(unknown)),
    row('theorems', theorems),
    row('proved', `${proved} of ${theorems}${share === null ? '' : ` (${percent(share)})`}${levelText(levels)}`),
    ...(steps === null
      ? []
      : [row('steps of a proof', `${steps.least} to ${steps.most}, ${steps.mean.toFixed(1)} on average`)]),
    ...(sources(inputs, summary) ?? []).map(({ source, unique_theorems, proved_theorems }) =>
      row(`  ${cleanLine(source ?? 'no source', ' ', longestSource)}`, `${proved_theorems} of ${unique_theorems}`),
    ),
  ];
}

/** Each file, but many of one folder as one line. */
function fileTexts(paths: readonly string[]): readonly string[] {
  return [...Map.groupBy(paths, (path) => dirname(path))].flatMap(([folder, files]) =>
    files.length > mostFilesListed
      ? [`${files.length} parts in ${cleanLine(folder)}`]
      : files.map((path) => cleanLine(path)),
  );
}

function runLine({ id, manifest }: TrajectoryInputs['runs'][number]): string {
  const { budgets, provider, lean } = manifest;
  return `${id}: ${Math.max(...budgets)} expansions, ${cleanLine(provider.name)}, ${cleanLine(lean.toolchain)}`;
}

function levelText(levels: TrajectorySummary['levels']): string {
  if (levels.length === 0) return '';
  return `: ${levels.map(({ level, proved }) => `${proved} at ${level ?? 'a level that the file does not say'}`).join(', ')}`;
}

/** By source, where runs tell which theorem comes from where; null when none does. */
function sources({ runs }: TrajectoryInputs, { byTheorem }: TrajectorySummary) {
  const sourceOf = new Map(runs.flatMap(({ theorems }) => theorems.map(({ name, source }) => [name, source ?? null])));
  if (![...sourceOf.values()].some((source) => source !== null)) return null;
  const groups = Map.groupBy(byTheorem, ([name]) => sourceOf.get(name) ?? null);
  return [...groups].map(([source, members]) => ({
    source,
    unique_theorems: members.length,
    proved_theorems: members.filter(([, { proof }]) => proof !== null).length,
  }));
}

const rate = ({ proved, theorems }: TrajectorySummary): number | null => (theorems === 0 ? null : proved / theorems);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
