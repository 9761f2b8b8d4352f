import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type AboutProbe, probeReport } from '../../sessions/probe/probe-report.ts';
import { findInputs, type Series } from '../../sessions/trajectories/inputs.ts';
import { HALVES, type Half } from '../../src/corpus/split.ts';
import { renderHtml } from '../../src/run/report/html.ts';
import { renderMarkdown } from '../../src/run/report/markdown.ts';
import { renderLines } from '../../src/run/report/text.ts';
import { replaceFile } from '../../src/storage/atomic-file.ts';
import { fileHashes } from '../../src/storage/file-hash.ts';
import { homeRoot } from '../../src/storage/paths.ts';
import { readTrainingSet } from '../../src/value/data/read-set.ts';
import { describeEncoder } from '../../src/value/encode/identity.ts';
import { energiesOfSet } from '../../src/value/probe/energies.ts';
import { type HeldOut, heldOutOf } from '../../src/value/probe/held-out.ts';
import { type ProbeResult, probe } from '../../src/value/probe/probe.ts';
import { trainingConfigSchema } from '../../src/value/train/config.ts';
import { width } from '../../views/text/width.ts';
import { printJson, usage, wholeNumber, withCommonOptions } from '../common-options.ts';
import { configuration, engineProviders } from '../configuration.ts';
import { type CommandContext, CommandExit, type CommonOptions, codeOfSignal, EXIT } from '../context.ts';
import { seriesOption } from '../input-options.ts';
import { storageExit } from '../open-recorded.ts';

interface ProbeCommandOptions extends CommonOptions {
  readonly model: string;
  readonly trajectories: readonly string[];
  readonly series: Series;
  readonly split?: Half;
  readonly samples: number;
  readonly report?: string;
  readonly gate?: boolean;
}

/** `ebm probe`: what a value model knows about theorems that it was not trained on. */
export function ebmProbeCommand(ebm: Command, context: CommandContext): void {
  const command = withCommonOptions(ebm.command('probe'))
    .description('measure a value model on held-out theorems: separation, child choice against chance, calibration')
    .requiredOption('--model <model>', 'value model: its name, folder or file')
    .requiredOption('--trajectories <input...>', 'Parquet files, folders of parts, patterns, or runs')
    .addOption(seriesOption('all'))
    .addOption(new Option('--split <half>', 'only theorems of this half, by their names').choices(HALVES))
    .option('--samples <n>', 'samples for rank and pairs, drawn by --seed', wholeNumber(1), 5000)
    .option('--report <file>', 'write the figures as a report too: .html or .md')
    .option('--gate', 'end with exit code 3 unless gap > 0 and rank-1 > 60 %');
  command.action((options: ProbeCommandOptions) => probeModel(context, options));
}

async function probeModel(context: CommandContext, options: ProbeCommandOptions): Promise<void> {
  const { report } = options;
  if (report !== undefined && !/\.(html|md)$/.test(report))
    throw usage(`--report ${report}: the file has to end in .html or .md`);
  const config = await configuration('ebm probe', context, options);
  const home = homeRoot(options.home, context.environment);
  const inputs = await findInputs(home, context.folder, options.trajectories, options.series);
  if (inputs.kind === 'noInput') throw usage(`--trajectories: ${inputs.message}`);
  if (inputs.kind === 'storageFailed') throw storageExit(inputs);
  if (!options.quiet) for (const notice of inputs.notices) context.note(notice);
  const read = await readTrainingSet(inputs.paths);
  if (read.kind === 'storageFailed') throw storageExit(read);
  const { openParts } = await import('../../src/value/score/open-value-model.ts');
  const providers = await engineProviders(context, options, config, options.quiet === true);
  const { threads, device } = config.value;
  const source = { ...providers, folder: context.folder, signal: context.signal, threads, device };
  const model = await openParts(options.model, source);
  if (model.kind !== 'parts') throw new CommandExit(EXIT.missing, model.message);
  try {
    const { head, record, encoder, scorer } = model;
    const hashes = await fileHashes(inputs.paths);
    if ('kind' in hashes) throw storageExit(hashes);
    const held = heldOutOf(read.set, head.training, options.split ?? null, hashes);
    if (held.set.examples.length === 0) throw usage(noState(held, inputs.paths.length));
    const { signal } = context;
    const energies = await energiesOfSet(held.set, head.head.variant, encoder, scorer, {
      signal,
      onProgress: () => {},
    });
    if (signal.aborted) throw new CommandExit(codeOfSignal(signal.reason));
    if (energies.kind !== 'probed') throw new CommandExit(EXIT.failed, energies.message);
    const { negatives, margin, hard, medium, unprovedAsEasy } = trainingConfigSchema.parse(head.training?.config ?? {});
    const result = probe(held.set, energies.energies, energies.table, {
      sampling: { negatives, hard, medium, unprovedAsEasy },
      samples: options.samples,
      seed: config.search.seed,
      margin,
      scale: head.scale,
    });
    const about: AboutProbe = {
      model: record.name,
      hash: record.hash,
      encoder: describeEncoder(encoder.identity),
      variant: head.head.variant,
      files: inputs.paths.length,
      what: held.what,
      leftOut: held.leftOut,
      mayBeTrainedOn: held.mayBeTrainedOn,
    };
    await show(context, options, about, result, inputs.paths);
    if (options.gate && result.go !== true)
      throw new CommandExit(
        EXIT.noGo,
        `the value model ${record.name} does not pass the gate: gap > 0 and rank-1 > 60 %`,
      );
  } finally {
    await model.encoder.close();
    await model.scorer.close();
  }
}

function noState({ what, leftOut }: HeldOut, files: number): string {
  if (leftOut !== null && leftOut.of > 0 && leftOut.n === leftOut.of)
    return `there is no state to probe with: the model was trained on every theorem of these files (${leftOut.of}); name others`;
  return `there is no state to probe with: ${what} have none in ${files} files`;
}

async function show(
  context: CommandContext,
  options: ProbeCommandOptions,
  about: AboutProbe,
  result: ProbeResult,
  paths: readonly string[],
): Promise<void> {
  const document = probeReport(about, result);
  if (options.report !== undefined) {
    const text = options.report.endsWith('.html') ? renderHtml(document) : renderMarkdown(document);
    const written = await replaceFile(resolve(context.folder, options.report), text);
    if (written.kind === 'storageFailed') throw storageExit(written);
  }
  if (options.json) printJson(context, { schema: 'proofdeck.ebm-probe/1', ...about, ...result, files: paths });
  else for (const line of renderLines(document, width)) context.out(line);
}
