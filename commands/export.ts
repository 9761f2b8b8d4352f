import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { usage, wholeNumber, withCommonOptions } from './common-options.ts';
import type { CommandContext } from './context.ts';
import { type ExportOptions, FORMATS, type Format, LABELS, TABLES, type Table } from './export/options.ts';
import { exportProofPaths } from './export/proof-paths.ts';
import { exportRows } from './export/rows.ts';
import { exportRunTable } from './export/run-table.ts';
import { refuseUnknownNames } from './export/unknown-names.ts';
import { requireInputs, withInputOptions } from './trajectory-options.ts';

/** What can be written of each table; the first is taken when nothing says otherwise. */
const formatsOf: Readonly<Record<Table, readonly Format[]>> = {
  trajectories: ['jsonl', 'parquet', 'arrow', 'csv', 'json'],
  'proof-paths': ['jsonl', 'json', 'csv'],
  proofs: ['jsonl', 'json', 'csv', 'lean'],
  theorems: ['jsonl', 'json', 'csv', 'list'],
  errors: ['jsonl', 'json', 'csv', 'list'],
};
const endings: Readonly<Record<string, Format>> = {
  parquet: 'parquet',
  arrow: 'arrow',
  feather: 'arrow',
  csv: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'json',
  lean: 'lean',
};

/** `export`: tables and proofs out of runs and trajectory files. */
export function exportCommand(program: Command, context: CommandContext): void {
  withInputOptions(withCommonOptions(program.command('export')))
    .description('write rows, proof paths, proofs, theorems or errors of runs and trajectory files to a file')
    .addOption(new Option('--table <name>', 'what to write').choices(TABLES).default('trajectories'))
    .addOption(new Option('--format <name>', 'how (default: by the ending of --out, else jsonl)').choices(FORMATS))
    .option('--out <file>', 'where to (default: text goes to standard output)')
    .option('--force', 'replace the file if there is one')
    .option('--theorem <name>', 'only this theorem; may be given again', collect)
    .option('--source <name>', 'only theorems of this source; may be given again', collect)
    .option('--proved', 'only theorems with a proof')
    .option('--unproved', 'only theorems without a proof')
    .option('--label <name>', 'only states with this label; may be given again', collectLabel)
    .option('--min-steps <n>', 'only theorems whose proof has at least so many tactics', wholeNumber(0))
    .option('--max-depth <n>', 'only states at most so many tactics from the root', wholeNumber(0))
    .action((given: readonly string[], options: ExportOptions) => run(context, given, options));
}

async function run(context: CommandContext, given: readonly string[], options: ExportOptions): Promise<void> {
  const out = options.out === undefined ? null : resolve(context.folder, options.out);
  const format = chosenFormat(options);
  if (out === null && (format === 'parquet' || format === 'arrow'))
    throw usage(`${format} is not for a terminal: give --out <file>`);
  if (options.proved && options.unproved) throw usage('--proved and --unproved leave nothing: give one of them');
  // One of the inputs may be replaced by what is made of it; that is a replacement all the same.
  if (out !== null && existsSync(out) && !options.force)
    throw usage(`${options.out} exists: give --force to replace it`);
  const inputs = await requireInputs(context, given, options);
  refuseUnknownNames(inputs, options);
  const target = { context, options, inputs, format, out };
  switch (options.table) {
    case 'trajectories':
      return exportRows(target);
    case 'proof-paths':
      return exportProofPaths(target);
    case 'proofs':
    case 'theorems':
    case 'errors':
      return exportRunTable(target, options.table);
  }
}

function chosenFormat({ table, format, out, json, jsonl }: ExportOptions): Format {
  const allowed = formatsOf[table];
  const ending = /\.(\w+)$/.exec(out ?? '')?.[1]?.toLowerCase() ?? '';
  const byOption = json ? 'json' : jsonl ? 'jsonl' : undefined;
  const chosen = format ?? byOption ?? endings[ending] ?? (allowed[0] as Format);
  if (allowed.includes(chosen)) return chosen;
  throw usage(`${table} cannot be written as ${chosen}; there is ${allowed.join(', ')}`);
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function collectLabel(value: string, before: readonly string[] = []): readonly string[] {
  if (!LABELS.some((label) => label === value)) throw new InvalidArgumentError(`expected one of ${LABELS.join(', ')}.`);
  return [...before, value];
}
