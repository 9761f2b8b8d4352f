import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { FEATURES, featureWidth } from '../../src/policy/ranker/features.ts';
import { RANKER_FILE, rankerFile, rankersFolder, saveRanker } from '../../src/policy/ranker/model-file.ts';
import type { ObservedProof } from '../../src/policy/ranker/train/observation.ts';
import { headOf, type NetSettings, stepsPerCall, warmupOf } from '../../src/policy/ranker/train/train-net.ts';
import {
  rankerPlan,
  type TrainedRanker,
  type TrainRankerResult,
  tooFewTheorems,
  trainRanker,
} from '../../src/policy/ranker/train/train-ranker.ts';
import { type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import { acquireLock, type Lock, type LockHolder } from '../../src/storage/lock.ts';
import { makeFolder } from '../../src/storage/make-folder.ts';
import { encoderFingerprint } from '../../src/value/encode/identity.ts';
import { trainingConfigSchema } from '../../src/value/train/config.ts';
import { type TrainingEvent, trainingLogFormat } from '../../src/value/train/events.ts';
import { lockFile } from './manifest.ts';
import { takenOver } from './model-folder.ts';
import { TrainingLog } from './training-log.ts';
import type { TakenOver } from './training-wish.ts';

export interface TrainRankerModelOptions {
  readonly home: string;
  readonly name: string;
  readonly proofs: readonly ObservedProof[];
  /** Runs and files that the proofs are of. */
  readonly inputs: number;
  /** Tactics beyond core Lean that the searches had. */
  readonly tactics: readonly string[];
  readonly settings: NetSettings;
  /** Version of proofdeck. */
  readonly program: string;
  readonly signal: AbortSignal;
  /** @param done trainings of `all` */
  readonly onProgress: (done: number, all: number) => void;
}

export type RankerOutcome =
  | { readonly kind: 'ended'; readonly trained: TrainedRanker; readonly path: string; readonly hash: string }
  | { readonly kind: 'heldBy'; readonly holder: LockHolder }
  | TakenOver
  | Exclude<TrainRankerResult, { readonly kind: 'trained' }>
  | StorageFailed;

/**
 * Trains a ranker in its folder of the home, with a log as trainings of value models have one. The ranker of that name, if there
 * is one, is replaced at the end; the log goes on behind that of its training.
 */
export async function trainRankerModel(options: TrainRankerModelOptions): Promise<RankerOutcome> {
  const tooFew = tooFewTheorems(options.proofs);
  if (tooFew !== null) return { kind: 'tooLittle', message: tooFew };
  const folder = join(rankersFolder(options.home), options.name);
  try {
    await makeFolder(folder);
  } catch (error) {
    return storageFailure(error, folder, 'make the folder');
  }
  const locked = await acquireLock(join(folder, lockFile), { beats: true });
  if (locked.kind !== 'locked') return locked;
  try {
    const log = await TrainingLog.open(folder, locked.lock, () => {});
    if (log.kind === 'storageFailed') return log;
    return await conduct(log.log, locked.lock, options);
  } finally {
    locked.lock.release();
  }
}

type Conducted = Exclude<RankerOutcome, { readonly kind: 'heldBy' }>;

async function conduct(log: TrainingLog, lock: Lock, options: TrainRankerModelOptions): Promise<Conducted> {
  const { proofs, tactics, settings, signal, onProgress } = options;
  const lost = new AbortController();
  log.append(opened(options));
  const result = await trainRanker({
    proofs,
    tactics: new Set(tactics),
    settings,
    signal: AbortSignal.any([signal, lost.signal]),
    onProgress,
    onEvent: (event) => {
      log.append(event);
      if (!lock.stillOurs()) lost.abort();
    },
  });
  const outcome = lock.stillOurs() ? await concluded(result, options) : lostTo(lock);
  log.append(ended(outcome, log));
  const failure = log.close();
  if (failure === null) return outcome;
  return failure.kind === 'lockLost' ? lostTo(lock) : failure;
}

const lostTo = (lock: Lock): TakenOver => takenOver(lock, 'train it again once that has ended');

async function concluded(
  result: TrainRankerResult,
  { home, name, tactics, settings, program }: TrainRankerModelOptions,
): Promise<Conducted> {
  if (result.kind !== 'trained') return result;
  const { trained } = result;
  const { templates, blend, counts, heuristic, ranker } = trained;
  const bytes = rankerFile(trained.weights, {
    templates,
    blend,
    training: { settings, tactics: [...tactics], counts, heuristic, ranker, program },
  });
  const saved = await saveRanker(home, name, bytes);
  return saved.kind === 'storageFailed' ? saved : { kind: 'ended', trained, path: saved.path, hash: saved.hash };
}

/** What is trained, in the words of the log: candidates' features stand for an encoder, states on proofs for positives. */
function opened({ name, proofs, inputs, settings, program }: TrainRankerModelOptions): TrainingEvent {
  const { steps, parameters, theorems, states } = rankerPlan(proofs, settings);
  const identity = { kind: 'ngram', name: 'ranker', width: featureWidth, features: FEATURES } as const;
  return {
    kind: 'training.opened',
    name,
    createdAt: new Date().toISOString(),
    format: trainingLogFormat,
    program,
    head: headOf(settings),
    config: trainingConfigSchema.parse({
      steps,
      batchSize: settings.batch,
      negatives: settings.negatives,
      lr: settings.lr,
      warmup: Math.round(warmupOf(settings)),
      weightDecay: settings.weightDecay,
      infoNce: 1,
      marginRanking: 0,
      depthRegression: 0,
      patience: 0,
      logEvery: Math.min(stepsPerCall, settings.steps),
      seed: settings.seed,
    }),
    encoder: { identity, fingerprint: encoderFingerprint(identity) },
    data: {
      files: inputs,
      rows: proofs.length,
      theorems,
      eligible: theorems,
      states,
      positives: states,
      siblings: 0,
      sameTheorem: 0,
      unknown: 0,
      trainTheorems: theorems,
      validationTheorems: 0,
      hash: proofs.reduce((hash, proof) => hash.update(JSON.stringify(proof)), createHash('sha256')).digest('hex'),
    },
    parameters,
    threads: 1,
    device: 'cpu',
  };
}

function ended(outcome: Conducted, { state }: TrainingLog): TrainingEvent {
  const step = state.steps.at(-1)?.step ?? 0;
  const end = (status: 'done' | 'stopped' | 'failed', reason: string, file: string | null = null): TrainingEvent => ({
    kind: 'training.ended',
    status,
    reason,
    step,
    best: state.best && { step: state.best.step, rank: state.best.rank, gap: state.best.gap },
    file,
  });
  switch (outcome.kind) {
    case 'ended':
      return end(
        'done',
        'the net that has seen all theorems is kept; ranks are of those that judged what they had not seen',
        RANKER_FILE,
      );
    case 'stopped':
      return end('stopped', `stopped at step ${step}: nothing of it is kept`);
    default:
      return end('failed', outcome.message);
  }
}
