import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { TrainingOutcome } from '../../sessions/training/training-wish.ts';
import { findInputs } from '../../sessions/trajectories/inputs.ts';
import { type ResolvedConfig, recordOf } from '../../src/config/resolve.ts';
import { describeHolder } from '../../src/storage/lock.ts';
import { homeRoot } from '../../src/storage/paths.ts';
import { count, figure, percent } from '../../src/text/quantity.ts';
import { modelsFolder } from '../../src/value/score/locate.ts';
import { headOf, trainingOf } from '../../src/value/settings.ts';
import type { TrainingState } from '../../src/value/train/state.ts';
import { printJson, usage } from '../common-options.ts';
import { engineProviders, resolvedConfiguration } from '../configuration.ts';
import { type CommandContext, CommandExit, codeOfSignal, EXIT } from '../context.ts';
import { detachTraining } from '../detach-training.ts';
import { argvOf, typedOptions } from '../many/options.ts';
import { storageExit } from '../open-recorded.ts';
import { version } from '../version.ts';
import { SETTING_OPTIONS, settingKeys, type TrainOptions, withTrainOptions } from './train-options.ts';
import { trainingNotes } from './training-lines.ts';

/** `ebm train`: a value model from trajectories. */
export function ebmTrainCommand(ebm: Command, context: CommandContext): void {
  withTrainOptions(ebm.command('train'))
    .description('train an energy head on trajectories, or go on with a training')
    .action((options: TrainOptions, self: Command) => train(context, options, self));
}

async function train(context: CommandContext, options: TrainOptions, self: Command): Promise<void> {
  const resolved = await resolvedConfiguration('ebm train', context, options, settingKeys(options));
  const place = placeOf(context, options);
  if (options.resume) refuseSettings(typedOptions(self));
  const wish = options.resume ? null : await wishOf(context, options, resolved);
  if (options.detach) {
    const argv = options.name === undefined ? [...argvOf(self), '--name', place.name] : argvOf(self);
    return detachTraining(context, options, { kind: 'ebm', ...place, argv });
  }
  const { value } = resolved.config;
  context.outliveReader?.();
  const { trainModel } = await import('../../sessions/training/train-model.ts');
  const quiet = options.quiet === true || options.json === true;
  const notes = trainingNotes(context);
  let events = 0;
  const outcome = await trainModel({
    ...place,
    wish,
    argv: argvOf(self),
    program: version(),
    threads: options.resume && options.threads === undefined ? null : value.threads,
    device: options.resume && options.device === undefined ? null : value.device,
    encoders: { ...(await engineProviders(context, options, resolved.config, quiet)), signal: context.signal },
    onEvent: (event, state) => {
      events += 1;
      if (options.jsonl) context.out(JSON.stringify({ seq: events, t: state.atMs, ...event }));
      if (options.quiet !== true) notes(event);
    },
    signal: context.signal,
  });
  if (outcome.kind !== 'ended') throw exitOf(outcome);
  if (options.json) printJson(context, document(place, outcome));
  else if (!options.jsonl) for (const line of resultLines(place.name, outcome)) context.out(line);
  finish(context, place.name, outcome.state);
}

interface Place {
  readonly name: string;
  readonly folder: string;
}

const namePattern = /^\w[\w.-]*$/;

function placeOf(context: CommandContext, { name, out, resume, home }: TrainOptions): Place {
  if (name === undefined && out === undefined && resume)
    throw usage('--resume goes on with a training: name it with --name, or its folder with --out');
  const stamp = new Date().toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const given = name ?? (out === undefined ? stamp : (out.split(/[/\\]/).findLast((part) => part !== '') ?? stamp));
  if (!namePattern.test(given))
    throw usage(`a value model cannot be called ${JSON.stringify(given)}: use letters, digits, ".", "-" and "_"`);
  const folder =
    out === undefined ? join(modelsFolder(homeRoot(home, context.environment)), given) : resolve(context.folder, out);
  return { name: given, folder };
}

function refuseSettings(typed: ReadonlySet<string>): void {
  const wrong = [...typed].find((name) => SETTING_OPTIONS.has(name));
  if (wrong === undefined) return;
  const option = `--${wrong.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw usage(`--resume goes on with the settings that the training began with: leave ${option} away, or train anew`);
}

async function wishOf(context: CommandContext, options: TrainOptions, resolved: ResolvedConfig) {
  const { trajectories = [], series } = options;
  if (trajectories.length === 0)
    throw usage('--trajectories: name at least one Parquet file, folder of parts, or run ("last" is the newest)');
  const home = homeRoot(options.home, context.environment);
  const inputs = await findInputs(home, context.folder, trajectories, series);
  if (inputs.kind === 'noInput') throw usage(`--trajectories: ${inputs.message}`);
  if (inputs.kind === 'storageFailed') throw storageExit(inputs);
  if (!options.quiet) for (const notice of inputs.notices) context.note(notice);
  const { value, search } = resolved.config;
  if (value.hard_ratio + value.medium_ratio > 1)
    throw usage(
      `--hard-ratio ${value.hard_ratio} and --medium-ratio ${value.medium_ratio} are more than all negatives together`,
    );
  return {
    head: headOf(value),
    config: trainingOf(value, search.seed),
    encoder: value.encoder,
    paths: inputs.paths,
    configuration: recordOf(resolved),
  };
}

function exitOf(outcome: Exclude<TrainingOutcome, { readonly kind: 'ended' }>): CommandExit {
  switch (outcome.kind) {
    case 'refused':
      return usage(outcome.message);
    case 'unavailable':
      return new CommandExit(EXIT.missing, outcome.message);
    case 'nothingToLearn':
      return new CommandExit(EXIT.failed, outcome.message);
    case 'heldBy':
      return new CommandExit(EXIT.failed, `the model is being trained by ${describeHolder(outcome.holder)}`);
    case 'takenOver':
      return new CommandExit(EXIT.failed, outcome.message);
    case 'storageFailed':
      return storageExit(outcome);
  }
}

type EndedOutcome = Extract<TrainingOutcome, { readonly kind: 'ended' }>;

function document({ name, folder }: Place, { state, head }: EndedOutcome) {
  const { opened, ended, steps, validations, warnings } = state;
  return {
    schema: 'proofdeck.ebm-train/1',
    name,
    folder,
    status: ended?.status ?? 'failed',
    reason: ended?.reason ?? '',
    step: ended?.step ?? 0,
    steps: opened?.config.steps ?? 0,
    best: ended?.best ?? null,
    model: head,
    encoder: opened?.encoder ?? null,
    head: opened?.head ?? null,
    parameters: opened?.parameters ?? 0,
    data: opened?.data ?? null,
    seed: opened?.config.seed ?? 0,
    training: steps.at(-1) ?? null,
    validation: validations.findLast(({ final }) => final) ?? validations.at(-1) ?? null,
    warnings,
    resumed: state.resumed,
    timeMs: state.atMs,
  };
}

function resultLines(name: string, { state, head }: EndedOutcome): readonly string[] {
  const last = state.validations.findLast(({ final }) => final) ?? state.validations.at(-1);
  const { ended } = state;
  return [
    ...(ended ? [`${ended.status}: ${ended.reason}`] : []),
    ...(last
      ? [
          `validation  rank ${figure(last.rank, 3)}, pair ${figure(last.pair, 3)}, gap ${figure(last.gap, 2)}${
            last.choice
              ? `, right child ${percent(last.choice.right)} of ${count(last.choice.groups)} (chance ${percent(last.choice.chance)})`
              : ''
          }`,
        ]
      : []),
    ...(head ? [`model       ${head.path}`, `use it      --value ${name}`] : []),
  ];
}

function finish(context: CommandContext, name: string, { ended }: TrainingState): void {
  switch (ended?.status) {
    case 'done':
    case 'stoppedEarly':
      return;
    case 'stopped':
      throw new CommandExit(
        codeOfSignal(context.signal.reason),
        `go on with: proofdeck ebm train --name ${name} --resume`,
      );
    default:
      throw new CommandExit(EXIT.failed, ended?.reason ?? 'the training did not end');
  }
}
