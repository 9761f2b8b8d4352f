import type { StorageFailed } from '../../storage/failure.ts';
import { Sampler } from '../data/sample.ts';
import type { TrainingSet } from '../data/training-set.ts';
import type { HeadConfig } from '../head/config.ts';
import { initialParameters } from '../head/initial.ts';
import type { OnnxFailed, OnnxWorker } from '../onnx/worker.ts';
import type { Best, Checkpoint, FolderLost } from './checkpoint.ts';
import type { TrainingConfig } from './config.ts';
import type { TrainingEvent, TrainingStatus } from './events.ts';
import { type Blocks, HeadTrainer } from './trainer.ts';
import { START, TrainingLoop } from './training-loop.ts';
import type { VectorTable } from './vector-table.ts';

export interface TrainRequest {
  readonly worker: OnnxWorker;
  readonly head: HeadConfig;
  readonly config: TrainingConfig;
  /** Its vectors belong to the training afterwards. */
  readonly table: VectorTable;
  /** With vectors for all examples. */
  readonly train: TrainingSet;
  readonly validation: TrainingSet;
  /** Folder of the checkpoints. */
  readonly checkpoints: string;
  /** What a checkpoint and the training that goes on from it must have in common. */
  readonly fingerprint: string;
  readonly resume: Checkpoint | null;
  readonly onEvent: (event: TrainingEvent) => void;
  /** Ends the training after the steps in hand, with a checkpoint. */
  readonly signal: AbortSignal;
  /** False once another process has the folder: the training ends after the steps in hand, without a checkpoint. Asked often. */
  readonly mayWrite: () => boolean;
}

export interface Trained {
  readonly kind: 'trained';
  readonly status: Exclude<TrainingStatus, 'failed'>;
  readonly reason: string;
  readonly step: number;
  readonly best: Best | null;
  /** Weights of the best validation, or the last ones where nothing was validated. */
  readonly weights: Blocks;
  /** Energies of states by these weights, for whoever wants to know their scale. */
  readonly trainer: HeadTrainer;
}

export interface TrainFailed {
  readonly kind: 'trainFailed';
  readonly reason: 'noData' | 'diverged';
  /** Names the remedy. */
  readonly message: string;
  readonly step: number;
}

/**
 * Trains a head. Stops when the steps are done, when validation does not rank better any more, or when `signal` is aborted.
 * The same request gives the same weights, also when it was interrupted and resumed.
 */
export async function trainHead(
  request: TrainRequest,
): Promise<Trained | TrainFailed | FolderLost | OnnxFailed | StorageFailed> {
  const { config, train, resume } = request;
  const sampler = trainingSampler(train, config);
  if (!sampler.canSample) return { kind: 'trainFailed', reason: 'noData', message: nothingToLearn(train), step: 0 };
  const opened = await openTrainer(request);
  if (opened.kind === 'onnxFailed') return opened;
  return new TrainingLoop(request, opened.trainer, sampler).run(resume?.progress ?? START);
}

/** Draws the samples of a training. */
export function trainingSampler(
  set: TrainingSet,
  { negatives, hard, medium, unprovedAsEasy }: TrainingConfig,
): Sampler {
  return new Sampler(set, { negatives, hard, medium, unprovedAsEasy });
}

/** Why there is nothing to draw, with the remedy. */
export function nothingToLearn({ counts }: TrainingSet): string {
  return counts.positives === 0
    ? `nothing can be learned from ${counts.theorems} theorems of which none is proved: search more, or with a larger budget`
    : `nothing can be learned from ${counts.positives} states on proofs without one beside them: search with more candidates`;
}

async function openTrainer(request: TrainRequest) {
  const { worker, head, config, table, train, resume } = request;
  const { negatives, clip, infoNce, marginRanking, depthRegression, margin, weightDecay, seed } = config;
  const opened = await HeadTrainer.open({
    worker,
    settings: {
      head,
      encoderWidth: table.width,
      negatives,
      clip,
      losses: { infoNce, marginRanking, depthRegression, margin },
    },
    stack: {
      set: train,
      rows: table.rows,
      variant: head.variant,
      hidden: head.hidden,
      dropout: head.dropout,
      weightDecay,
      seed,
    },
    table: table.vectors,
    initial: resume?.blocks ?? initialParameters(head, table.width, seed),
    done: resume?.progress.done ?? 0,
  });
  if (opened.kind === 'onnxFailed' || !resume?.best) return opened;
  return (await opened.trainer.setBest(resume.best)) ?? opened;
}
