import type { StorageFailed } from '../../storage/failure.ts';
import { Sampler } from '../data/sample.ts';
import type { TrainingSet } from '../data/training-set.ts';
import type { HeadConfig } from '../head/config.ts';
import { initialParameters } from '../head/initial.ts';
import type { OnnxFailed, OnnxWorker } from '../onnx/worker.ts';
import { type Best, type Checkpoint, type Progress, saveCheckpoint } from './checkpoint.ts';
import type { TrainingConfig } from './config.ts';
import type { TrainingEvent, TrainingStatus } from './events.ts';
import { Minutes } from './minutes.ts';
import { learningRate } from './schedule.ts';
import { samplesRng } from './step-inputs.ts';
import { type Blocks, HeadTrainer, type StepResult } from './trainer.ts';
import { Validator } from './validate.ts';
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

/** Steps of one call of ONNX Runtime: handing weights out and in again takes as long as half a step. */
const stepsPerCall = 8;

/**
 * Trains a head. Stops when the steps are done, when validation does not rank better any more, or when `signal` is aborted.
 * The same request gives the same weights, also when it was interrupted and resumed.
 */
export async function trainHead(request: TrainRequest): Promise<Trained | TrainFailed | OnnxFailed | StorageFailed> {
  const { config, train, resume } = request;
  const sampler = new Sampler(train, {
    negatives: config.negatives,
    hard: config.hard,
    medium: config.medium,
    unprovedAsEasy: config.unprovedAsEasy,
  });
  if (!sampler.canSample) return noData(train);
  const opened = await openTrainer(request);
  if (opened.kind === 'onnxFailed') return opened;
  return new Training(request, opened.trainer, sampler).run(resume?.progress ?? START);
}

const START: Progress = { step: 0, done: 0, best: null, waited: 0 };

function noData({ counts }: TrainingSet): TrainFailed {
  const message =
    counts.positives === 0
      ? `nothing can be learned from ${counts.theorems} theorems of which none is proved: search more, or with a larger budget`
      : `nothing can be learned from ${counts.positives} states on proofs without one beside them: search with more candidates`;
  return { kind: 'trainFailed', reason: 'noData', message, step: 0 };
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

class Training {
  readonly #request: TrainRequest;
  readonly #trainer: HeadTrainer;
  readonly #sampler: Sampler;
  readonly #validator: Validator;
  readonly #minutes: Minutes;
  #progress: Progress = START;

  constructor(request: TrainRequest, trainer: HeadTrainer, sampler: Sampler) {
    this.#request = request;
    this.#trainer = trainer;
    this.#sampler = sampler;
    this.#validator = new Validator(request.validation, request.table.rows, request.config, request.head.variant);
    this.#minutes = new Minutes(request.config, request.onEvent);
  }

  async run(from: Progress): Promise<Trained | TrainFailed | OnnxFailed | StorageFailed> {
    const { config, signal } = this.#request;
    this.#progress = from;
    this.#minutes.begin(from.step);
    while (this.#progress.step < config.steps) {
      if (signal.aborted) return this.#stop();
      if (config.patience > 0 && this.#progress.waited >= config.patience)
        return this.#finish('stoppedEarly', `${config.patience} validation passes in a row ranked no better`);
      const failure = await this.#advance();
      if (failure !== null) return failure;
    }
    return this.#finish('done', `all ${config.steps} steps are done`);
  }

  /** One call: steps up to the next place where something else is to be done. */
  async #advance(): Promise<TrainFailed | OnnxFailed | StorageFailed | null> {
    const { config } = this.#request;
    const { validateEvery, checkpointEvery, batchSize, seed, steps } = config;
    const from = this.#progress.step;
    const next = (every: number): number => (Math.floor(from / every) + 1) * every;
    const to = Math.min(next(stepsPerCall), next(validateEvery), next(checkpointEvery), steps);
    const planned = Array.from({ length: to - from }, (_, i) => ({
      step: from + i,
      batch: this.#sampler.sample(samplesRng(seed, from + i), batchSize),
      lr: learningRate(config, from + i),
    }));
    const stepped = await this.#trainer.step(planned);
    if (stepped.kind === 'onnxFailed') return stepped;
    this.#progress = { ...this.#progress, step: to, done: this.#trainer.done };
    const diverged = await this.#note(from, stepped.results);
    if (diverged !== null) return diverged;
    if (to % validateEvery === 0 && to < steps) {
      const failure = await this.#validate(config.validationBatches);
      if (failure !== null) return failure;
    }
    return to % checkpointEvery === 0 || to === steps ? this.#save() : null;
  }

  async #note(from: number, results: readonly (StepResult | null)[]): Promise<TrainFailed | null> {
    const { config } = this.#request;
    const logTemperature = await this.#trainer.logTemperature();
    for (const [i, result] of results.entries())
      this.#minutes.step(from + i, result, logTemperature === null ? null : Math.exp(logTemperature));
    const { step, done } = this.#progress;
    const skipped = step - done;
    // A few bad steps at the beginning are no share of anything.
    if (skipped < Math.max(leastSkipped, step * config.skippedError)) return null;
    const message = `${skipped} of ${step} steps could not be done, because loss or gradient was no number: lower the learning rate (--lr ${config.lr / 10})`;
    return { kind: 'trainFailed', reason: 'diverged', message, step };
  }

  async #validate(batches: number, ofBest = false): Promise<OnnxFailed | null> {
    if (!this.#validator.canMeasure) return null;
    const measured = await this.#validator.measure(this.#trainer, batches, { ofBest });
    if (measured.kind === 'onnxFailed') return measured;
    const { measures, choice } = measured;
    const { step, best, waited } = this.#progress;
    const isFinal = batches === this.#request.config.finalValidationBatches && ofBest;
    const isBest =
      !isFinal &&
      (best === null || measures.rank > best.rank || (measures.rank === best.rank && measures.gap > best.gap));
    this.#request.onEvent({
      kind: 'validated',
      step: isFinal ? (best?.step ?? step) : step,
      ...measures,
      best: isBest,
      ...(choice !== null && { choice }),
      ...(isFinal && { final: true as const }),
    });
    if (isFinal) return null;
    if (!isBest) {
      this.#progress = { ...this.#progress, waited: waited + 1 };
      return null;
    }
    this.#progress = { ...this.#progress, best: { step, rank: measures.rank, gap: measures.gap }, waited: 0 };
    return this.#trainer.keepBest();
  }

  async #save(): Promise<OnnxFailed | StorageFailed | null> {
    const { checkpoints, fingerprint, onEvent } = this.#request;
    const began = performance.now();
    const states = await this.#trainer.states();
    if (states.kind === 'onnxFailed') return states;
    const best = this.#progress.best === null ? null : await this.#trainer.weights({ ofBest: true });
    if (best?.kind === 'onnxFailed') return best;
    const { blocks } = states;
    const parts = { fingerprint, progress: this.#progress, blocks, best: best?.blocks ?? null };
    const failure = await saveCheckpoint(checkpoints, parts);
    if (failure !== null) return failure;
    onEvent({ kind: 'checkpoint.saved', step: this.#progress.step, ms: Math.round(performance.now() - began) });
    return null;
  }

  async #stop(): Promise<Trained | OnnxFailed | StorageFailed> {
    const failure = await this.#save();
    return failure ?? this.#result('stopped', `stopped at step ${this.#progress.step}; --resume goes on from there`);
  }

  async #finish(status: 'done' | 'stoppedEarly', reason: string): Promise<Trained | OnnxFailed> {
    const { config } = this.#request;
    const failure = (status === 'done' ? await this.#validate(config.validationBatches) : null) ?? (await this.#last());
    return failure ?? this.#result(status, reason);
  }

  /** The last pass is over the weights that are kept. */
  async #last(): Promise<OnnxFailed | null> {
    if (this.#progress.best === null) return null;
    return this.#validate(this.#request.config.finalValidationBatches, true);
  }

  async #result(status: Trained['status'], reason: string): Promise<Trained | OnnxFailed> {
    const { step, best } = this.#progress;
    const weights = await this.#trainer.weights({ ofBest: best !== null });
    if (weights.kind === 'onnxFailed') return weights;
    return { kind: 'trained', status, reason, step, best, weights: weights.blocks, trainer: this.#trainer };
  }
}

const leastSkipped = 8;
