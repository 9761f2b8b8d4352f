import type { StorageFailed } from '../../storage/failure.ts';
import type { Sampler } from '../data/sample.ts';
import type { OnnxFailed } from '../onnx/worker.ts';
import { type FolderLost, type Progress, saveCheckpoint } from './checkpoint.ts';
import { Minutes } from './minutes.ts';
import { learningRate } from './schedule.ts';
import { samplesRng } from './step-inputs.ts';
import type { Trained, TrainFailed, TrainRequest } from './train-head.ts';
import type { HeadTrainer, StepResult } from './trainer.ts';
import { Validator } from './validate.ts';

/** Where a training begins that goes on from nowhere. */
export const START: Progress = { step: 0, done: 0, best: null, waited: 0 };

const rowsPerCall = 4096;
const fewestSteps = 2;
const mostSteps = 16;
/** Below so many a share of skipped steps says nothing. */
const leastSkipped = 8;

/**
 * Steps of one call of ONNX Runtime. Handing weights out and in again costs as much as a step of a hundred rows; a call that takes
 * long cannot be stopped.
 */
function stepsPerCall(rows: number): number {
  return Math.max(fewestSteps, Math.min(mostSteps, Math.round(rowsPerCall / rows)));
}

/** Steps, validation passes and checkpoints, one after the other, until the training is over. */
export class TrainingLoop {
  readonly #request: TrainRequest;
  readonly #trainer: HeadTrainer;
  readonly #sampler: Sampler;
  readonly #validator: Validator;
  readonly #minutes: Minutes;
  #progress: Progress = START;
  /** Step of the checkpoint that was written or read last. */
  #savedAt = 0;

  constructor(request: TrainRequest, trainer: HeadTrainer, sampler: Sampler) {
    this.#request = request;
    this.#trainer = trainer;
    this.#sampler = sampler;
    this.#validator = new Validator(request.validation, request.table.rows, request.config, request.head.variant);
    this.#minutes = new Minutes(request.config, request.onEvent);
  }

  async run(from: Progress): Promise<Trained | TrainFailed | FolderLost | OnnxFailed | StorageFailed> {
    const { config, signal, mayWrite } = this.#request;
    this.#progress = from;
    this.#savedAt = from.step;
    this.#minutes.begin(from.step, from.step - from.done);
    while (this.#progress.step < config.steps) {
      if (!mayWrite()) return { kind: 'folderLost' };
      if (signal.aborted) return this.#stop();
      if (config.patience > 0 && this.#progress.waited >= config.patience)
        return this.#finish('stoppedEarly', `${config.patience} validation passes in a row ranked no better`);
      const failure = await this.#advance();
      if (failure !== null) return failure;
    }
    return this.#finish('done', `all ${config.steps} steps are done`);
  }

  /** One call: steps up to the next place where something else is to be done. */
  async #advance(): Promise<TrainFailed | FolderLost | OnnxFailed | StorageFailed | null> {
    const { config } = this.#request;
    const { validateEvery, checkpointEvery, batchSize, seed, steps } = config;
    const from = this.#progress.step;
    const perCall = stepsPerCall(batchSize * (1 + this.#request.config.negatives));
    const next = (every: number): number => (Math.floor(from / every) + 1) * every;
    const to = Math.min(next(perCall), next(validateEvery), next(checkpointEvery), steps);
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
    if (!Object.values(measures).every(Number.isFinite)) {
      const message = 'energies of validation states are no numbers any more: lower the learning rate';
      this.#request.onEvent({ kind: 'warning', step, health: 'diverged', message });
      this.#progress = { ...this.#progress, waited: waited + 1 };
      return null;
    }
    const isFinal = ofBest;
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

  async #save(): Promise<FolderLost | OnnxFailed | StorageFailed | null> {
    const { checkpoints, fingerprint, onEvent, mayWrite } = this.#request;
    const began = performance.now();
    const states = await this.#trainer.states();
    if (states.kind === 'onnxFailed') return states;
    const best = this.#progress.best === null ? null : await this.#trainer.weights({ ofBest: true });
    if (best?.kind === 'onnxFailed') return best;
    const { blocks } = states;
    const parts = { fingerprint, progress: this.#progress, blocks, best: best?.blocks ?? null };
    if (!mayWrite()) return { kind: 'folderLost' };
    const failure = await saveCheckpoint(checkpoints, parts, mayWrite);
    if (failure !== null) return failure;
    this.#savedAt = this.#progress.step;
    onEvent({ kind: 'checkpoint.saved', step: this.#progress.step, ms: Math.round(performance.now() - began) });
    return null;
  }

  async #stop(): Promise<Trained | FolderLost | OnnxFailed | StorageFailed> {
    const failure = this.#savedAt === this.#progress.step ? null : await this.#save();
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
