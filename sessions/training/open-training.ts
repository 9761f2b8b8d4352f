import { join, relative, resolve } from 'node:path';
import { replaceFile } from '../../src/storage/atomic-file.ts';
import type { Lock } from '../../src/storage/lock.ts';
import { openCachedEncoder } from '../../src/value/encode/cached-encoder.ts';
import type { StateEncoder } from '../../src/value/encode/encoder.ts';
import { encoderFingerprint } from '../../src/value/encode/identity.ts';
import { type EncoderSource, openEncoder } from '../../src/value/encode/open.ts';
import { openOnnx } from '../../src/value/onnx/open-worker.ts';
import type { OnnxWorker } from '../../src/value/onnx/worker.ts';
import type { Checkpoint } from '../../src/value/train/checkpoint.ts';
import { nothingToLearn, trainingSampler } from '../../src/value/train/train-head.ts';
import { ownCommit, thisMachine } from '../runs/this-machine.ts';
import { manifestFile, type TrainingManifest, trainingFingerprint } from './manifest.ts';
import { type HeldModel, newestCheckpoint, takenOver } from './model-folder.ts';
import { readTrainingData, type TrainingData } from './training-data.ts';
import { TrainingLog } from './training-log.ts';
import type { NotBegun, TrainingWish, TrainModelOptions } from './training-wish.ts';

/** A training with everything that it needs, in the process that works on it. */
export interface OpenTraining {
  readonly kind: 'training';
  readonly folder: string;
  readonly lock: Lock;
  readonly manifest: TrainingManifest;
  readonly data: TrainingData;
  readonly encoder: StateEncoder;
  readonly worker: OnnxWorker;
  readonly log: TrainingLog;
  readonly resume: Checkpoint | null;
}

/** Reads the data, opens encoder, ONNX Runtime and log, and finds the checkpoint to go on from. */
export async function openTraining(held: HeldModel, options: TrainModelOptions): Promise<OpenTraining | NotBegun> {
  const { folder, manifest: before } = held;
  const { wish, encoders } = options;
  const config = wish?.config ?? (before as TrainingManifest).config;
  const paths = wish?.paths ?? (before as TrainingManifest).data.files.map(({ path }) => resolve(folder, path));
  const data = await readTrainingData(paths, config);
  if (data.kind === 'storageFailed') return data;
  if (!trainingSampler(data.train, config).canSample)
    return { kind: 'nothingToLearn', message: nothingToLearn(data.train) };
  if (before !== null && data.summary.hash !== before.data.hash)
    return { kind: 'refused', message: changedData(before, data, folder) };
  const encoder = await openVectors(wish?.encoder ?? (before as TrainingManifest).encoder.name, encoders);
  if (encoder.kind !== 'encoder') return encoder;
  const resources: { close(): Promise<void> }[] = [encoder.encoder];
  const give = async (failure: NotBegun): Promise<NotBegun> => {
    for (const one of resources) await one.close();
    return failure;
  };
  // Another number of threads, or another device, may round otherwise.
  const runtime = await openOnnx({
    threads: options.threads ?? before?.threads ?? 0,
    device: options.device ?? before?.device ?? 'auto',
  });
  if (runtime.kind === 'onnxFailed') return give({ kind: 'unavailable', message: runtime.message });
  const { worker } = runtime;
  resources.push(worker);
  const manifest = before ?? (await newManifest(options, wish as TrainingWish, data, encoder.encoder, worker));
  if (encoderFingerprint(encoder.encoder.identity) !== manifest.encoder.fingerprint)
    return give({
      kind: 'refused',
      message: `the encoder ${manifest.encoder.name} is not what the training began with: serve the same model again`,
    });
  const newest = await newestCheckpoint(folder, trainingFingerprint(manifest));
  if (newest.kind === 'otherTraining') return give({ kind: 'refused', message: newest.message });
  if (newest.kind === 'storageFailed') return give(newest);
  if (!held.lock.stillOurs()) return give(takenOver(held.lock));
  const written =
    before === null
      ? await replaceFile(join(folder, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`)
      : ({ kind: 'written' } as const);
  if (written.kind === 'storageFailed') return give(written);
  const log = await TrainingLog.open(folder, held.lock, options.onEvent);
  if (log.kind === 'storageFailed') return give(log);
  for (const message of newest.problems) options.encoders.note(message);
  return {
    kind: 'training',
    folder,
    lock: held.lock,
    manifest,
    data,
    encoder: encoder.encoder,
    worker,
    log: log.log,
    resume: newest.checkpoint,
  };
}

function changedData(before: TrainingManifest, data: TrainingData, folder: string): string {
  const hashes = new Map(data.files.map(({ path, sha256 }) => [path, sha256]));
  const changed = before.data.files.find(({ path, sha256 }) => hashes.get(resolve(folder, path)) !== sha256);
  const which = changed === undefined ? 'its trajectories' : changed.path;
  return `the training cannot be gone on with: ${which} is not what it began with; train under another --name`;
}

async function openVectors(
  name: string,
  source: EncoderSource,
): Promise<{ readonly kind: 'encoder'; readonly encoder: StateEncoder } | NotBegun> {
  const opened = await openEncoder(name, source);
  if (opened.kind === 'unknownEncoder') return { kind: 'refused', message: opened.message };
  if (opened.kind === 'encoderUnavailable') return { kind: 'unavailable', message: opened.message };
  const { encoder } = opened;
  // What is built in is as fast as a disk.
  if (encoder.identity.kind === 'ngram') return { kind: 'encoder', encoder };
  const cached = await openCachedEncoder(encoder, { home: source.home });
  if (cached.kind === 'cached') return { kind: 'encoder', encoder: cached.encoder };
  await encoder.close();
  return cached.kind === 'storageFailed' ? cached : { kind: 'unavailable', message: cached.message };
}

async function newManifest(
  { name, folder, argv, program }: TrainModelOptions,
  { head, config, encoder, configuration }: TrainingWish,
  data: TrainingData,
  { identity }: StateEncoder,
  worker: OnnxWorker,
): Promise<TrainingManifest> {
  return {
    schema: 'proofdeck.training/1',
    name,
    argv: [...argv],
    createdAt: new Date().toISOString(),
    program,
    gitCommit: await ownCommit(),
    head,
    config,
    encoder: { name: encoder, identity, fingerprint: encoderFingerprint(identity) },
    data: {
      files: data.files.map(({ path, sha256 }) => ({ path: relative(folder, path), sha256 })),
      hash: data.summary.hash,
    },
    threads: worker.threads,
    device: worker.device,
    configuration: { ...configuration },
    host: thisMachine(),
  };
}
