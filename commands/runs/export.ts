import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { exportArchive } from '../../sessions/runs/run-archive.ts';
import type { RunReader } from '../../sessions/runs/run-reader.ts';
import { reportText, writeReport } from '../../sessions/runs/write-report.ts';
import type { Comparison } from '../../src/run/compare-results.ts';
import { resultDocument } from '../../src/run/results.ts';
import { replaceFile } from '../../src/storage/atomic-file.ts';
import { size } from '../../src/text/quantity.ts';
import { usage, withCommonOptions } from '../common-options.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { openRunOrExit } from '../follow-run.ts';
import { storageExit } from '../open-recorded.ts';
import { runArgument } from './argument.ts';
import { compareWith } from './compare-with.ts';

const formats = ['html', 'md', 'json', 'tar'] as const;
type Format = (typeof formats)[number];

interface ExportOptions extends CommonOptions {
  readonly format: Format;
  readonly out?: string;
  readonly compare?: readonly string[];
}

/** `runs export`: reports, the result document, or the whole run as one file. */
export function registerExport(runs: Command, context: CommandContext): void {
  withCommonOptions(runs.command('export'))
    .description('a report (html, md), the result document (json), or the whole run as one file (tar)')
    .argument('[run]', runArgument, 'last')
    .addOption(new Option('--format <format>', 'what to write').choices(formats).default('html'))
    .option('--out <file>', 'write there; "-" is standard output (default: a file in the folder of the run; tar: here)')
    .option('--compare <result...>', 'show the run beside these result files or runs (html, md)')
    .action((given: string, options: ExportOptions) => exportRun(context, given, options));
}

async function exportRun(context: CommandContext, given: string, options: ExportOptions): Promise<void> {
  const { format, compare = [] } = options;
  if (compare.length > 0 && (format === 'json' || format === 'tar'))
    throw usage(`--compare belongs to a report: --format html or md, not ${format}`);
  const run = await openRunOrExit(context, options, given);
  const comparison = compare.length === 0 ? null : await compareWith(context, run, compare);
  if (options.out === '-') return toOutput(context, run, format, comparison);
  const path = await toFile(context, run, options, comparison);
  if (!options.quiet) context.note(`run ${run.id}: ${path}`);
}

function toOutput(context: CommandContext, run: RunReader, format: Format, comparison: Comparison | null): void {
  if (format === 'tar') throw usage('--format tar is no text: give a file with --out');
  context.out(format === 'json' ? json(run) : reportText(run, { format, comparison }).trimEnd());
}

async function toFile(
  context: CommandContext,
  run: RunReader,
  { format, out }: ExportOptions,
  comparison: Comparison | null,
): Promise<string> {
  const given = out === undefined ? undefined : resolve(context.folder, out);
  if (format === 'tar') {
    const path = given ?? resolve(context.folder, `${run.id.replace('/', '-')}.tar.gz`);
    const exported = await exportArchive(run.home, run.id, path);
    if (exported.kind === 'storageFailed') throw storageExit(exported);
    return `${path} (${exported.files} files, ${size(exported.bytes)})`;
  }
  if (format === 'json') {
    const path = given ?? run.file('result.json');
    const written = await replaceFile(path, `${json(run)}\n`);
    if (written.kind === 'storageFailed') throw storageExit(written);
    return path;
  }
  const written = await writeReport(run, { format, comparison, ...(given !== undefined && { out: given }) });
  if (written.kind === 'storageFailed') throw storageExit(written);
  return written.path;
}

const json = ({ manifest, state }: RunReader): string => JSON.stringify(resultDocument(manifest, state), null, 2);
