import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { replaceFile } from '../../src/storage/atomic-file.ts';
import type { StorageFailed } from '../../src/storage/failure.ts';
import type { LockHolder } from '../../src/storage/lock.ts';
import { openCachedEncoder } from '../../src/value/encode/cached-encoder.ts';
import type { EncodeFailed, StateEncoder } from '../../src/value/encode/encoder.ts';
import { encoderFingerprint } from '../../src/value/encode/identity.ts';
import { type EncoderSource, openEncoder } from '../../src/value/encode/open.ts';
import { type HeadConfig, parameterCount } from '../../src/value/head/config.ts';
import { exportHead } from '../../src/value/head/export.ts';
import { openOnnx } from '../../src/value/onnx/open-worker.ts';
import type { DeviceChoice, OnnxFailed, OnnxWorker } from '../../src/value/onnx/worker.ts';
import { HEAD_FILE } from '../../src/value/score/locate.ts';
import type { Checkpoint } from '../../src/value/train/checkpoint.ts';
import type { TrainingConfig } from '../../src/value/train/config.ts';
import { type TrainingEvent, trainingLogFormat } from '../../src/value/train/events.ts';
import type { TrainingState } from '../../src/value/train/state.ts';
import { type Trained, type TrainFailed, trainHead } from '../../src/value/train/train-head.ts';
import { encodeVectors, type VectorTable, withVectors } from '../../src/value/train/vector-table.ts';
import { ownCommit, thisMachine } from '../runs/this-machine.ts';
import { measureScale } from './head-scale.ts';
import { checkpointsFolder, manifestFile, type TrainingManifest, trainingFingerprint } from './manifest.ts';
import { type HeldModel, holdModel, newestCheckpoint } from './model-folder.ts';
import { readTrainingData, type TrainingData } from './training-data.ts';
import { TrainingLog } from './training-log.ts';

/** What a new training is to be. */
export interface TrainingWish {
  readonly head: HeadConfig;
  readonly config: TrainingConfig;
  /** Name of the encoder. */
  readonly encoder: string;
  /** Trajectory files. */
  readonly paths: readonly string[];
  readonly configuration: Readonly<Record<string, unknown>>;
}

export interface TrainModelOptions {
  readonly name: string;
  readonly folder: string;
  /** Null to go on with what the folder's manifest says. */
  readonly wish: TrainingWish | null;
  readonly argv: readonly string[];
  /** Version of proofdeck. */
  readonly program: string;
  readonly threads: number;
  readonly device: DeviceChoice;
  readonly encoders: EncoderSource;
  readonly onEvent: (event: TrainingEvent, state: TrainingState) => void;
  /** Saves a checkpoint and ends. */
  readonly signal: AbortSignal;
}

export type TrainingOutcome =
  | {
      readonly kind: 'ended';
      readonly state: TrainingState;
      /** The head and its hash; null when none was written. */
      readonly head: { readonly path: string; readonly hash: string } | null;
    }
  | { readonly kind: 'heldBy'; readonly holder: LockHolder }
  /** It cannot be begun as it was asked for. */
  | { readonly kind: 'refused'; readonly message: string }
  /** What it needs is not there. */
  | { readonly kind: 'unavailable'; readonly message: string }
  | StorageFailed;

type Failure = Exclude<TrainingOutcome, { readonly kind: 'ended' }>;

/** Trains a value model in its folder, from trajectory files to the head's file, or goes on with one. Never rejects for what may be on a disk. */
export async function trainModel(options: TrainModelOptions): Promise<TrainingOutcome> {
  const held = await holdModel(options.folder);
  if (held.kind !== 'held') return held;
  const isNew = held.manifest === null && !held.hasHead;
  let begun = false;
  try {
    const objection = objectionTo(held, options);
    if (objection !== null) return { kind: 'refused', message: objection };
    const opened = await openAll(held, options);
    if (opened.kind !== 'training') return opened;
    begun = true;
    return await conduct(opened, options);
  } finally {
    held.lock.release();
    // Nothing half-written: a folder that this call made, and in which nothing was begun, goes again.
    if (isNew && !begun) await rm(options.folder, { recursive: true, force: true }).catch(() => {});
  }
}

function objectionTo({ manifest, hasHead, folder }: HeldModel, { name, wish }: TrainModelOptions): string | null {
  if (wish === null)
    return manifest === null ? `there is no training to go on with in ${folder}: begin one without --resume` : null;
  if (manifest !== null)
    return `there is a training "${name}" in ${folder}: go on with it (--resume), or choose another --name`;
  return hasHead ? `there is a model in ${folder} already: choose another --name` : null;
}

interface OpenTraining {
  readonly kind: 'training';
  readonly folder: string;
  readonly manifest: TrainingManifest;
  readonly data: TrainingData;
  readonly encoder: StateEncoder;
  readonly worker: OnnxWorker;
  readonly log: TrainingLog;
  readonly resume: Checkpoint | null;
}

async function openAll(held: HeldModel, options: TrainModelOptions): Promise<OpenTraining | Failure> {
  const { folder, manifest: before } = held;
  const { wish, encoders } = options;
  const config = wish?.config ?? (before as TrainingManifest).config;
  const paths = wish?.paths ?? (before as TrainingManifest).data.files.map(({ path }) => resolve(folder, path));
  const data = await readTrainingData(paths, config);
  if (data.kind === 'storageFailed') return data;
  if (before !== null && data.summary.hash !== before.data.hash)
    return { kind: 'refused', message: changedData(before, data, folder) };
  const encoder = await openVectors(wish?.encoder ?? (before as TrainingManifest).encoder.name, encoders);
  if (encoder.kind !== 'encoder') return encoder;
  const resources: { close(): Promise<void> }[] = [encoder.encoder];
  const give = async (failure: Failure): Promise<Failure> => {
    for (const one of resources) await one.close();
    return failure;
  };
  const runtime = await openOnnx({ threads: options.threads, device: options.device });
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
): Promise<{ readonly kind: 'encoder'; readonly encoder: StateEncoder } | Failure> {
  const opened = await openEncoder(name, source);
  if (opened.kind === 'unknownEncoder') return { kind: 'refused', message: opened.message };
  if (opened.kind === 'encoderUnavailable') return { kind: 'unavailable', message: opened.message };
  const { encoder } = opened;
  const isServed = encoder.identity.kind === 'sglang' || encoder.identity.kind === 'openai';
  if (!isServed) return { kind: 'encoder', encoder };
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

async function conduct(training: OpenTraining, options: TrainModelOptions): Promise<TrainingOutcome> {
  const { log, encoder, worker, folder } = training;
  try {
    announce(training, options);
    const ended = await trainAndExport(training, options);
    log.append(ended.event);
    const head = ended.hash === null ? null : { path: join(folder, HEAD_FILE), hash: ended.hash };
    const failure = log.close();
    if (failure !== null && failure.kind === 'storageFailed') return failure;
    return { kind: 'ended', state: log.state, head };
  } finally {
    log.close();
    await worker.close();
    await encoder.close();
  }
}

function announce({ manifest, data, worker, log, resume }: OpenTraining, { program }: TrainModelOptions): void {
  const { name, createdAt, head, config, encoder } = manifest;
  const { identity, fingerprint } = encoder;
  if (log.state.opened === null)
    log.append({
      kind: 'training.opened',
      name,
      createdAt,
      format: trainingLogFormat,
      program,
      head,
      config,
      encoder: { identity, fingerprint },
      data: data.summary,
      parameters: parameterCount(head, identity.width),
      threads: worker.threads,
      device: worker.device,
    });
  else
    log.append({
      kind: 'training.resumed',
      at: new Date().toISOString(),
      program,
      step: resume?.progress.step ?? 0,
    });
}

type Ended = Extract<TrainingEvent, { kind: 'training.ended' }>;
interface End {
  readonly event: Ended;
  readonly hash: string | null;
}

const endedWith = (status: Ended['status'], reason: string, step: number): End => ({
  event: { kind: 'training.ended', status, reason, step, best: null, file: null },
  hash: null,
});

/** Texts that may fail to be encoded, of all; what is left out is not trained on. */
const mostFailedShare = 0.01;

async function trainAndExport(training: OpenTraining, { signal }: TrainModelOptions): Promise<End> {
  const { manifest, data, encoder, worker, folder, log, resume } = training;
  const { head, config } = manifest;
  const table = await encodeVectors(encoder, [data.train, data.validation], head.variant, {
    signal,
    onProgress: (done, total) => log.append({ kind: 'encode.progress', done, total }),
  });
  if (table.kind === 'encodeFailed') return afterEncoding(table, resume);
  const objection = failedTexts(table, log, resume);
  if (objection !== null) return endedWith('failed', objection, resume?.progress.step ?? 0);
  const validation = withVectors(data.validation, table.rows, head.variant);
  if (validation.eligible.length === 0)
    log.append({
      kind: 'warning',
      step: resume?.progress.step ?? 0,
      health: 'data',
      message: 'no theorem is left for validation: training does not stop early, and the last weights are kept',
    });
  const trained = await trainHead({
    worker,
    head,
    config,
    table,
    train: withVectors(data.train, table.rows, head.variant),
    validation,
    checkpoints: join(folder, checkpointsFolder),
    fingerprint: trainingFingerprint(manifest),
    resume,
    onEvent: (event) => log.append(event),
    signal,
  });
  if (trained.kind !== 'trained') return endedWith('failed', trained.message, stepOf(trained, log));
  const { status, reason, step, best } = trained;
  const event: Ended = { kind: 'training.ended', status, reason, step, best, file: null };
  if (status === 'stopped') return { event, hash: null };
  const written = await writeHead(training, trained, table, validation);
  if (written.kind !== 'head') return endedWith('failed', written.message, step);
  return { event: { ...event, file: HEAD_FILE }, hash: written.hash };
}

function afterEncoding({ reason, message }: EncodeFailed, resume: Checkpoint | null): End {
  const step = resume?.progress.step ?? 0;
  return reason === 'aborted'
    ? endedWith('stopped', 'stopped while states were encoded; --resume goes on', step)
    : endedWith('failed', message, step);
}

const stepOf = (failure: TrainFailed | OnnxFailed | StorageFailed, log: TrainingLog): number =>
  failure.kind === 'trainFailed' ? failure.step : (log.state.steps.at(-1)?.step ?? 0);

function failedTexts(table: VectorTable, log: TrainingLog, resume: Checkpoint | null): string | null {
  const { failed, firstFailure, vectors, width } = table;
  if (failed === 0) return null;
  const texts = vectors.length / width - 1;
  const message = `${failed} of ${texts} texts could not be encoded and are left out; the first: ${firstFailure}`;
  if (failed > texts * mostFailedShare) return message;
  log.append({ kind: 'warning', step: resume?.progress.step ?? 0, health: 'data', message });
  return null;
}

async function writeHead(
  { manifest, folder, data }: OpenTraining,
  { trainer, weights, step, best }: Trained,
  { rows }: VectorTable,
  validation: TrainingData['validation'],
): Promise<{ readonly kind: 'head'; readonly hash: string } | OnnxFailed | StorageFailed> {
  const { head, config, encoder, program } = manifest;
  const scale = await measureScale(trainer, validation, rows, head.variant, data.set, best !== null);
  if ('kind' in scale) return scale;
  const file = exportHead(weights, {
    head,
    encoder: { fingerprint: encoder.fingerprint, identity: encoder.identity },
    training: {
      seed: config.seed,
      step: best?.step ?? step,
      steps: step,
      dataHash: data.summary.hash,
      dataFiles: manifest.data.files.map(({ path, sha256 }) => ({ name: path.split(/[/\\]/).at(-1) ?? path, sha256 })),
      trainTheorems: data.summary.trainTheorems,
      validationTheorems: data.summary.validationTheorems,
      config,
      program,
    },
    scale,
  });
  const written = await replaceFile(join(folder, HEAD_FILE), file);
  if (written.kind === 'storageFailed') return written;
  return { kind: 'head', hash: createHash('sha256').update(file).digest('hex') };
}
