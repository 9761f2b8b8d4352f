import { join } from 'node:path';
import type { StorageFailed } from '../../src/storage/failure.ts';
import { FAILED_SHARE } from '../../src/value/encode/encode-trajectories.ts';
import type { EncodeFailed } from '../../src/value/encode/encoder.ts';
import { parameterCount } from '../../src/value/head/config.ts';
import type { OnnxFailed } from '../../src/value/onnx/worker.ts';
import { HEAD_FILE } from '../../src/value/score/locate.ts';
import type { Checkpoint } from '../../src/value/train/checkpoint.ts';
import { type TrainingEvent, trainingLogFormat } from '../../src/value/train/events.ts';
import { type TrainFailed, trainHead } from '../../src/value/train/train-head.ts';
import { encodeVectors, type VectorTable, withVectors } from '../../src/value/train/vector-table.ts';
import { checkpointsFolder, trainingFingerprint } from './manifest.ts';
import { type HeldModel, holdModel, removeBeginning, takenOver } from './model-folder.ts';
import { type OpenTraining, openTraining } from './open-training.ts';
import type { TrainingLog } from './training-log.ts';
import type { TrainingOutcome, TrainModelOptions } from './training-wish.ts';
import { writeHead } from './write-head.ts';

/** Trains a value model in its folder, from trajectory files to the head's file, or goes on with one. Never rejects for what may be on a disk. */
export async function trainModel(options: TrainModelOptions): Promise<TrainingOutcome> {
  const held = await holdModel(options.folder);
  if (held.kind !== 'held') return held;
  const isNew = held.manifest === null && !held.hasHead;
  let begun = false;
  try {
    const objection = objectionTo(held, options);
    if (objection !== null) return { kind: 'refused', message: objection };
    const opened = await openTraining(held, options);
    if (opened.kind !== 'training') return opened;
    begun = true;
    return await conduct(opened, options);
  } finally {
    const isOurs = held.lock.stillOurs();
    held.lock.release();
    // Nothing half-written: a folder that holds no more than what such a beginning writes goes again.
    if (isNew && !begun && isOurs) await removeBeginning(options.folder);
  }
}

function objectionTo({ manifest, hasHead, folder }: HeldModel, { name, wish }: TrainModelOptions): string | null {
  if (wish === null)
    return manifest === null ? `there is no training to go on with in ${folder}: begin one without --resume` : null;
  if (manifest !== null)
    return `there is a training "${name}" in ${folder}: go on with it (--resume), or choose another --name`;
  return hasHead ? `there is a model in ${folder} already: choose another --name` : null;
}

async function conduct(training: OpenTraining, options: TrainModelOptions): Promise<TrainingOutcome> {
  const { log, encoder, worker, folder, lock } = training;
  try {
    announce(training, options);
    const ended = await trainAndExport(training, options);
    if (ended === null || !lock.stillOurs()) return takenOver(lock);
    log.append(ended.event);
    const head = ended.hash === null ? null : { path: join(folder, HEAD_FILE), hash: ended.hash };
    const failure = log.close();
    if (failure !== null) return failure.kind === 'lockLost' ? takenOver(lock) : failure;
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

/** Null when another process took the folder meanwhile. */
async function trainAndExport(training: OpenTraining, { signal }: TrainModelOptions): Promise<End | null> {
  const { manifest, data, encoder, worker, folder, lock, log, resume } = training;
  const { head, config } = manifest;
  const mayWrite = (): boolean => lock.stillOurs();
  const lost = new AbortController();
  const table = await encodeVectors(encoder, [data.train, data.validation], head.variant, {
    signal: AbortSignal.any([signal, lost.signal]),
    onProgress: (done, total) => {
      log.append({ kind: 'encode.progress', done, total });
      if (!mayWrite()) lost.abort();
    },
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
    mayWrite,
  });
  if (trained.kind === 'folderLost') return null;
  if (trained.kind !== 'trained') return endedWith('failed', trained.message, stepOf(trained, log));
  const { status, reason, step, best } = trained;
  const event: Ended = { kind: 'training.ended', status, reason, step, best, file: null };
  if (status === 'stopped') return { event, hash: null };
  const written = await writeHead(training, trained, table, validation);
  if (written.kind === 'folderLost') return null;
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
  if (failed > texts * FAILED_SHARE) return message;
  log.append({ kind: 'warning', step: resume?.progress.step ?? 0, health: 'data', message });
  return null;
}
