import { join } from 'node:path';
import type { Command } from 'commander';
import { acceptedProofs } from '../sessions/trajectories/accepted-proofs.ts';
import { findInputs, type TrajectoryInputs } from '../sessions/trajectories/inputs.ts';
import type { Figure, RankFigures } from '../src/policy/ranker/train/measure.ts';
import type { ObservedProof } from '../src/policy/ranker/train/observation.ts';
import { DEFAULT_NET } from '../src/policy/ranker/train/train-net.ts';
import type { TrainedRanker } from '../src/policy/ranker/train/train-ranker.ts';
import { describeHolder } from '../src/storage/lock.ts';
import { homeRoot } from '../src/storage/paths.ts';
import { percent } from '../src/text/quantity.ts';
import { printJson, usage, wholeNumber, withCommonOptions } from './common-options.ts';
import { type CommandContext, CommandExit, type CommonOptions, codeOfSignal, EXIT } from './context.ts';
import { detachTraining } from './detach-training.ts';
import { argvOf } from './many/options.ts';
import { storageExit } from './open-recorded.ts';
import { version } from './version.ts';

interface TrainOptions extends CommonOptions {
  readonly name: string;
  readonly trajectories?: readonly string[];
  readonly tactics?: readonly string[];
  readonly steps?: number;
  readonly seed?: number;
  readonly detach?: boolean;
}

/** `ranker`: the small policy that is trained on a processor. */
export function rankerCommand(program: Command, context: CommandContext): void {
  const ranker = program.command('ranker').description('the small policy that ranks tactics: train it on trajectories');
  withCommonOptions(ranker.command('train'))
    .description('train a ranker from the accepted proofs of runs and trajectory files')
    .argument('[input...]', 'runs (an id, a unique beginning, "last"), Parquet files, folders of parts, patterns')
    .option('--trajectories <input...>', 'the same')
    .option('--name <name>', 'what the provider finds it by, in the folder models/ranker of the home', 'ranker')
    .option('--tactics <words...>', 'tactics beyond core Lean that the searches could use, such as ring and linarith')
    .option('--steps <n>', `training steps of each net (default ${DEFAULT_NET.steps})`, wholeNumber(1))
    .option('--detach', 'do it in a process of its own, and print the folder of the ranker')
    .action((given: readonly string[], options: TrainOptions, self: Command) => train(context, given, options, self));
}

async function train(
  context: CommandContext,
  given: readonly string[],
  options: TrainOptions,
  self: Command,
): Promise<void> {
  if (!/^[\w-][\w.-]*$/.test(options.name))
    throw usage(`${JSON.stringify(options.name)} is no name for a ranker: use letters, digits, ".", "-" and "_"`);
  const home = homeRoot(options.home, context.environment);
  if (options.detach) {
    const { rankersFolder } = await import('../src/policy/ranker/model-file.ts');
    const folder = join(rankersFolder(home), options.name);
    return detachTraining(context, options, { kind: 'ranker', name: options.name, folder, argv: argvOf(self) });
  }
  const proofs = await readProofs(context, home, [...given, ...(options.trajectories ?? [])], options);
  const { trainRankerModel } = await import('../sessions/training/train-ranker-model.ts');
  context.outliveReader?.();
  const began = performance.now();
  const settings = { ...DEFAULT_NET, seed: options.seed ?? 0, steps: options.steps ?? DEFAULT_NET.steps };
  const tactics = [...new Set(options.tactics ?? [])].sort();
  const result = await trainRankerModel({
    home,
    name: options.name,
    proofs,
    inputs: given.length + (options.trajectories?.length ?? 0),
    tactics,
    settings,
    program: version(),
    signal: context.signal,
    onProgress: (done, all) => {
      if (!options.quiet) context.note(`training ${done + 1} of ${all}`);
    },
  });
  if (result.kind === 'heldBy')
    throw new CommandExit(EXIT.failed, `the ranker is being trained by ${describeHolder(result.holder)}`);
  if (result.kind === 'tooLittle' || result.kind === 'takenOver') throw new CommandExit(EXIT.failed, result.message);
  if (result.kind === 'stopped') throw new CommandExit(codeOfSignal(context.signal.reason));
  if (result.kind === 'onnxFailed') throw new CommandExit(EXIT.missing, result.message);
  if (result.kind === 'storageFailed') throw storageExit(result);
  const { trained, path, hash } = result;
  const { templates, blend, counts, heuristic, ranker } = trained;
  const seconds = (performance.now() - began) / 1000;
  if (!options.json) return printLines(context, options.name, path, trained);
  printJson(context, {
    schema: 'proofdeck.ranker-train/1',
    name: options.name,
    file: path,
    hash,
    settings,
    counts,
    templates: templates.length,
    blend,
    heuristic,
    ranker,
    seconds,
  });
}

async function readProofs(
  context: CommandContext,
  home: string,
  given: readonly string[],
  options: TrainOptions,
): Promise<readonly ObservedProof[]> {
  if (given.length === 0) throw usage('name at least one run ("last" is the newest), Parquet file or folder of parts');
  const inputs = await findInputs(home, context.folder, given, 'all');
  if (inputs.kind === 'noInput') throw usage(inputs.message);
  if (inputs.kind === 'storageFailed') throw storageExit(inputs);
  if (!options.quiet) for (const notice of notices(inputs)) context.note(notice);
  const read = await acceptedProofs(inputs);
  if (read.kind === 'storageFailed') throw storageExit(read);
  return read.proofs;
}

/** Searches that are in no part yet are in their logs all the same. */
const notices = ({ notices: all, runs }: TrajectoryInputs): readonly string[] => (runs.length > 0 ? [] : all);

function printLines(
  context: CommandContext,
  name: string,
  path: string,
  { counts, templates, heuristic, ranker }: TrainedRanker,
): void {
  context.out(`ranker ${name}: ${path}`);
  context.out(
    `${counts.proofs} proofs of ${counts.theorems} theorems, ${counts.groups} states, ${counts.candidates} candidates, ${templates.length} harvested ${templates.length === 1 ? 'shape' : 'shapes'}`,
  );
  context.out('on theorems that a net had not seen (95 % intervals over theorems):');
  const rows: readonly (readonly [string, keyof RankFigures, boolean])[] = [
    ['right one first', 'top1', true],
    ['right one in the first 4', 'top4', true],
    ['mean place of the right one', 'rank', false],
    ['mean reciprocal place', 'reciprocalRank', false],
  ];
  for (const [label, key, share] of rows)
    context.out(`  ${label.padEnd(28)} heuristic ${text(heuristic[key], share)}   ranker ${text(ranker[key], share)}`);
}

function text({ value, low, high }: Figure, share: boolean): string {
  const of = (one: number): string => (share ? percent(one) : one.toFixed(2));
  return `${of(value)} (${of(low)} to ${of(high)})`;
}
